//! What a macro will make can't be seen yet.

use audit_core::audit;

macro_rules! refund {
    () => {
        fn refund() {}
    };
}

#[audit]
refund! {}

fn main() {}
