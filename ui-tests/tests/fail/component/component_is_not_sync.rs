use std::cell::Cell;

use audit_core::component;

struct Accounts(Cell<u64>);

#[component("accounts")]
impl Accounts {
    #[runnable("count")]
    fn count(&self) -> u64 {
        self.0.get()
    }
}

fn main() {}
