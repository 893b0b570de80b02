//! The attribute goes on a function.

use audit_core::audit;

#[audit]
static LIMIT: u64 = 7;

fn main() {}
