//! Events of every form that a decision can take, made by runtimes whose clock stands and whose identifiers count.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use audit_core::testing::{CountingIds, ManualClock, capture};
use audit_core::{
    Action, Actor, BoxError, Call, EvaluateError, Evaluator, Event, EventKind, FailureKind, Fields,
    Function, Outcome, Policy, PolicyInfo, Request, Runtime, RuntimeBuilder, Scope, Site, Snapshot,
    Status, Substitute, SubstituteKind, Text, Value, Verdict,
};

use super::changed::changed;
use super::judged::judged;
use super::tenancy::tenancy;

pub(crate) const SCHEMA: &str = "version: 1
actions:
  refund: {fields: {amount: number, currency: string}}
actor: {fields: {id: string, role: string}}
snapshot: {fields: {frozen: boolean}}
";

pub(crate) const POLICY: &str = "version: 3
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

pub(crate) fn still(evaluator: impl Evaluator) -> RuntimeBuilder {
    Runtime::builder()
        .policy(evaluator)
        .clock(ManualClock::new(
            "2026-11-23T08:00:00.000000001Z".parse().unwrap(),
        ))
        .ids(CountingIds::default())
}

fn builder() -> RuntimeBuilder {
    still(Policy::from_strings(SCHEMA, POLICY, None).unwrap())
}

/// Makes the one event of a call.
fn event_of(runtime: RuntimeBuilder, call: &Call<'_>) -> Event<'static> {
    let runtime = runtime.build().unwrap();
    let captured = capture(|| runtime.decide(call));
    let mut event = captured.events.into_iter().next().unwrap();
    fixed(&mut event);
    event
}

/// Holds what changes from run to run.
pub(crate) fn fixed(event: &mut Event<'static>) {
    let process = event.process.as_mut().unwrap();
    process.id = 4242;
    process.name = Text::borrowed("payments");
}

fn event_for(action: &Action<'_>) -> Event<'static> {
    event_of(builder(), &Call::new(action))
}

pub(crate) fn refund(amount: i64) -> Action<'static> {
    Action::new("refund").with("amount", amount)
}

fn everything() -> Event<'static> {
    let runtime = builder().snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", false)));
    let actor = Actor::new("alice")
        .with("role", "support")
        .on_behalf_of("bob");
    let site =
        Site::new(Text::borrowed("src/refund.rs"), 12).in_function("payments::refund", "pay_back");
    let action = refund(250).with("currency", "EUR").on("order:77");
    let scope = Scope::new()
        .actor(actor)
        .trace(
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
                .parse()
                .unwrap(),
        )
        .cause("00000000-0000-7000-8000-00000000002a".parse().unwrap());
    scope
        .tenant("acme")
        .unwrap()
        .run(|| event_of(runtime, &Call::new(&action).at(site)))
}

fn function() -> Event<'static> {
    let arguments = Fields::new()
        .with("order", "77")
        .with("amount", 5000)
        .with("currency", "EUR");
    let function = Function::new("pay_back", arguments)
        .action_type("refund")
        .on("order:77");
    let site =
        Site::new(Text::borrowed("src/refund.rs"), 12).in_function("payments::refund", "pay_back");
    event_of(builder(), &Call::of(function).at(site))
}

/// Values that JSON has no form for, or that its readers stumble over.
pub(crate) fn odd_values() -> Fields<'static> {
    let nested = Fields::new()
        .with("", Value::Null)
        .with("list", vec![Value::from(f64::NAN), Value::from("\u{7f}")]);
    Fields::new()
        .with("nan", f64::NAN)
        .with("infinite", f64::INFINITY)
        .with("minus infinite", f64::NEG_INFINITY)
        .with("minus zero", -0.0)
        .with("nul", "a\0b")
        .with("quotes", "\"\\\u{2028}\u{feff}😀")
        .with("largest", u64::MAX)
        .with("lowest", i64::MIN)
        .with("beyond 2^53", 9_007_199_254_740_993_i64)
        .with("type", "harmless")
        .with("$f64", "nan")
        .with("nothing", Value::Null)
        .with("empty", Vec::<i64>::new())
        .with("nested", nested)
}

/// What the program itself recorded, at rest.
fn entry() -> Event<'static> {
    let time = "2026-11-23T08:00:00.000000001Z".parse().unwrap();
    let id = "00000000-0000-7000-8000-000000000001".parse().unwrap();
    let mut event = Event::new(id, time, EventKind::Event, "report.export");
    event.actor = Some(Cow::Owned(Actor::new("alice")));
    event.action = Some(Cow::Owned(Action::new("report.export").on("report:7")));
    event.resource = Some(Text::borrowed("report:7"));
    event.outcome = Some(Cow::Owned(Outcome::new(
        Status::Completed,
        Duration::from_millis(5),
    )));
    event.transport = Some(Text::borrowed("http"));
    event.started = Some(time);
    event.ended = Some(time.saturating_add(Duration::from_millis(5)));
    let substitutes = Fields::new()
        .with(
            "order",
            Substitute::new(SubstituteKind::Unserializable, "no such order").into_value(),
        )
        .with(
            "body",
            Substitute::new(SubstituteKind::InvalidJson, "{\"a\": \"\\ud800\"}").into_value(),
        )
        .with(
            "image",
            Substitute::new(SubstituteKind::Bytes, "00ff").into_value(),
        )
        .with(
            "note",
            Substitute::new(SubstituteKind::Cut, "xxx").into_value(),
        );
    event.request = Some(Value::from(substitutes));
    event.response = Some(Value::from(vec![1, 2]));
    event.metadata = Some(Value::from(odd_values()));
    let told = Fields::new()
        .with("bytes", 70_000)
        .with("sha256", "0".repeat(64));
    event.cut = Some(Fields::new().with("request.body", told).into());
    event.seq = Some(u64::MAX);
    fixed(&mut event);
    event
}

fn odd() -> Event<'static> {
    let runtime = builder().snapshot_resolver(|_| Ok(odd_values()));
    let action = Action::new("refund\n").with_fields(odd_values()).on("");
    let actor = Actor::from(odd_values());
    Scope::new()
        .actor(actor)
        .run(|| event_of(runtime, &Call::new(&action)))
}

/// Fails as it is told to.
struct Broken(fn() -> EvaluateError);

impl Evaluator for Broken {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Err((self.0)())
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }
}

type Add = fn(RuntimeBuilder) -> RuntimeBuilder;

/// A runtime for each step that can fail, and each way in which it can.
fn failing() -> Vec<(String, RuntimeBuilder)> {
    macro_rules! steps {
        ($($stage:literal $sync:ident $later:ident)+) => {[$(
            ($stage, "failed", (|b| b.$sync(|_| Err("the store is away".into()))) as Add),
            ($stage, "panicked", |b| b.$sync(|_| panic!("index out of range"))),
            ($stage, "async_only", |b| b.$later(|_| async { Err("never asked".into()) })),
        )+]};
    }
    let resolvers = steps! {
        "context" context_resolver context_resolver_async
        "action_type" action_type_resolver action_type_resolver_async
        "action" action_resolver action_resolver_async
        "tenant" tenant_resolver tenant_resolver_async
        "actor" actor_resolver actor_resolver_async
        "snapshot" snapshot_resolver snapshot_resolver_async
    };
    let evaluators = [
        (
            "evaluate.failed",
            Broken(|| EvaluateError::new("the engine is cold")),
        ),
        ("evaluate.panicked", Broken(|| panic!("index out of range"))),
        (
            "evaluate.missing",
            Broken(|| EvaluateError::of_kind(FailureKind::Missing, "actor.role is missing")),
        ),
        (
            "evaluate.type_mismatch",
            Broken(|| {
                EvaluateError::of_kind(FailureKind::TypeMismatch, "action.amount is no decimal")
            }),
        ),
    ];
    let resolvers = resolvers
        .into_iter()
        .map(|(stage, kind, add)| (format!("{stage}.{kind}"), add(builder())));
    let evaluators = evaluators
        .into_iter()
        .map(|(name, broken)| (name.to_owned(), still(broken)));
    resolvers.chain(evaluators).collect()
}

/// Every form, by name. Those without a dot are the checked-in examples.
pub(crate) fn samples() -> Vec<(String, Event<'static>)> {
    let reasoned = |_: &Fields<'_>| -> Result<Fields<'static>, BoxError> { Err("no order".into()) };
    let untyped = Action::untyped();
    let large = refund(5000);
    let shadow = Call::new(&large).in_shadow();
    let built = Call::of(Function::new("refund", Fields::new()).built_by(&reasoned));
    let huge = "x".repeat(1 << 20);
    let mut samples = vec![
        ("allowed", event_for(&refund(250))),
        ("blocked", event_for(&large)),
        ("approval", event_for(&refund(700))),
        ("shadow", event_of(builder(), &shadow)),
        ("untyped", event_for(&untyped)),
        ("everything", everything()),
        ("function", function()),
        ("odd", odd()),
        ("entry", entry()),
        (
            "indeterminate",
            event_of(
                builder().snapshot_resolver(|_| Err("the store is away".into())),
                &Call::new(&large),
            ),
        ),
        (
            "huge.text",
            event_for(&refund(1).with("note", huge.as_str()).on(huge.as_str())),
        ),
        ("builder.failed", event_of(builder(), &built)),
    ]
    .into_iter()
    .chain(judged())
    .chain(changed())
    .chain(tenancy())
    .map(|(name, event)| (name.to_owned(), event))
    .collect::<Vec<_>>();
    for (name, runtime) in failing() {
        let call = Call::of(Function::new("refund", Fields::new().with("amount", 1)));
        samples.push((name, event_of(runtime, &call)));
    }
    samples.push(("long.message".to_owned(), long_message()));
    samples
}

fn long_message() -> Event<'static> {
    let text: Arc<str> = "ä\0".repeat(10_000).into();
    let runtime = builder().actor_resolver(move |_| Err(text.as_ref().into()));
    event_of(runtime, &Call::new(&refund(1)))
}
