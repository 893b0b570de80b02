//! Who acts is redacted wherever they come from and wherever they are shown.

use std::sync::{Arc, Mutex};

use audit_core::{Actor, Redaction, Runtime, Scope};

use super::house::{
    ADMITTED, RELEASE, alice, builder, deploy, event_of, how, outcomes_of, release, runtime, text,
};

fn assert_redacted(actor: &Actor<'_>) {
    assert_eq!(actor.id(), Some("alice"));
    let email = text(actor.fields().get("email")).unwrap();
    assert!(email.starts_with("hmac-sha256:"), "{email}");
    assert!(actor.fields().get("badge").is_none());
    assert_eq!(text(actor.fields().get("role")), Some("support"));
}

/// A runtime that finds the actor, and the scope of another one.
fn resolving() -> (Runtime, Scope) {
    let runtime = builder().actor_resolver(|_| Ok(alice())).build().unwrap();
    let other = Actor::new("other")
        .with("email", "other@example.com")
        .with("badge", "b-other");
    (runtime, Scope::new().actor(other))
}

#[test]
fn the_actor_of_the_scope_is_redacted_in_the_event_and_its_ambient() {
    let runtime = runtime();
    let seen = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&seen);
    runtime.observe("ambient", move |event| {
        assert_redacted(event.actor);
        assert_redacted(event.ambient.actor.as_ref().unwrap());
        *counted.lock().unwrap() += 1;
    });
    let event = event_of(|| Scope::new().actor(alice()).run(|| runtime.allow(&deploy())));
    assert_redacted(event.actor.as_ref().unwrap());
    assert_eq!(how(&event, "actor.email"), Some(Redaction::Hash));
    assert_eq!(how(&event, "actor.badge"), Some(Redaction::Drop));
    assert_eq!(*seen.lock().unwrap(), 1);
    assert_eq!(runtime.observer_stats()[0].panics, 0);
}

#[test]
fn an_actor_that_was_resolved_is_redacted_and_so_is_the_one_it_replaced() {
    let (runtime, scope) = resolving();
    runtime.observe("ambient", |event| {
        assert_redacted(event.actor);
        let bound = event.ambient.actor.as_ref().unwrap();
        assert_eq!(bound.id(), Some("other"));
        assert!(
            text(bound.fields().get("email"))
                .unwrap()
                .starts_with("hmac")
        );
        assert!(bound.fields().get("badge").is_none());
    });
    let event = event_of(|| scope.run(|| runtime.allow(&deploy())));
    assert_redacted(event.actor.as_ref().unwrap());
    assert_eq!(
        event
            .redacted
            .iter()
            .filter(|known| known.path == "actor.email")
            .count(),
        1
    );
    assert_eq!(runtime.observer_stats()[0].panics, 0);
}

#[test]
fn an_outcome_has_the_redacted_actor_and_says_so() {
    let (resolved, other) = resolving();
    for (runtime, scope) in [(runtime(), Scope::new().actor(alice())), (resolved, other)] {
        let [event] = &outcomes_of(&runtime, scope, || {
            release(&RELEASE, ["t", "c", "n"], || Ok("done".to_owned())).unwrap();
        })[..] else {
            panic!("expected one outcome");
        };
        assert_redacted(event.actor.as_ref().unwrap());
        assert_eq!(how(event, "actor.email"), Some(Redaction::Hash));
        assert_eq!(how(event, "actor.badge"), Some(Redaction::Drop));
        assert_eq!(
            event.redacted.len(),
            2,
            "an outcome has no fields of the action"
        );
    }
}

#[test]
fn the_outcome_of_a_refused_call_has_the_redacted_actor() {
    let [event] = &outcomes_of(&runtime(), Scope::new().actor(alice()), || {
        let refused =
            release(&ADMITTED, ["open-sesame", "c", "n"], || Ok(String::new())).unwrap_err();
        assert!(refused.contains("known_token"), "{refused}");
    })[..] else {
        panic!("expected one outcome");
    };
    assert_eq!(
        event.outcome.as_ref().unwrap().status,
        audit_core::Status::Refused
    );
    assert_redacted(event.actor.as_ref().unwrap());
}

#[test]
fn the_scope_itself_keeps_its_actor() {
    Scope::new().actor(alice()).run(|| {
        assert!(runtime().allow(&deploy()));
        let scope = Scope::current();
        let actor = scope.ambient().actor.as_ref().unwrap();
        assert_eq!(text(actor.fields().get("email")), Some("alice@example.com"));
    });
}
