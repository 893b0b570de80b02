//! The business, which knows of neither path.

use audit_core::{Refused, admit, audit};

#[admit(action = "refund", fields(amount))]
pub(crate) fn refund(order: &str, amount: u64) -> Result<String, Refused> {
    Ok(format!("{amount} back for {order}"))
}

#[audit(action = "export", fields(rows))]
pub(crate) fn export(rows: u64) -> u64 {
    rows
}
