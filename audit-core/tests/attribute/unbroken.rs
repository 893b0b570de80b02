//! Nothing that breaks while a call is judged or recorded stops an audited function, and nothing of it lets an
//! admitted one run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use audit_core::{
    Action, Actor, Clock, EvaluateError, Evaluator, EventId, FailureKind, IdSource, PolicyInfo,
    Refusal, Refused, Request, Runtime, RuntimeBuilder, Stage, Status, Timestamp, Verdict, admit,
    audit,
};

use crate::support::{self, quietly};
use crate::world::World;

#[audit(action = "refund")]
fn audited(amount: u64) -> u64 {
    amount
}

#[audit(action = "refund")]
async fn audited_async(amount: u64) -> u64 {
    amount
}

#[admit(action = "refund")]
fn admitted(amount: u64, ran: &AtomicBool) -> Result<u64, Refused> {
    ran.store(true, Ordering::Relaxed);
    Ok(amount)
}

#[admit(action = "refund")]
async fn admitted_async(amount: u64, ran: &AtomicBool) -> Result<u64, Refused> {
    ran.store(true, Ordering::Relaxed);
    Ok(amount)
}

/// What foreign code says; no caller may read it.
const SECRET: &str = "card 4111";

/// All four kinds under something that breaks in judging; then what they were told, by an intact observer.
fn all_four(world: &World) -> Vec<(Stage, FailureKind)> {
    let ran = AtomicBool::new(false);
    let refusals = quietly(|| {
        assert_eq!(world.run(|| audited(1)), 1);
        assert_eq!(world.block_on(audited_async(1)), 1);
        [
            world.run(|| admitted(1, &ran)).unwrap_err(),
            world.block_on(admitted_async(1, &ran)).unwrap_err(),
        ]
    });
    assert!(!ran.load(Ordering::Relaxed), "an admitted body ran");
    for refused in refusals {
        assert_eq!(refused.refusal(), Refusal::Indeterminate);
        let told = format!("{refused} {refused:?}");
        assert!(!told.contains(SECRET), "{told}");
        assert!(std::error::Error::source(&refused).is_none());
    }
    let events = world.events();
    let ended: Vec<_> = events
        .iter()
        .filter_map(|event| event.outcome.as_ref())
        .map(|outcome| outcome.status)
        .collect();
    let decisions: Vec<_> = events
        .iter()
        .filter_map(|event| event.decision.as_ref())
        .filter_map(|decision| decision.error.as_ref())
        .map(|error| (error.stage, error.kind))
        .collect();
    if !decisions.is_empty() {
        use Status::{Completed, Refused};
        assert_eq!(ended, [Completed, Completed, Refused, Refused]);
    }
    decisions
}

#[test]
fn a_failing_or_panicking_resolver_stops_no_audited_call_and_every_admitted_one() {
    type Add = fn(RuntimeBuilder) -> RuntimeBuilder;
    let cases: [(Stage, FailureKind, Add); 8] = [
        (Stage::Context, FailureKind::Failed, |it| {
            it.context_resolver(|_| Err(SECRET.into()))
        }),
        (Stage::Context, FailureKind::Panicked, |it| {
            it.context_resolver(|_| panic!("{SECRET}"))
        }),
        (Stage::Action, FailureKind::Failed, |it| {
            it.action_resolver(|_| Err(SECRET.into()))
        }),
        (Stage::Action, FailureKind::Panicked, |it| {
            it.action_resolver(|_| panic!("{SECRET}"))
        }),
        (Stage::Tenant, FailureKind::Failed, |it| {
            it.tenant_resolver(|_| Err(SECRET.into()))
        }),
        (Stage::Actor, FailureKind::Panicked, |it| {
            it.actor_resolver(|_| panic!("{SECRET}"))
        }),
        (Stage::Snapshot, FailureKind::Failed, |it| {
            it.snapshot_resolver(|_| Err(SECRET.into()))
        }),
        (Stage::Snapshot, FailureKind::Panicked, |it| {
            it.snapshot_resolver(|_| panic!("{SECRET}"))
        }),
    ];
    for (stage, kind, add) in cases {
        assert_eq!(all_four(&World::with(add)), [(stage, kind); 4]);
    }
}

#[test]
fn a_resolver_that_can_only_be_awaited_is_indeterminate_for_a_function_that_can_not_wait() {
    let world =
        World::with(|builder| builder.actor_resolver_async(|_| async { Ok(Actor::new("alice")) }));
    let ran = AtomicBool::new(false);
    assert_eq!(world.run(|| audited(1)), 1);
    let refused = world.run(|| admitted(1, &ran)).unwrap_err();
    assert_eq!(refused.refusal(), Refusal::Indeterminate);
    assert!(world.block_on(admitted_async(1, &ran)).is_ok());
    let errors: Vec<_> = world
        .decisions()
        .iter()
        .map(|decision| {
            decision
                .error
                .as_ref()
                .map(|error| (error.stage, error.kind))
        })
        .collect();
    let alone = Some((Stage::Actor, FailureKind::AsyncOnly));
    assert_eq!(errors, [alone, alone, None]);
}

#[test]
fn an_awaited_resolver_that_fails_or_panics_is_as_one_that_is_asked() {
    type Add = fn(RuntimeBuilder) -> RuntimeBuilder;
    let cases: [(FailureKind, Add); 3] = [
        (FailureKind::Failed, |it| {
            it.snapshot_resolver_async(|_| async { Err(SECRET.into()) })
        }),
        (FailureKind::Panicked, |it| {
            it.snapshot_resolver_async(|_| async { panic!("{SECRET}") })
        }),
        (FailureKind::Panicked, |it| {
            it.snapshot_resolver_async(|_| -> std::future::Ready<_> { panic!("{SECRET}") })
        }),
    ];
    for (kind, add) in cases {
        let world = World::with(add);
        let ran = AtomicBool::new(false);
        let refused = quietly(|| {
            assert_eq!(world.block_on(audited_async(1)), 1);
            world.block_on(admitted_async(1, &ran)).unwrap_err()
        });
        assert!(!ran.load(Ordering::Relaxed));
        assert!(!refused.to_string().contains(SECRET));
        for decision in world.decisions() {
            let error = decision.error.unwrap();
            assert_eq!((error.stage, error.kind), (Stage::Snapshot, kind));
        }
    }
}

/// An evaluator that does not do what it is there for.
struct Broken {
    panics: bool,
    in_fields: bool,
}

impl Evaluator for Broken {
    fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        assert!(!self.panics, "{SECRET}");
        Err(EvaluateError::new(SECRET))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }

    fn action_fields(&self, _: &str) -> Option<&[Arc<str>]> {
        assert!(!self.in_fields, "{SECRET}");
        None
    }
}

#[test]
fn an_evaluator_that_fails_or_panics_stops_no_audited_call_and_every_admitted_one() {
    for (panics, in_fields, kind) in [
        (false, false, FailureKind::Failed),
        (true, false, FailureKind::Panicked),
        (false, true, FailureKind::Panicked),
    ] {
        let broken = Broken { panics, in_fields };
        let world = World::of(Runtime::builder().policy(broken));
        assert_eq!(all_four(&world), [(Stage::Evaluate, kind); 4]);
    }
}

/// A clock and a source of identifiers that break when told to.
#[derive(Clone, Default)]
struct Fragile(Arc<AtomicBool>);

impl Clock for Fragile {
    fn monotonic_nanos(&self) -> u64 {
        assert!(!self.0.load(Ordering::Relaxed), "{SECRET}");
        0
    }

    fn wall_at(&self, _: u64) -> Timestamp {
        assert!(!self.0.load(Ordering::Relaxed), "{SECRET}");
        Timestamp::default()
    }
}

impl IdSource for Fragile {
    fn next_id(&self, _: Timestamp) -> EventId {
        assert!(!self.0.load(Ordering::Relaxed), "{SECRET}");
        EventId::from_bytes([0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 1])
    }
}

#[test]
fn a_clock_or_a_source_of_identifiers_that_panics_stops_no_audited_call_and_every_admitted_one() {
    for broken in ["clock", "identifiers"] {
        let fragile = Fragile::default();
        let builder = support::builder().outcome_observer("wants outcomes", |_| {});
        let builder = match broken {
            "clock" => builder.clock(fragile.clone()),
            _ => builder.ids(fragile.clone()),
        };
        let runtime = builder.build().unwrap();
        let ran = AtomicBool::new(false);
        fragile.0.store(true, Ordering::Relaxed);
        let refused = quietly(|| {
            runtime.scope(|| {
                assert_eq!(audited(1), 1);
                admitted(1, &ran).unwrap_err()
            })
        });
        assert!(!ran.load(Ordering::Relaxed));
        assert_eq!(refused.refusal(), Refusal::Indeterminate);
        assert_eq!(
            refused.to_string(),
            "action `refund` is refused as policy could not answer"
        );
        assert_eq!(refused.decision(), None);

        // Broken while the body runs, it keeps the outcome from being recorded and nothing else.
        #[audit]
        fn breaks(fragile: &Fragile) -> u8 {
            fragile.0.store(true, Ordering::Relaxed);
            7
        }
        fragile.0.store(false, Ordering::Relaxed);
        assert_eq!(quietly(|| runtime.scope(|| breaks(&fragile))), 7);
    }
}

#[test]
fn a_panicking_observer_stops_no_call_and_no_other_observer() {
    let world = World::with(|builder| {
        builder
            .observer("panics", |_| panic!("{SECRET}"))
            .outcome_observer("panics too", |_| panic!("{SECRET}"))
    });
    let ran = AtomicBool::new(false);
    let refused = quietly(|| {
        assert_eq!(world.run(|| audited(1)), 1);
        assert_eq!(world.block_on(audited_async(1)), 1);
        assert_eq!(world.run(|| admitted(1, &ran)).unwrap(), 1);
        world.run(|| admitted(5000, &ran)).unwrap_err()
    });
    assert_eq!(refused.refusal(), Refusal::Blocked);
    assert_eq!(world.events().len(), 8);
    let panics: Vec<_> = world.runtime.observer_stats();
    assert_eq!((panics[0].panics, panics[1].panics), (4, 4));
}

#[test]
fn a_slow_observer_is_named_and_stops_no_call() {
    let world = World::new();
    let clock = Arc::clone(&world.clock);
    world
        .runtime
        .observe("slow", move |_| clock.advance(Duration::from_secs(1)));
    let (returned, warnings) = support::warnings_of(|| world.run(|| audited(1)));
    assert_eq!(returned, 1);
    assert_eq!(warnings.len(), 1);
    assert!(
        warnings[0].contains("observer `slow` is slow"),
        "{warnings:?}"
    );
}

#[test]
fn an_indeterminate_decision_of_an_audited_call_says_what_happened_in_the_record_alone() {
    let world = World::with(|builder| builder.actor_resolver(|_| Err(SECRET.into())));
    world.run(|| audited(1));
    let error = world.decisions()[0].error.clone().unwrap();
    assert_eq!(error.message, SECRET);
    let action = Action::new("refund").with("amount", 1);
    assert!(world.runtime.block(&action));
}
