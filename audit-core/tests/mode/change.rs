//! What a change of mode records: who, when, why, from what to what, in which scope.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::testing::capture;
use audit_core::{
    Actor, Change, Classification, Event, EventKind, Mode, ModeTarget, Redaction, Refused, Runtime,
    Scope, admit,
};
use serde_json::{Value, json};

use crate::staged::Staged;
use crate::support::change;
use crate::world::World;

fn world() -> World {
    World::of(Runtime::builder().policy(Staged::new().rules(&["no"])))
}

fn by(who: &str, why: &str) -> Change {
    Change::by(who).because(why).unwrap()
}

/// The data of an event, and its name.
pub(crate) fn said(event: &Event<'_>) -> (String, Value) {
    let data = serde_json::to_value(event.data.as_ref().unwrap()).unwrap();
    (event.name.to_string(), data)
}

#[test]
fn each_change_is_an_event_with_target_from_to_who_and_why() {
    let world = world();
    let runtime = &world.runtime;
    let pay = ModeTarget::action("pay");
    let set = |target: &ModeTarget, mode, change| {
        runtime.set_mode(target.clone(), mode, change).unwrap();
    };
    set(&pay, Mode::Shadow, by("ada", "try it out"));
    set(&pay, Mode::Enforce, by("bob", "it is right"));
    set(&ModeTarget::Everything, Mode::Off, by("eve", "incident"));
    set(&ModeTarget::rule("no"), Mode::Off, by("eve", "too strict"));
    runtime.clear_mode(pay, by("ada", "over")).unwrap();
    let events = world.told();
    assert!(events.iter().all(|event| event.kind == EventKind::Mode));
    let said: Vec<_> = events.iter().map(said).collect();
    let expected = [
        (
            "mode.set",
            json!({"target": "action", "name": "pay", "from": null, "to": "shadow", "by": "ada", "reason": "try it out"}),
        ),
        (
            "mode.set",
            json!({"target": "action", "name": "pay", "from": "shadow", "to": "enforce", "by": "bob", "reason": "it is right"}),
        ),
        (
            "mode.set",
            json!({"target": "everything", "from": null, "to": "off", "by": "eve", "reason": "incident"}),
        ),
        (
            "mode.set",
            json!({"target": "rule", "name": "no", "from": null, "to": "off", "by": "eve", "reason": "too strict"}),
        ),
        (
            "mode.cleared",
            json!({"target": "action", "name": "pay", "from": "enforce", "to": null, "by": "ada", "reason": "over"}),
        ),
    ];
    assert_eq!(said, expected.map(|(name, data)| (name.to_owned(), data)));
}

#[test]
fn a_change_that_changes_nothing_is_recorded_too() {
    let world = world();
    for _ in 0..2 {
        let set = world
            .runtime
            .set_mode(ModeTarget::Everything, Mode::Enforce, change());
        set.unwrap();
        world
            .runtime
            .clear_mode(ModeTarget::action("pay"), change())
            .unwrap();
    }
    let events = world.told();
    let from_to: Vec<_> = events
        .iter()
        .map(|event| said(event).1)
        .map(|data| (data["from"].clone(), data["to"].clone()))
        .collect();
    let enforce = json!("enforce");
    assert_eq!(
        from_to,
        [
            (Value::Null, enforce.clone()),
            (Value::Null, Value::Null),
            (enforce.clone(), enforce),
            (Value::Null, Value::Null)
        ]
    );
}

#[test]
fn the_event_names_the_scope_in_which_it_was_changed() {
    let policy = Staged::new().classification(
        Classification::nothing()
            .actor_field("email", Redaction::Mask)
            .actor_field("phone", Redaction::Drop),
    );
    let world = World::of(Runtime::builder().policy(policy));
    world.clock.advance(Duration::from_secs(5));
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let actor = Actor::new("ada")
        .with("email", "ada@example.com")
        .with("phone", "5550100")
        .with("role", "operator");
    let scope = Scope::new().actor(actor).tenant("acme").unwrap();
    scope.trace(trace.parse().unwrap()).run(|| {
        let set = world
            .runtime
            .set_mode(ModeTarget::Everything, Mode::Shadow, change());
        set.unwrap();
    });
    let event = &world.told()[0];
    let json = serde_json::to_value(event).unwrap();
    assert_eq!(json["time"], "1970-01-01T00:00:05.000000000Z");
    assert_eq!(json["tenant"], "acme");
    assert_eq!(json["trace"], trace);
    assert_eq!(
        json["actor"],
        json!({"id": "ada", "email": "***", "role": "operator"})
    );
    assert_eq!(
        json["redacted"],
        json!({"actor.email": "mask", "actor.phone": "drop"})
    );
    assert!(json["process"]["id"].is_number());
}

#[test]
fn a_change_says_who_and_why_without_what_is_around_it_and_in_bounds() {
    let change = by("  ada\n", &format!(" {} ", "ä".repeat(600)));
    assert_eq!(change.who(), "ada");
    assert_eq!(change.why(), "ä".repeat(512));
    for (who, why, message) in [
        ("", "because", "`by` is empty: a change says who makes it"),
        (
            " \t",
            "because",
            "`by` is empty: a change says who makes it",
        ),
        (
            "ada",
            "",
            "`because` is empty: a change says why it is made",
        ),
        (
            "ada",
            "\u{2003}\n",
            "`because` is empty: a change says why it is made",
        ),
    ] {
        let error = Change::by(who).because(why).unwrap_err();
        assert_eq!(error.to_string(), message);
    }
}

#[test]
fn what_is_in_force_is_listed_with_who_when_and_why() {
    let builder = Runtime::builder().policy(Staged::new().rules(&["no"]));
    let world = World::of(builder.mode(Mode::Shadow));
    let list = world.runtime.mode_overrides();
    assert_eq!(list.len(), 1);
    assert_eq!(
        (&list[0].target, list[0].mode, &list[0].change),
        (&ModeTarget::Everything, Mode::Shadow, &None),
        "set by the program itself"
    );
    assert!(world.told().is_empty(), "nothing was changed yet");

    world.clock.advance(Duration::from_secs(7));
    for target in [
        ModeTarget::rule("no"),
        ModeTarget::action("pay"),
        ModeTarget::action("book"),
        ModeTarget::Everything,
    ] {
        let set = world
            .runtime
            .set_mode(target, Mode::Off, by("eve", "incident"));
        set.unwrap();
    }
    let list = world.runtime.mode_overrides();
    let targets: Vec<_> = list.iter().map(|set| set.target.to_string()).collect();
    assert_eq!(
        targets,
        ["everything", "action `book`", "action `pay`", "rule `no`"]
    );
    for set in &list {
        assert_eq!(set.since.to_string(), "1970-01-01T00:00:07.000000000Z");
        assert_eq!(set.change.as_ref().unwrap(), &by("eve", "incident"));
        assert_eq!(set.mode, Mode::Off);
    }
    for set in list {
        world.runtime.clear_mode(set.target, change()).unwrap();
    }
    assert!(world.runtime.mode_overrides().is_empty());
}

#[test]
fn queued_observers_and_captures_are_told_too() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let seeing = Arc::clone(&seen);
    let runtime = Runtime::builder()
        .policy(Staged::new())
        .queued_observer("trail", 8, move |event| {
            seeing.lock().unwrap().push(event.name.to_string());
        })
        .build()
        .unwrap();
    let captured = capture(|| {
        let set = runtime.set_mode(ModeTarget::Everything, Mode::Off, change());
        set.unwrap();
    });
    runtime.flush(Duration::from_mins(1)).unwrap();
    assert_eq!(*seen.lock().unwrap(), ["mode.set"]);
    let names: Vec<_> = captured.events.iter().map(|event| &*event.name).collect();
    assert_eq!(names, ["mode.set"]);
    assert_eq!(captured.decisions().count(), 0);
}

#[test]
fn it_is_in_force_before_anybody_is_told_and_a_panicking_observer_changes_nothing() {
    #[admit(action = "pay")]
    fn pay() -> Result<(), Refused> {
        Ok(())
    }
    let runtime = Runtime::builder().policy(Staged::new()).build().unwrap();
    struct Looks(Mutex<Vec<bool>>, Runtime);
    impl audit_core::Observer for Looks {
        fn on_decision(&self, _: &audit_core::DecisionEvent<'_>) {}
        fn on_event(&self, _: &Event<'_>) {
            self.0.lock().unwrap().push(self.1.scope(pay).is_ok());
            panic!("the disk is full");
        }
    }
    let looks = Arc::new(Looks(Mutex::default(), runtime.clone()));
    struct Shared(Arc<Looks>);
    impl audit_core::Observer for Shared {
        fn on_decision(&self, _: &audit_core::DecisionEvent<'_>) {}
        fn on_event(&self, event: &Event<'_>) {
            self.0.on_event(event);
        }
    }
    runtime.add_observer("looks", Shared(Arc::clone(&looks)));
    crate::support::quietly(|| {
        for mode in [Mode::Shadow, Mode::Enforce, Mode::Off] {
            let set = runtime.set_mode(ModeTarget::action("pay"), mode, change());
            set.unwrap();
        }
    });
    assert_eq!(*looks.0.lock().unwrap(), [true, false, true]);
    assert_eq!(runtime.observer_stats()[0].panics, 3);
}
