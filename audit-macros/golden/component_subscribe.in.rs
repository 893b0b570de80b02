#[component("keeper", crate = judge)]
#[cfg(feature = "keeper")]
impl crate::Keeper<String> {
    #[subscribe("account.*", description = "keeps", schema = "account/v2", queue = 1024, overflow = "drop_oldest", concurrency = 4, filter = |event| event.name() != "account.none")]
    async fn on_account<'a>(&'a self, event: &'a DomainEvent, data: Cow<'a, Transfer>) -> Result<(), Error> {
        self.keep(event, data).await
    }

    #[subscribe("a")]
    #[subscribe("b")]
    fn on_both(&self, (name, _): (String, u8)) {}
}
