//! An expression in an attribute gives a value; it can't leave the function.

use audit_core::audit;

#[audit(fields(amount = text.parse::<u64>()?))]
fn refund(text: &str) -> Result<(), std::num::ParseIntError> {
    Ok(())
}

fn main() {}
