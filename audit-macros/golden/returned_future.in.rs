#[audit]
fn load(id: u64) -> impl Future<Output = u8> {
    async move { find(id).await }
}
