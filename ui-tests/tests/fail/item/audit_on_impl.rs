//! The attribute goes on the functions inside.

use audit_core::audit;

struct Shop;

#[audit]
impl Shop {
    fn refund(&self) {}
}

fn main() {}
