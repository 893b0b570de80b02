//! The attribute goes on a function.

use audit_core::audit;

#[audit]
enum Order {}

fn main() {}
