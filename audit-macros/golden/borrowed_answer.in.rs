#[component("shelf")]
impl Shelf {
    #[requires]
    fn new(name: &Cow<'_, str>, rule: Arc<dyn Fn(&str) -> bool + Send + Sync>) -> Self {
        Self(name.clone(), rule)
    }

    #[runnable("first")]
    fn first<'a>(&'a self, of: &'a [String]) -> Option<&'a str> {
        of.first().map(String::as_str)
    }

    #[runnable("all")]
    async fn all(&self) -> Result<impl Serialize, Error> {
        self.0.read().await
    }

    #[runnable("kind")]
    fn kind(&self) -> &'static str {
        "shelf"
    }
}
