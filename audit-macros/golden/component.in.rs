#[component("accounts", version = "1.0", depends("config"), description = "keeps accounts")]
/// Keeps accounts.
impl Accounts {
    #![allow(dead_code)]

    #[requires]
    fn new(bus: Handle, ledger: Arc<dyn Ledger>) -> Result<Self, Error> {
        Ok(Self { bus, ledger })
    }

    #[provides]
    pub fn book(self: &Arc<Self>) -> Arc<dyn Book> {
        self.clone()
    }

    #[activate]
    async fn start(&self) -> Result<(), Error> {
        self.open().await
    }

    #[deactivate]
    fn stop(self: Arc<Self>) {}

    #[health]
    fn health(&self) -> Health {
        Health::Healthy
    }

    const MOST: f64 = { 100.0 };

    /// Moves money.
    #[audit]
    #[runnable(
        "transfer", description = "moves money", timeout = "5s", destructive, internal, requires_role = "teller"
    )]
    async fn transfer(&self, from: &str, to: String, amount: f64) -> Result<Receipt, Error> {
        self.ledger.transfer(from, &to, amount).await
    }

    #[runnable("size")]
    #[cfg(feature = "size")]
    fn size() -> usize {
        7
    }

    #[runnable("close")]
    fn close(&self, r#type: &[Kind]) {}

    fn other(&self) {}
}
