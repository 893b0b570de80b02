#[admit]
#[track_caller]
fn lock(name: &str) -> Result<Guard, Error> {
    take(name)
}
