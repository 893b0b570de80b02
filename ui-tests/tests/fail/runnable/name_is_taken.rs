use audit_core::component;

struct Accounts;

#[component("accounts")]
impl Accounts {
    #[runnable("transfer")]
    fn transfer(&self) {}

    #[runnable("transfer")]
    fn transfer_again(&self) {}
}

fn main() {
    Accounts.transfer();
    Accounts.transfer_again();
}
