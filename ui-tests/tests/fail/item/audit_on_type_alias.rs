//! The attribute goes on a function.

use audit_core::audit;

#[audit]
type Amount = u64;

fn main() {}
