//! The attribute goes on a function.

use audit_core::audit;

#[audit]
trait Till {
    fn refund(&self);
}

fn main() {}
