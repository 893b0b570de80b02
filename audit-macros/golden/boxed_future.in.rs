#[admit]
fn load<'a>(&'a self, id: u64) -> Pin<Box<dyn Future<Output = Result<u8, Error>> + Send + 'a>> {
    Box::pin(async move { self.find(id).await })
}
