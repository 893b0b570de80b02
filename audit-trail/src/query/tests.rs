use std::time::Duration;

use audit_core::{Effect, EventId, EventKind, Mode, Status, Timestamp};
use proptest::prelude::*;
use serde_json::json;

use super::{Condition, FieldPath, Literal, Order, Pattern, Query, Test};
use crate::Columns;

fn any_pattern() -> impl Strategy<Value = Pattern> {
    prop_oneof![
        ".{0,6}".prop_map(Pattern::from),
        r#"[a*?"\\, \n]{0,6}"#.prop_map(Pattern::from),
        "[ab*? ]{0,6}".prop_map(|text| Pattern::wild(&text)),
    ]
}

fn any_literal() -> impl Strategy<Value = Literal> {
    prop_oneof![
        ".{0,6}".prop_map(|text| Literal::from(text.as_str())),
        "[0-9tnu.-]{0,4}".prop_map(|text| Literal::from(text.as_str())),
        any::<i64>().prop_map(Literal::from),
        any::<u64>().prop_map(Literal::from),
        any::<f64>().prop_map(Literal::from),
        any::<bool>().prop_map(Literal::from),
        Just(Literal::null()),
    ]
}

fn any_test() -> impl Strategy<Value = Test> {
    prop_oneof![
        Just(Test::Exists),
        any_pattern().prop_map(Test::Like),
        (any_literal(), 0..5_u8).prop_map(|(literal, kind)| match kind {
            0 => Test::Equals(literal),
            1 => Test::Less(literal),
            2 => Test::AtMost(literal),
            3 => Test::More(literal),
            _ => Test::AtLeast(literal),
        }),
    ]
}

fn any_condition() -> impl Strategy<Value = Condition> {
    let id = any::<u64>().prop_map(|number| {
        let text = format!("00000000-0000-7000-8000-{:012x}", number & 0xffff_ffff_ffff);
        text.parse::<EventId>().unwrap()
    });
    let path = prop::collection::vec(prop_oneof!["[a-z]{1,3}", ".{0,3}"], 0..3);
    prop_oneof![
        prop::sample::select(EventKind::WORDS)
            .prop_map(|word| Condition::Kind(word.parse().unwrap())),
        prop::sample::select(Effect::WORDS)
            .prop_map(|word| Condition::Effect(word.parse().unwrap())),
        prop::sample::select(Status::WORDS)
            .prop_map(|word| Condition::Outcome(word.parse().unwrap())),
        prop::sample::select(Mode::WORDS).prop_map(|word| Condition::Mode(word.parse().unwrap())),
        Just(Condition::Open),
        any_pattern().prop_map(Condition::Name),
        any_pattern().prop_map(Condition::Actor),
        any_pattern().prop_map(Condition::Tenant),
        any_pattern().prop_map(Condition::Action),
        any_pattern().prop_map(Condition::Resource),
        any_pattern().prop_map(Condition::Rule),
        id.clone().prop_map(Condition::Id),
        id.prop_map(Condition::Call),
        (path, any_test()).prop_map(|(path, test)| Condition::Field(FieldPath::new(path), test)),
    ]
}

prop_compose! {
    fn any_query()(
        conditions in prop::collection::vec((any_condition(), any::<bool>()), 0..6),
        seq in prop::option::of((0..50_u64, 0..50_u64)), since: Option<i64>, until: Option<i64>,
        least: Option<u32>, most: Option<u64>, oldest: bool
    ) -> Query {
        let mut query = Query::new();
        for (condition, is_excluded) in conditions {
            query = if is_excluded { query.without(condition) } else { query.with(condition) };
        }
        query = match seq {
            Some((first, last)) if first <= last => query.seq(first..=last),
            Some((first, _)) if first % 2 == 0 => query.seq_from(first),
            Some((first, _)) => query.seq_to(first),
            None => query,
        };
        if let Some(time) = since { query = query.since(Timestamp::from_nanos(time)); }
        if let Some(time) = until { query = query.until(Timestamp::from_nanos(time)); }
        if let Some(nanos) = least { query = query.took_at_least(Duration::from_nanos(nanos.into())); }
        if let Some(nanos) = most { query = query.took_at_most(Duration::from_nanos(nanos)); }
        if oldest { query.order(Order::Oldest) } else { query }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_text_of_a_query_is_read_as_the_same_query(query in any_query()) {
        let text = query.to_string();
        let read = Query::parse(&text, Timestamp::default());
        prop_assert_eq!(read.as_ref().ok(), Some(&query), "{} {:?}", text, read);
        prop_assert!(!text.contains(|letter: char| letter.is_control()), "{:?}", text);
    }

    #[test]
    fn no_text_makes_the_reader_panic_and_what_it_takes_has_a_text(text in r#"[a-z:.,"\\<>=!*? \n{}u0-9-]{0,40}|.{0,40}"#) {
        match Query::parse(&text, Timestamp::default()) {
            Ok(query) => prop_assert_eq!(Query::parse(&query.to_string(), Timestamp::default()), Ok(query)),
            Err(error) => {
                prop_assert!(!error.mistakes().is_empty());
                for mistake in error.mistakes() {
                    prop_assert!(mistake.column <= text.chars().count() + 1);
                    prop_assert!(!mistake.message.contains('\n'));
                }
            }
        }
    }
}

#[test]
fn the_order_in_which_conditions_were_said_does_not_matter() {
    let one = Query::new()
        .actor("b")
        .effect(Effect::Block)
        .actor("a")
        .actor("b");
    let other = Query::new().actor("a").actor("b").effect(Effect::Block);
    assert_eq!(one, other);
    assert_eq!(one.to_string(), "actor:a,b effect:block");
}

#[test]
fn bytes_match_what_they_state() {
    let body = serde_json::to_vec(&json!({
        "v": 1, "id": "00000000-0000-7000-8000-000000000001", "time": "2026-11-29T12:00:00.000000000Z",
        "kind": "decision", "name": "pay", "call": "00000000-0000-7000-8000-000000000001",
        "actor": {"id": "alice", "level": {"$f64": "inf"}}, "tenant": "acme",
        "action": {"type": "pay", "amount": 9_007_199_254_740_993_i64, "tags": ["a", "b"], "rate": {"$f64": "nan"}},
        "decision": {"effect": "block", "matched_rule": "r1", "mode": "enforce", "duration_ns": 1500},
        "data": {"since": "2026-11-01", "flag": true, "nothing": null, "text5": "5", "five": 5.0},
        "site": {"function": "pay"}, "seq": 42,
    }))
    .unwrap();
    let columns = Columns::read(&body).unwrap();
    let matches = |text: &str| {
        let query = Query::parse(text, Timestamp::default()).unwrap();
        query.matches(&columns, &body)
    };
    for text in [
        "",
        "actor:alice",
        "actor:a*e",
        "actor:bob,alice",
        "-actor:bob",
        "tenant:acme action:pay name:pay kind:decision",
        "effect:block rule:r1 mode:enforce",
        "-resource:*",
        "outcome:open",
        "-outcome:completed",
        "seq:42",
        "seq:40..",
        "took>1us",
        "took<=1500ns",
        "since:2026-11-29T12:00:00Z",
        "until:2026-11-29T12:00:00.000000001Z",
        "id:00000000-0000-7000-8000-000000000001",
        "call:00000000-0000-7000-8000-000000000001",
        "field.action.amount:9007199254740993",
        "field.action.amount>9007199254740992.0",
        "field.action.tags.1:b",
        "field.actor.level:inf",
        "field.actor.level>1e308",
        "field.action.rate:nan",
        "-field.action.rate>0",
        "field.data.nothing:null",
        "field.data.nothing:*",
        "-field.data.absent:*",
        "field.data.flag:true",
        "field.data.text5:5",
        r#"field.data.text5:"5""#,
        "field.data.five:5",
        "field.data.since>2026-10 field.data.since<2026-12",
        "field.data.since:2026*",
        "field.data.five:4,5",
        "-field.data.five:4,6",
    ] {
        assert!(matches(text), "{text}");
    }
    for text in [
        "actor:al",
        "actor:Alice",
        "-actor:al*",
        "tenant:a",
        "resource:*",
        "kind:event",
        "effect:allow",
        "outcome:completed",
        "-outcome:open",
        "seq:41",
        "seq:..41",
        "took>1500ns",
        "took<1500ns",
        "since:2026-11-29T12:00:00.000000001Z",
        "until:2026-11-29T12:00:00Z",
        "field.action.amount:9007199254740992",
        "field.action.rate>0",
        "field.action.rate<0",
        "field.data.absent:*",
        "field.data.flag:1",
        r#"field.data.five:"5""#,
        "field.data.five:4,6",
        "-field.data.five:5",
        "field.data.text5>4",
        "field.action.tags:a",
        "field.data.since>2026-10 field.data.since<2026-11-01",
        "actor:alice -tenant:acme",
    ] {
        assert!(!matches(text), "{text}");
    }
}
