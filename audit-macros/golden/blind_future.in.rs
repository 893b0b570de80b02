#[audit]
fn load(id: u64) -> BoxFuture<'static, u8> {
    let found = find(id);
    Box::pin(async move { found.await })
}
