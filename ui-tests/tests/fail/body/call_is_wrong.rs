//! A call is held to the signature that its author sees.

use audit_core::audit;

#[audit(explain = explain_refund)]
fn refund(order: u64, to: &str) -> u64 {
    let _ = to;
    order
}

fn caller() {
    refund("order");
    explain_refund(7);
    let _: String = refund(7, "me");
}

fn main() {}
