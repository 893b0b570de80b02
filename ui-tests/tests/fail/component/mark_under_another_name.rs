use audit_core::{activate as start, component, runnable as invoked};

mod facade {
    pub use audit_core::{health, subscribe};
}

struct Accounts;

#[component("accounts")]
impl Accounts {
    #[start]
    fn open(&self) {}

    #[invoked("transfer")]
    fn transfer(&self) {}

    #[invoked("size")]
    fn size() -> u64 {
        7
    }

    #[facade::subscribe("account.*")]
    fn on_account(&self) {}

    #[cfg_attr(all(), crate::facade::subscribe("account.*"))]
    fn on_account_at_times() {}

    #[facade::health]
    fn health(&self) -> audit_core::component::Health {
        audit_core::component::Health::Healthy
    }
}

fn main() {
    Accounts.open();
    Accounts.transfer();
    let _ = Accounts::size();
    Accounts.on_account();
    Accounts::on_account_at_times();
    let _ = Accounts.health();
}
