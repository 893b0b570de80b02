use audit_core::{activate, deactivate, health, provides, requires, runnable, subscribe};

struct Accounts;

impl Accounts {
    #[requires]
    fn new() -> Self {
        Self
    }

    #[provides]
    fn book(&self) -> u64 {
        7
    }

    #[activate]
    fn start(&self) {}

    #[deactivate]
    fn stop(&self) {}

    #[health]
    fn health(&self) -> bool {
        true
    }

    #[runnable("transfer")]
    fn transfer(&self) {}

    #[subscribe("account.*")]
    fn on_account(&self) {}
}

fn main() {
    let accounts = Accounts::new();
    accounts.start();
    accounts.transfer();
    accounts.on_account();
    accounts.stop();
    let _ = (accounts.book(), accounts.health());
}
