//! What the tests of the public surface share: a policy, a runtime, and a net for warnings.

#![allow(dead_code, reason = "every test binary uses its own part of this")]

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use audit_core::{Action, Change, Mode, ModeTarget, Policy, Runtime, RuntimeBuilder};

pub(crate) const SCHEMA: &str = "version: 1
actions:
  refund: {fields: {amount: number, currency: string, urgent: boolean, order_id: string}}
  transfer: {fields: {amount: number}}
actor: {fields: {id: string, role: string}}
snapshot: {fields: {frozen: boolean, limit: number}}
";

/// Refunds above 1000 are blocked, above 500 need approval; a frozen account is blocked whatever is done.
pub(crate) const POLICY: &str = "version: 7
rules:
  - id: block_large
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
    effect: block
  - id: approve_medium
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 500}}
    effect: require_approval
  - id: frozen
    scope: {global: true}
    when: {subject: {domain: snapshot, field: frozen}, operator: equals, value: {literal: true}}
    effect: block
";

pub(crate) fn policy() -> Policy {
    Policy::from_strings(SCHEMA, POLICY, None).unwrap()
}

/// A policy whose one rule blocks every refund above a limit, under the version of that number.
pub(crate) fn policy_with_limit(limit: u32) -> Policy {
    let rules = format!(
        "version: {limit}
rules:
  - id: above_{limit}
    scope: {{action: refund}}
    when: {{subject: {{domain: action, field: amount}}, operator: greater_than, value: {{literal: {limit}}}}}
    effect: block
"
    );
    Policy::from_strings(SCHEMA, &rules, None).unwrap()
}

pub(crate) fn builder() -> RuntimeBuilder {
    Runtime::builder().policy(policy())
}

pub(crate) fn runtime() -> Runtime {
    builder().build().unwrap()
}

pub(crate) fn refund(amount: i64) -> Action<'static> {
    Action::new("refund").with("amount", amount)
}

/// Who changes something, and why.
pub(crate) fn change() -> Change {
    Change::by("ada").because("a test").unwrap()
}

/// Sets the mode of everything, or takes it away.
pub(crate) fn set_mode(runtime: &Runtime, mode: impl Into<Option<Mode>>) {
    runtime
        .set_mode(ModeTarget::Everything, mode, change())
        .unwrap();
}

/// Runs foreign code that panics on purpose, without its message in the output of the tests.
pub(crate) fn quietly<R>(work: impl FnOnce() -> R) -> R {
    use std::cell::Cell;
    use std::sync::Once;
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                loud(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let result = work();
    QUIET.set(before);
    result
}

/// Runs code and keeps the warnings of this thread, each as its fields and its text.
pub(crate) fn warnings_of<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    said_at(tracing::Level::WARN, work)
}

/// The same for errors.
pub(crate) fn errors_of<R>(work: impl FnOnce() -> R) -> (R, Vec<String>) {
    said_at(tracing::Level::ERROR, work)
}

fn said_at<R>(level: tracing::Level, work: impl FnOnce() -> R) -> (R, Vec<String>) {
    // `tracing` remembers whether anybody is interested in a place, and what it remembers while another test's net comes or goes
    // may be wrong. While somebody never says no for good, every event is asked for anew.
    static ALWAYS: OnceLock<()> = OnceLock::new();
    ALWAYS.get_or_init(|| {
        let _another = tracing::subscriber::set_global_default(Net::at(level));
    });
    let net = Net::at(level);
    let caught = Arc::clone(&net.0);
    let result = tracing::subscriber::with_default(net, work);
    let caught = caught.lock().unwrap().clone();
    (result, caught)
}

/// Catches what is said of the crate's own health at one level.
struct Net(Arc<Mutex<Vec<String>>>, tracing::Level);

impl Net {
    fn at(level: tracing::Level) -> Self {
        Self(Arc::default(), level)
    }
}

impl tracing::Subscriber for Net {
    fn register_callsite(
        &self,
        _: &'static tracing::Metadata<'static>,
    ) -> tracing::subscriber::Interest {
        tracing::subscriber::Interest::sometimes()
    }

    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "audit::health" && *metadata.level() == self.1
    }

    fn event(&self, event: &tracing::Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }

    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

struct Line(String);

impl tracing::field::Visit for Line {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn fmt::Debug) {
        use fmt::Write as _;
        write!(self.0, "{field}={value:?} ").unwrap();
    }
}
