use audit_core::component;

struct Accounts;

#[component("accounts", verson = "1.0", depends("accounts"))]
impl Accounts {
    #[requires]
    fn new(&self) {}

    #[runnable("transfer", timeout = "soon")]
    fn transfer(&mut self, amount: impl Copy) {
        let _ = amount;
    }

    #[runnable("transfer")]
    fn transfer_again(self) {}

    #[subscribe("")]
    const fn on_account(&self) {}
}

fn main() {
    let mut accounts = Accounts;
    accounts.new();
    accounts.transfer(1);
    accounts.on_account();
    accounts.transfer_again();
}
