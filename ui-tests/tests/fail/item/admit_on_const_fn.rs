//! A `const fn` may run in the compiler, where nobody can be asked.

use audit_core::{admit, Refused};

#[admit]
const fn refund() -> Result<(), Refused> {
    Ok(())
}

fn main() {}
