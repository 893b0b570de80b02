//! Where there is no body, there is nothing to judge.

use audit_core::audit;

trait Till {
    #[audit]
    fn refund(&self);
}

fn main() {}
