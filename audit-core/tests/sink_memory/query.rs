//! Queries to what a memory sink keeps.

use std::sync::Arc;

use audit_core::bus::Bus;
use audit_core::sink::MemorySink;
use audit_core::{Effect, EventKind, Fields, Mode, Status, Timestamp, Value};

use crate::ground::{like, payout, service, three_refunds};

const NONE: [i64; 0] = [];

#[test]
fn every_key_narrows_what_is_asked_for_and_keeps_the_order() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    let query = || sink.query();
    let amounts = |query: audit_core::sink::MemoryQuery| -> Vec<i64> {
        let decisions = query.kind(EventKind::Decision).events();
        let amount = |event: &Arc<audit_core::Event<'static>>| {
            let amount = event.action.as_ref().unwrap().get("amount").cloned();
            match amount {
                Some(Value::Int(amount)) => amount,
                other => panic!("{other:?}"),
            }
        };
        decisions.iter().map(amount).collect()
    };
    assert_eq!(amounts(query()), [50, 800, 5000]);
    assert_eq!(amounts(query().actor("alice")), [50, 800]);
    assert_eq!(amounts(query().actor(like("b?b"))), [5000]);
    assert_eq!(amounts(query().tenant("acme")), [50, 800, 5000]);
    assert_eq!(amounts(query().tenant("acm")), NONE);
    assert_eq!(amounts(query().resource(like("order:o-[12]"))), [50, 800]);
    assert_eq!(amounts(query().effect(Effect::Block)), [5000]);
    assert_eq!(amounts(query().rule(like("*_refund"))), [800, 5000]);
    assert_eq!(amounts(query().mode(Mode::Enforce)), [50, 800, 5000]);
    assert_eq!(amounts(query().mode(Mode::Shadow)), NONE);
    assert_eq!(amounts(query().name(like("ref*"))), [50, 800, 5000]);
    assert_eq!(amounts(query().action("refund")), [50, 800, 5000]);
    assert_eq!(amounts(query().field("action.amount", 800.0)), [800]);
    assert_eq!(
        amounts(query().field("actor.role", "support").actor("bob")),
        [5000]
    );
    assert_eq!(amounts(query().field("decision.default_used", true)), [50]);
    assert_eq!(amounts(query().outcome(Status::Refused)), [800, 5000]);
    let second = query().field("action.amount", 800).first().unwrap();
    assert_eq!(amounts(query().id(second.id)), [800]);
    assert_eq!(
        query().call(second.id).count(),
        2,
        "the decision and its outcome"
    );
    assert_eq!(query().action("refund").count(), 6, "outcomes too");
}

#[test]
fn several_values_of_one_key_are_a_choice() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    let refused = sink.query().effect(Effect::Block);
    assert_eq!(refused.clone().effect(Effect::RequireApproval).count(), 2);
    let amount = |amount| {
        sink.query()
            .field("action.amount", 50)
            .field("action.amount", amount)
    };
    assert_eq!(amount(5000).count(), 2);
    assert_eq!(
        refused.field("action.order_id", "o-1").count(),
        0,
        "another path is another key"
    );
}

#[test]
fn times_are_from_the_first_on_and_before_the_second() {
    let (runtime, sink) = service();
    three_refunds(&runtime);
    let all = sink.query().count();
    let noon: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
    let later = Timestamp::from_nanos(noon.as_nanos() + 1);
    assert_eq!(sink.query().since(noon).count(), all);
    assert_eq!(sink.query().since(later).count(), 0);
    assert_eq!(sink.query().until(noon).count(), 0);
    assert_eq!(sink.query().until(later).count(), all);
}

#[test]
fn what_an_event_led_to_is_found_by_its_cause() {
    let (runtime, sink) = service();
    let bus = Bus::new();
    runtime
        .scope(|| bus.publish_blocking("account.opened", 150.0))
        .unwrap();
    let operation = sink.query().kind(EventKind::Operation).first().unwrap();
    let event = sink.query().kind(EventKind::Event).first().unwrap();
    assert_eq!(event.call, Some(operation.id));
    assert_eq!(
        sink.query().cause(operation.id).count(),
        sink.events()
            .iter()
            .filter(|event| event.cause == Some(operation.id))
            .count()
    );
    let paid = sink.query().field("data", 150).kind(EventKind::Event);
    assert_eq!(paid.last().unwrap().id, event.id);
}

#[test]
fn no_event_is_copied_and_later_ones_are_not_seen() {
    let (runtime, sink) = service();
    payout(&runtime, 50);
    let query = sink.query();
    payout(&runtime, 60);
    assert_eq!(query.count(), 1);
    let kept = sink.events();
    assert!(Arc::ptr_eq(&kept[0], &query.first().unwrap()));
    let iterated: Vec<_> = query.into_iter().collect();
    assert!(Arc::ptr_eq(&kept[0], &iterated[0]));
}

#[test]
fn a_sink_that_keeps_nothing_answers_nothing() {
    let sink = MemorySink::new();
    let data = Fields::new().with("a", 1);
    let query = sink.query().name("x".repeat(100_000)).field("data", data);
    assert_eq!(
        (query.count(), query.first(), query.last()),
        (0, None, None)
    );
}

#[test]
fn a_text_asks_for_itself_though_it_could_be_a_pattern() {
    let (runtime, sink) = service();
    let refund = audit_core::Action::new("refund").on("order[7]");
    assert!(runtime.allow(&refund.with("amount", 1)));
    assert_eq!(sink.query().resource("order[7]").count(), 1);
    assert_eq!(sink.query().resource("order*").count(), 0);
    sink.assert_decided("refund").on("order[7]").once();
}
