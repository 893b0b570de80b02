//! A `const fn` may run in the compiler, where nobody can be asked.

use audit_core::audit;

#[audit]
const fn refund() {}

fn main() {}
