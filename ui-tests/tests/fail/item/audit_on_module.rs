//! The attribute goes on a function.

use audit_core::audit;

#[audit]
mod till {
    pub fn refund() {}
}

fn main() {}
