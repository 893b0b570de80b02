//! What these tests share: a service with three refunds, and a sink that keeps what comes of them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use audit_core::sink::MemorySink;
use audit_core::testing::{CountingIds, ManualClock};
use audit_core::{Action, Actor, Mode, Pattern, Policy, Refused, Runtime, Scope, admit, audit};

use crate::support::quietly;

const SCHEMA: &str = "language: audit/2
actions:
  refund: {fields: {amount: integer, order_id: string, token: {type: string, optional: true, sensitive: mask}}}
  payout: {fields: {amount: integer}}
  report: {fields: {}}
";

const POLICY: &str = "language: audit/2
default: allow
rules:
  - id: block_large_refund
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
    effect: block
  - id: approve_medium_refund
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 500}}
    effect: require_approval
  - id: block_payout
    scope: {action: payout}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 100}}
    effect: block
    mode: shadow
";

/// A runtime whose time stands still, and a sink that keeps its events.
pub(crate) fn service() -> (Runtime, Arc<MemorySink>) {
    service_in(None)
}

pub(crate) fn service_in(mode: Option<Mode>) -> (Runtime, Arc<MemorySink>) {
    let mut builder = Runtime::builder()
        .policy(Policy::from_strings(SCHEMA, POLICY, None).unwrap())
        .clock(ManualClock::new("2026-11-30T12:00:00Z".parse().unwrap()))
        .ids(CountingIds::default());
    if let Some(mode) = mode {
        builder = builder.mode(mode);
    }
    let runtime = builder.build().unwrap();
    let sink = Arc::new(MemorySink::new());
    runtime.register_sink(sink.clone()).unwrap();
    (runtime, sink)
}

#[admit(action = "refund", fields(amount, order_id, token), resource = format!("order:{order_id}"))]
pub(crate) fn refund(order_id: &str, amount: u64, token: &str) -> Result<u64, Refused> {
    let _ = (order_id, token);
    Ok(amount)
}

#[audit(action = "report")]
pub(crate) fn report(end: &str) -> Result<(), String> {
    match end {
        "fails" => Err("no paper".to_owned()),
        "panics" => panic!("on fire"),
        _ => Ok(()),
    }
}

/// Three refunds: 50 and 800 by alice, 5000 by bob, for acme.
pub(crate) fn three_refunds(runtime: &Runtime) {
    let scope = |actor: &'static str| {
        Scope::new()
            .runtime(runtime.clone())
            .actor(Actor::new(actor).with("role", "support"))
            .tenant("acme")
            .unwrap()
    };
    let _paid = scope("alice").run(|| refund("o-1", 50, "tok-1"));
    let _paid = scope("alice").run(|| refund("o-2", 800, "tok-2"));
    let _paid = scope("bob").run(|| refund("o-3", 5000, "tok-3"));
}

pub(crate) fn payout(runtime: &Runtime, amount: i64) {
    let _decision = runtime.evaluate(&Action::new("payout").with("amount", amount));
}

/// What an assertion says when it fails.
pub(crate) fn message(assertion: impl FnOnce()) -> String {
    let failed = quietly(|| catch_unwind(AssertUnwindSafe(assertion)));
    *failed.unwrap_err().downcast::<String>().unwrap()
}

/// All names that look like this.
pub(crate) fn like(pattern: &str) -> Pattern {
    Pattern::new(pattern).unwrap()
}
