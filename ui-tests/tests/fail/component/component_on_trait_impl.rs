use audit_core::component;

struct Accounts;

#[component("accounts")]
impl Drop for Accounts {
    fn drop(&mut self) {}
}

fn main() {
    let _ = Accounts;
}
