//! `?` leads to the error of the function that the user wrote.

use audit_core::audit;

struct PayError;

fn parse() -> Result<u64, std::num::ParseIntError> {
    "7".parse()
}

#[audit]
fn sync() -> Result<u64, PayError> {
    Ok(parse()?)
}

#[audit]
async fn later() -> Result<u64, PayError> {
    let amount = parse()?;
    Ok(amount)
}

#[audit]
fn no_result() -> u64 {
    parse()?
}

#[audit]
async fn no_result_later() -> u64 {
    parse()?
}

fn main() {}
