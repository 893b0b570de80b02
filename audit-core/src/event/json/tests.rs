//! The bytes are those of `serde_json`, whatever the event.

use std::sync::Arc;
use std::time::Duration;

use proptest::option::of;
use proptest::prelude::*;

use super::ink::Ink;
use crate::clock::{EventId, Timestamp};
use crate::decision::{
    Decision, DecisionError, Digest, Effect, FailureKind, Missing, Mode, PolicyInfo, Severity,
    Stage,
};
use crate::event::{DecisionEvent, Fact, OutcomeEvent, Site};
use crate::outcome::{Outcome, Status};
use crate::redaction::{Redacted, Redaction};
use crate::request::{Action, Actor, Ambient, TenantId, Trace};
use crate::value::{Fields, Substitute, SubstituteKind, Text, Value};

/// Texts with all that has to be escaped, or looks as if it had.
fn odd_text() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "\"",
        "\\",
        "\0",
        "\u{1f}",
        "\u{7f}",
        "\u{80}",
        "\n",
        "\r",
        "\t",
        "\u{8}",
        "\u{c}",
        "é",
        "\u{2028}",
        "😀",
        "!",
        "/",
        "#",
        " ",
        "plain text",
    ]);
    prop_oneof![
        any::<String>(),
        prop::collection::vec(odd, 0..24).prop_map(|parts| parts.concat()),
        "[ -~]{0,40}",
        Just("x".repeat(5000)),
    ]
}

fn named_like_ours() -> impl Strategy<Value = String> {
    prop_oneof![
        odd_text(),
        prop::sample::select(vec!["$f64", "$cut", "$", "$$bytes", "type", "id"])
            .prop_map(str::to_owned),
    ]
}

fn value() -> impl Strategy<Value = Value<'static>> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<u64>().prop_map(Value::UInt),
        any::<f64>().prop_map(Value::Float),
        prop::sample::select(vec![
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
            -0.0,
            1e300,
            5e-324
        ])
        .prop_map(Value::Float),
        odd_text().prop_map(Value::from),
        odd_text().prop_map(|text| Substitute::new(SubstituteKind::InvalidJson, text).into_value()),
    ];
    leaf.prop_recursive(6, 32, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((named_like_ours(), inner), 0..4)
                .prop_map(|fields| Value::from(fields.into_iter().collect::<Fields<'static>>())),
        ]
    })
}

fn fields() -> impl Strategy<Value = Fields<'static>> {
    prop::collection::vec((named_like_ours(), value()), 0..6)
        .prop_map(|fields| fields.into_iter().collect())
}

fn id() -> impl Strategy<Value = EventId> {
    any::<[u8; 16]>().prop_map(EventId::from_bytes)
}

fn owned(text: impl Strategy<Value = String>) -> impl Strategy<Value = Text<'static>> {
    text.prop_map(Text::from)
}

prop_compose! {
    fn error()(
        stage in prop::sample::select(vec![Stage::Context, Stage::ActionType, Stage::Evaluate]),
        message in odd_text(),
    ) -> DecisionError {
        DecisionError::new(stage, FailureKind::AsyncOnly, message)
    }
}

prop_compose! {
    fn decision()(
        id in id(),
        effect in prop::sample::select(vec![Effect::Allow, Effect::Block, Effect::RequireApproval]),
        matched_rule in of(owned(odd_text())),
        match_count in of(any::<u32>()),
        default_used in any::<bool>(),
        reason in of(owned(odd_text())),
        digest in prop_oneof![Just([0; 32]), Just([7; 32]), any::<[u8; 32]>()],
        version in any::<u32>(),
        mode in prop::sample::select(vec![Mode::Off, Mode::Shadow, Mode::Enforce]),
        applied in any::<bool>(),
        would in of((Just(Effect::Block), owned(odd_text()), Just(Severity::High))),
        missing in prop::collection::vec(odd_text(), 0..3),
        error in of(error()),
        nanos in any::<u64>(),
    ) -> Decision<'static> {
        let mut paths = Missing::default();
        for path in missing {
            paths.push(path);
        }
        let (would, would_rule, severity) = match would {
            Some((would, rule, severity)) => (Some(would), Some(rule), Some(severity)),
            None => (None, None, None),
        };
        Decision {
            id, effect, matched_rule, match_count, default_used, reason,
            policy: PolicyInfo::new(Digest(digest), version),
            mode, applied, would, would_rule, severity, missing: paths, error,
            duration: Duration::from_nanos(nanos),
        }
    }
}

prop_compose! {
    fn ambient()(
        tenant in of("[^\\s]{1,8}"),
        trace in of((any::<u128>(), any::<u64>(), any::<u8>())),
        cause in of(id()),
    ) -> Ambient {
        Ambient {
            // Another actor than the event's.
            actor: Some(Arc::new(Actor::new("the scope's"))),
            tenant: tenant.and_then(|name| TenantId::new(name).ok()),
            trace: trace.and_then(|(trace, span, flags)| Trace::new(trace, span, flags)),
            cause,
        }
    }
}

prop_compose! {
    fn site()(place in of((odd_text(), any::<u32>())), function in of((odd_text(), odd_text()))) -> Option<Site<'static>> {
        let (file, line) = place?;
        let site = Site::new(Text::from(file), line);
        Some(match function {
            Some((module, function)) => site.in_function(module, function),
            None => site,
        })
    }
}

fn redacted() -> impl Strategy<Value = Redacted> {
    let how = prop::sample::select(vec![Redaction::Mask, Redaction::Hash, Redaction::Drop]);
    prop::collection::vec((odd_text(), how), 0..3).prop_map(|paths| {
        let mut redacted = Redacted::default();
        for (path, how) in paths {
            redacted.push(path, how);
        }
        redacted
    })
}

/// From the first to the last that there is.
fn time() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        any::<i64>(),
        prop::sample::select(vec![i64::MIN, i64::MAX, 0, -1, 1]),
        // Around leap days and ends of years.
        (1600_i64..2262, -2_i64..2).prop_map(|(year, off)| {
            let days =
                365 * (year - 1970) + (year - 1969) / 4 - (year - 1901) / 100 + (year - 1601) / 400;
            (days + off)
                .saturating_mul(86_400_000_000_000)
                .saturating_add(off)
        }),
    ]
    .prop_map(Timestamp::from_nanos)
}

/// What a part writes.
fn written(write: impl FnOnce(&mut Ink<'_>)) -> String {
    let mut paper = Vec::new();
    let mut ink = Ink::at(0, &mut paper);
    write(&mut ink);
    let end = ink.end();
    paper.truncate(end);
    String::from_utf8(paper).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_decision_is_written_as_serde_json_writes_it(
        time in time(),
        action_parts in (of(owned(odd_text())), fields(), of(odd_text())),
        actor in fields(),
        snapshot in fields(),
        ambient in ambient(),
        redacted in redacted(),
        site in site(),
        decision in decision(),
    ) {
        let (kind, fields, resource) = action_parts;
        let mut action = kind.map_or_else(Action::untyped, Action::new).with_fields(fields);
        if let Some(resource) = resource {
            action = action.on(resource);
        }
        let event = DecisionEvent {
            time,
            action: &action,
            actor: &Actor::from(actor),
            snapshot: &snapshot,
            ambient: &ambient,
            redacted: &redacted,
            site: site.as_ref(),
            decision: &decision,
        };
        let mut out = b"before".to_vec();
        Fact::Decision(&event).write_json(&mut out);
        prop_assert_eq!(String::from_utf8(out).unwrap(), format!("before{}", serde_json::to_string(&event).unwrap()));
    }

    #[test]
    fn an_outcome_is_written_as_serde_json_writes_it(
        ids in (id(), id()),
        time in time(),
        words in (odd_text(), of(odd_text())),
        actor in fields(),
        ambient in ambient(),
        redacted in redacted(),
        site in site(),
        outcome_parts in (prop::sample::select(vec![Status::Completed, Status::Refused]), any::<u64>(), of(value()), of(owned(odd_text()))),
    ) {
        let (status, nanos, value, error) = outcome_parts;
        let event = OutcomeEvent {
            id: ids.0,
            time,
            call: ids.1,
            action_type: &words.0,
            resource: words.1.as_deref(),
            actor: &Actor::from(actor),
            ambient: &ambient,
            redacted: &redacted,
            site: site.as_ref(),
            outcome: &Outcome { status, duration: Duration::from_nanos(nanos), value, error },
        };
        // Over what a longer one left.
        let mut paper = vec![b'x'; 5000];
        let written = Fact::Outcome(&event).json_on(&mut paper);
        prop_assert_eq!(str::from_utf8(written).unwrap(), serde_json::to_string(&event).unwrap());
    }

    #[test]
    fn any_time_is_written_as_it_shows_itself(time in time()) {
        prop_assert_eq!(written(|ink| super::timestamp(time, ink)), format!("\"{time}\""));
    }
}

#[test]
fn every_day_there_is_has_its_date() {
    const DAY: i64 = 86_400_000_000_000;
    for day in i64::MIN / DAY..=i64::MAX / DAY {
        let time = Timestamp::from_nanos(day * DAY);
        assert_eq!(
            written(|ink| super::timestamp(time, ink)),
            format!("\"{time}\"")
        );
    }
}

#[test]
fn what_lies_too_deep_is_cut_in_both_at_the_same_place() {
    for depth in [94, 95, 96, 97, 200] {
        let mut value = Value::Int(1);
        for _ in 0..depth {
            value = Value::from(Fields::new().with("a", value).with("b", 1));
        }
        assert_eq!(
            written(|ink| super::value::value(&value, 0, ink)),
            serde_json::to_string(&value).unwrap()
        );
    }
}

#[test]
fn one_fact_takes_no_more_memory_than_twice_its_own_however_much_stands_before_it() {
    let large = Value::from("x".repeat(10_000));
    let mut out = vec![b'x'; 1_000_000];
    let mut ink = Ink::at(out.len(), &mut out);
    for _ in 0..10 {
        super::value::value(&large, 0, &mut ink);
    }
    assert_eq!(ink.end(), 1_000_000 + 10 * 10_002);
    assert!(out.len() <= 1_000_000 + 2 * 10 * 10_002, "{}", out.len());
}
