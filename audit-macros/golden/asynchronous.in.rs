#[audit(err)]
pub async fn load(&self, id: u64, unused: bool) -> Result<Vec<u8>, Error> {
    self.store.load(id).await
}
