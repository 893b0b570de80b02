#[admit(on_refuse = refused, crate = my::audit)]
async fn load(id: u64) -> Option<u8> {
    find(id).await
}
