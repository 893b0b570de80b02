//! Every argument of `#[admit]`, once.

use audit_core::{Runtime, admit, Refused};

fn decline(refused: Refused) -> u64 {
    assert_eq!(refused.action_type(), "limit");
    0
}

#[admit(
    action = "limit",
    on_refuse = decline,
    uninstalled = "refuse",
    on_unrecordable = "refuse",
    delivery = "durable",
    durable_timeout = "250ms"
)]
fn limit() -> u64 {
    7
}

#[admit(
    action = "refund",
    fields(amount, to, card, pin, cvc),
    actor = "alice",
    tenant = Some("acme"),
    resource = to,
    snapshot(open = true),
    mask(card),
    hash(to),
    seal(pin),
    drop(cvc),
    ret,
    err,
    uninstalled = "run",
    on_unrecordable = "run",
    delivery = "buffered",
    explain = explain_refund,
    crate = ::audit_core
)]
fn refund(amount: u64, to: &str, card: &str, pin: u16, cvc: u16) -> Result<u64, Refused> {
    let _ = (to, card, pin, cvc);
    Ok(amount)
}

#[admit(skip(token), runtime = runtime)]
async fn waits(runtime: &Runtime, token: &str) -> std::io::Result<()> {
    let _ = (runtime, token);
    Ok(())
}

fn main() {
    assert_eq!(limit(), 0);
    assert_eq!(refund(7, "me", "4111", 1, 2), Ok(7));
    assert!(explain_refund(7, "me", "4111", 1, 2).is_none());
    let _ = waits;
}
