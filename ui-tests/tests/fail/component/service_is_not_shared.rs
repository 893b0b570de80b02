use std::rc::Rc;

use audit_core::component;

struct Ledger;

struct Accounts(Ledger, Rc<u8>);

#[component("accounts")]
impl Accounts {
    #[requires]
    fn new(ledger: Ledger, number: Rc<u8>) -> Self {
        Self(ledger, number)
    }
}

fn main() {}
