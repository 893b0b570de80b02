//! A foreign function has its body elsewhere.

use audit_core::audit;

unsafe extern "C" {
    #[audit]
    fn getpid() -> i32;
}

fn main() {}
