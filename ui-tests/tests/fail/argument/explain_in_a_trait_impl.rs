//! A trait has no room for a companion.

use audit_core::audit;

trait Till {
    fn refund(&self, amount: u64);
}

struct Shop;

impl Till for Shop {
    #[audit(explain = explain_refund)]
    fn refund(&self, amount: u64) {
        let _ = amount;
    }
}

fn main() {}
