//! A module in place of the core: how a crate that renames the dependency writes it.

use audit_core::audit;

mod vendor {
    pub use audit_core as ledger;
}

#[audit(crate = crate::vendor::ledger, fields(amount))]
fn refund(amount: u64) -> u64 {
    amount
}

fn main() {
    assert_eq!(refund(7), 7);
}
