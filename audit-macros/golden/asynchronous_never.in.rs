#[audit]
async fn serve(port: u16) -> ! {
    loop {
        accept(port).await;
    }
}
