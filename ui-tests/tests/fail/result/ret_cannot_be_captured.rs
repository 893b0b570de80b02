//! A returned value is recorded as a field is.

use audit_core::audit;

struct Receipt;

#[audit(ret)]
fn plain() -> Receipt {
    Receipt
}

#[audit(ret)]
fn result() -> Result<Receipt, String> {
    Ok(Receipt)
}

#[audit(ret)]
async fn later() -> Result<Receipt, String> {
    Ok(Receipt)
}

#[audit(ret, err)]
fn both() -> Result<Receipt, String> {
    Ok(Receipt)
}

fn main() {}
