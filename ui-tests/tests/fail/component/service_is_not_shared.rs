use audit_core::component;

struct Ledger;

struct Accounts(Ledger);

#[component("accounts")]
impl Accounts {
    #[requires]
    fn new(ledger: Ledger, more: Option<&'static mut u8>) -> Self {
        drop(more);
        Self(ledger)
    }
}

fn main() {}
