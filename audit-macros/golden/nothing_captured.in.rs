#[audit]
fn ping() {}
