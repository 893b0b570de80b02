//! Assertions about what a sink or a capture keeps: what they pass, and what they refuse.

use audit_core::bus::Bus;
use audit_core::testing::capture;
use audit_core::{Effect, EventKind, Fields, Mode, Scope};

use crate::ground::{like, message, payout, report, service, service_in, three_refunds};
use crate::support::quietly;

#[test]
fn what_was_decided_is_asserted_word_by_word() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    sink.assert_decided("refund").times(3);
    sink.assert_decided("refund")
        .blocked()
        .by("block_large_refund")
        .enforced()
        .in_mode(Mode::Enforce)
        .for_actor("bob")
        .for_tenant("acme")
        .on("order:o-3")
        .with("amount", 5000)
        .field("actor.role", "support")
        .redacted("action.token")
        .refused()
        .once();
    sink.assert_decided("refund")
        .needs_approval()
        .refused()
        .once();
    sink.assert_decided("refund")
        .allowed()
        .by_default()
        .completed()
        .once();
    sink.assert_decided(like("ref*"))
        .for_actor("alice")
        .times(2);
    sink.assert_never_decided("payout");
    assert_eq!(sink.assert_decided("refund").blocked().events().len(), 1);
}

#[test]
fn what_is_in_shadow_is_told_from_what_is_enforced() {
    let (runtime, sink) = service_in(Some(Mode::Shadow));
    three_refunds(&runtime);
    payout(&runtime, 5000);
    sink.assert_decided("refund")
        .blocked()
        .in_shadow()
        .completed()
        .once();
    sink.assert_decided("payout").allowed();
    message(|| drop(sink.assert_decided("refund").enforced()));
    message(|| drop(sink.assert_decided("refund").refused()));
}

#[test]
fn what_a_rule_in_shadow_would_do_is_asserted() {
    let (runtime, sink) = service();
    payout(&runtime, 5000);
    payout(&runtime, 50);
    sink.assert_decided("payout")
        .would(Effect::Block)
        .allowed()
        .once();
}

#[test]
fn how_a_call_ended_is_found_with_its_decision() {
    let (runtime, sink) = service();
    Scope::new().runtime(runtime.clone()).run(|| {
        let _done = report("well");
        let _failed = report("fails");
        let _panicked = quietly(|| std::panic::catch_unwind(|| report("panics")));
    });
    sink.assert_decided("report").times(3);
    sink.assert_decided("report").completed().once();
    sink.assert_decided("report").failed().once();
    sink.assert_decided("report").panicked().once();
    message(|| drop(sink.assert_decided("report").cancelled()));
}

#[test]
fn a_decision_that_could_not_be_made_is_indeterminate() {
    let (runtime, sink) = service();
    // A rule that could change the answer asks for a field that is not there.
    let _decision = runtime.evaluate(&audit_core::Action::new("refund"));
    sink.assert_decided("refund").indeterminate().blocked();
    message(|| drop(sink.assert_decided("refund").by_default()));
}

#[test]
fn what_was_published_is_asserted_with_its_data() {
    let (runtime, sink) = service();
    let bus = Bus::new();
    let data = Fields::new().with("amount", 150).with("currency", "EUR");
    runtime
        .scope(|| bus.publish_blocking("account.transfer", data))
        .unwrap();
    sink.assert_published(like("account.*"))
        .with("amount", 150)
        .with("currency", "EUR")
        .once();
    sink.assert_recorded(EventKind::Operation, "account.transfer");
    sink.assert_never_published("account.closed");
    message(|| {
        drop(
            sink.assert_published("account.transfer")
                .with("amount", 151),
        );
    });
    message(|| sink.assert_never_published(like("account.*")));
}

#[test]
fn a_capture_asserts_as_a_sink_does() {
    let (runtime, sink) = service();
    let captured = capture(|| three_refunds(&runtime));
    captured
        .assert_decided("refund")
        .blocked()
        .by("block_large_refund")
        .refused()
        .once();
    captured.assert_never_decided("payout");
    let of_sink = message(|| drop(sink.assert_decided("refund").by("nobody")));
    let of_capture = message(|| drop(captured.assert_decided("refund").by("nobody")));
    assert_eq!(of_sink, of_capture);
}

#[test]
fn a_failure_is_told_of_where_the_test_stands() {
    let (_runtime, sink) = service();
    let line = line!() + 1;
    let place = place_of(|| drop(sink.assert_decided("refund")));
    assert_eq!(place, format!("{}:{line}", file!()));
}

/// Where a panic is said to have been.
fn place_of(assertion: impl FnOnce()) -> String {
    use std::sync::{Arc, Mutex};
    let place = Arc::new(Mutex::new(String::new()));
    let seen = Arc::clone(&place);
    let thread = std::thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == thread {
            let location = info.location().unwrap();
            *seen.lock().unwrap() = format!("{}:{}", location.file(), location.line());
        }
    }));
    let failed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(assertion));
    std::panic::set_hook(before);
    assert!(failed.is_err());
    let place = place.lock().unwrap();
    place.clone()
}

#[test]
fn what_was_redacted_is_named_as_its_field_is() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    for path in ["action.token", "action.fields.token"] {
        sink.assert_decided("refund").redacted(path).times(3);
    }
    let said = message(|| {
        let _found = sink
            .assert_decided("refund")
            .redacted("action.fields.amount");
    });
    assert!(said.contains("redacted"), "{said}");
}

#[test]
fn what_was_decided_and_never_blocked_is_asserted_so() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    sink.assert_decided("refund")
        .for_actor("alice")
        .never_blocked()
        .times(2);
    let said = message(|| {
        let _found = sink.assert_decided("refund").never_blocked();
    });
    assert!(said.contains("effect `block`"), "{said}");
}
