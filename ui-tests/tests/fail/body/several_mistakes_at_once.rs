//! One compile shows them all, and the function stays: calling it is no mistake.

use audit_core::{admit, audit};

#[admit(acton = "refund", mask(ordr), tenant = "", delivery = "x", durable_timeout = "1s")]
fn refund(order: u64) {
    let _ = order;
}

fn caller() {
    refund(7);
}

struct Shop;

impl Shop {
    #[audit(level = 1)]
    fn close(&self) {}
}

fn closes(shop: &Shop) {
    shop.close();
}

fn main() {}
