use audit_core::component;

struct Accounts;

#[component("accounts")]
impl Accounts {
    #[activate]
    fn start(&self) -> bool {
        true
    }

    #[health]
    fn health(&self) -> bool {
        true
    }
}

fn main() {}
