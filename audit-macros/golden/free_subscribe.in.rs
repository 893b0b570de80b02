#[subscribe("job.*")]
fn on_job(name: &str) -> impl Future<Output = ()> + Send {
    async move { drop(name) }
}
