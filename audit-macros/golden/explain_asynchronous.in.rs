#[admit(explain = explain_rename)]
pub async fn rename(name: String) -> Result<(), Error> {
    store(name).await
}
