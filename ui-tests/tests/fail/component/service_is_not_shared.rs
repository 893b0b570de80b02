use audit_core::component;

struct Ledger;

struct Accounts(Ledger);

#[component("accounts")]
impl Accounts {
    #[requires]
    fn new(ledger: Ledger) -> Self {
        Self(ledger)
    }
}

fn main() {}
