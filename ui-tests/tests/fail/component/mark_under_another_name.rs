use audit_core::{activate as start, component, runnable as invoked};

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
}

fn main() {
    Accounts.open();
    Accounts.transfer();
    let _ = Accounts::size();
}
