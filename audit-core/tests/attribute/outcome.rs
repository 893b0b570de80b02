//! How a call of a function that returns when it is done is said to have ended.

use std::fmt;
use std::io;
use std::time::Duration;

use audit_core::testing::ManualClock;
use audit_core::{Capture, EventKind, Refused, Status, Value, admit, audit};

use crate::support::quietly;
use crate::world::{World, caught};

#[audit(action = "refund")]
fn plain(amount: u64) -> u64 {
    amount + 1
}

#[audit(action = "refund", ret, err)]
fn result(amount: u64) -> Result<u64, String> {
    if amount == 13 {
        return Err(format!("{amount} is unlucky"));
    }
    Ok(amount + 1)
}

type Alias<T> = Result<T, fmt::Error>;

#[audit(action = "refund")]
fn alias(amount: u64) -> Alias<u64> {
    if amount == 13 {
        Err(fmt::Error)
    } else {
        Ok(amount)
    }
}

#[audit(action = "refund")]
fn of_io(amount: u64) -> io::Result<u64> {
    u8::try_from(amount).map_err(io::Error::other)?;
    Ok(amount)
}

#[audit(action = "refund")]
fn panics(amount: u64) -> u64 {
    assert!(amount != 13, "unlucky");
    amount
}

#[admit(action = "refund", ret, err)]
fn admitted(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[test]
fn a_function_that_returns_is_completed_whatever_it_returns() {
    let world = World::new();
    assert_eq!(world.run(|| plain(1)), 2);
    assert_eq!(world.statuses(), [Status::Completed]);
}

#[test]
fn a_returned_error_is_failed_under_every_name_of_result() {
    let world = World::new();
    assert_eq!(world.run(|| result(13)).unwrap_err(), "13 is unlucky");
    assert!(world.run(|| alias(13)).is_err());
    assert!(world.run(|| of_io(256)).is_err());
    assert_eq!(world.statuses(), [Status::Failed; 3]);
    assert!(world.run(|| result(1)).is_ok());
    assert!(world.run(|| alias(1)).is_ok());
    assert!(world.run(|| of_io(1)).is_ok());
    assert_eq!(world.statuses(), [Status::Completed; 3]);
}

#[test]
fn a_panic_goes_on_unchanged_and_is_panicked() {
    let world = World::new();
    let payload = caught(|| world.run(|| panics(13))).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"unlucky"));
    let outcomes = world.outcomes();
    assert_eq!(outcomes.len(), 1);
    assert_eq!(outcomes[0].status, Status::Panicked);
    assert_eq!((&outcomes[0].value, &outcomes[0].error), (&None, &None));
}

#[test]
fn a_refused_call_ends_refused_and_took_no_time() {
    let world = World::new();
    assert!(world.run(|| admitted(5000)).is_err());
    let outcomes = world.outcomes();
    assert_eq!(outcomes[0].status, Status::Refused);
    assert_eq!(outcomes[0].duration, Duration::ZERO);
    assert_eq!((&outcomes[0].value, &outcomes[0].error), (&None, &None));
}

#[test]
fn an_outcome_is_a_record_of_its_own_that_points_at_the_decision() {
    let world = World::new();
    world.run(|| plain(1));
    let events = world.events();
    let [decision, outcome] = &events[..] else {
        panic!("{events:?}");
    };
    assert_eq!(
        (decision.kind, outcome.kind),
        (EventKind::Decision, EventKind::Outcome)
    );
    let id = decision.decision.as_ref().unwrap().id;
    assert_eq!((decision.id, decision.call), (id, Some(id)));
    assert_eq!(outcome.call, Some(id));
    assert_ne!(outcome.id, id);
    assert_eq!(
        (&*outcome.name, outcome.decision.is_none()),
        ("refund", true)
    );
    let site = outcome.site.as_ref().unwrap();
    assert_eq!(site.function.as_deref(), Some("plain"));
    assert_eq!(decision.site, outcome.site);
}

#[audit]
fn takes_time(clock: &ManualClock, nanos: u64) {
    clock.advance(Duration::from_nanos(nanos));
}

#[test]
fn the_duration_is_that_of_the_body_alone() {
    let world = World::new();
    let clock = std::sync::Arc::clone(&world.clock);
    // What the observers take belongs to nobody's duration.
    world
        .runtime
        .observe("slow", move |_| clock.advance(Duration::from_secs(3)));
    world.run(|| takes_time(&world.clock, 1_234));
    assert_eq!(world.outcomes()[0].duration, Duration::from_nanos(1_234));
}

#[audit(ret)]
fn returned(text: &str) -> String {
    text.to_owned()
}

#[audit(err)]
fn error_alone(amount: u64) -> Result<(), String> {
    Err(amount.to_string())
}

#[test]
fn value_and_error_are_recorded_where_asked_for_and_only_there() {
    let world = World::new();
    let _ = world.run(|| {
        (
            result(1),
            result(13),
            returned("a"),
            error_alone(7),
            alias(13),
        )
    });
    let seen: Vec<_> = world
        .outcomes()
        .into_iter()
        .map(|outcome| (outcome.value, outcome.error.map(|text| text.to_string())))
        .collect();
    assert_eq!(
        seen,
        [
            (Some(Value::from(2_u64)), None),
            (None, Some("13 is unlucky".to_owned())),
            (Some(Value::from("a")), None),
            (None, Some("7".to_owned())),
            (None, None),
        ]
    );
}

/// Panics when anybody looks at it.
#[derive(Debug)]
struct Shy;

impl Capture for Shy {
    fn capture(&self) -> Value<'_> {
        panic!("captured")
    }
}

impl fmt::Display for Shy {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("shown")
    }
}

#[audit(ret, err)]
fn shy(fails: bool) -> Result<Shy, Shy> {
    if fails { Err(Shy) } else { Ok(Shy) }
}

#[test]
fn a_result_that_panics_while_it_is_recorded_is_returned_and_said_to_have_panicked() {
    let world = World::new();
    assert!(quietly(|| world.run(|| shy(false))).is_ok());
    assert!(quietly(|| world.run(|| shy(true))).is_err());
    let outcomes = world.outcomes();
    assert_eq!(outcomes[0].status, Status::Completed);
    assert_eq!(
        outcomes[0].value,
        Some(Value::from("a value that panics when it is captured"))
    );
    assert_eq!(outcomes[1].status, Status::Failed);
    assert_eq!(
        outcomes[1].error.as_deref(),
        Some("a value that panics when it is shown")
    );
}

#[test]
fn every_way_out_of_a_body_passes_the_wrapper() {
    #[audit(action = "refund", ret)]
    fn ways(amount: u64) -> Option<u64> {
        if amount == 1 {
            return Some(1);
        }
        let doubled = amount.checked_mul(2)?;
        for step in 0.. {
            if step == 3 {
                break;
            }
        }
        Some(doubled)
    }
    let world = World::new();
    let returned = world.run(|| [ways(1), ways(2), ways(u64::MAX)]);
    assert_eq!(returned, [Some(1), Some(4), None]);
    let values: Vec<_> = world
        .outcomes()
        .into_iter()
        .map(|outcome| outcome.value)
        .collect();
    assert_eq!(
        values,
        [
            Some(Value::from(1_u64)),
            Some(Value::from(4_u64)),
            Some(Value::Null)
        ]
    );
}

#[test]
fn an_outcome_belongs_to_the_scope_the_call_began_in() {
    let world = World::new();
    let alice = audit_core::Scope::new().actor(audit_core::Actor::new("alice"));
    assert!(caught(|| world.run(|| alice.run(|| panics(13)))).is_err());
    let events = world.events();
    for event in events {
        assert_eq!(event.actor.unwrap().id(), Some("alice"));
    }
}
