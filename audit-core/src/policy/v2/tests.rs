//! Every construct of the language, read into the model. `json_schema`, `form`: what editors know of it.

mod form;
mod json_schema;
mod limit;

use crate::policy::json_schema::tests::policy_mistakes;
use crate::policy::language;
use crate::policy::model::{Condition, Operand, PolicySet, RuleScope};
use crate::policy::reading::{Reading, Source, Sources};

pub(super) const SCHEMA: &str = "language: audit/2
version: 4
actions:
  refund:
    fields:
      amount: decimal
      count: integer
      share: number
      urgent: boolean
      currency: string
      note: {type: string, optional: true}
      card: {type: string, sensitive: mask}
      due: timestamp
      address: {type: map, optional: true, fields: {city: string, ip: string, deep: {type: map, fields: {x: {type: integer, nullable: true}}}}}
      a.b: string
  payout: {fields: {amount: decimal, count: {type: integer, optional: true}}}
actor:
  fields:
    id: string
    role: string
    limit: decimal
    groups: {type: list, of: string, optional: true}
snapshot:
  fields:
    frozen_until: {type: timestamp, nullable: true}
    levels: {type: list, of: integer}
";

pub(super) fn read_texts(schema: &str, policy: &str) -> Reading {
    language::read(&Sources {
        schema: Source {
            name: "schema.yaml",
            text: schema,
        },
        policy: Source {
            name: "policy.yaml",
            text: policy,
        },
        governance: None,
    })
}

pub(super) fn set_of(rules: &str) -> PolicySet {
    let policy = format!("language: audit/2\ndefault: block\nrules:\n{rules}");
    let reading = read_texts(SCHEMA, &policy);
    assert!(reading.problems.is_empty(), "{:#?}", reading.problems);
    assert_eq!(policy_mistakes(&policy), [""; 0], "{policy}");
    reading.set.unwrap()
}

/// The one comparison of a refund rule, as JSON.
fn comparison(subject: &str, operator: &str, value: &str) -> String {
    let set = set_of(&format!(
        "  - {{id: a, scope: {{action: refund}}, effect: block, when: {{subject: {subject}, operator: {operator}, value: {value}}}}}\n"
    ));
    let condition = &set.rules[0].condition;
    assert!(condition.atom().is_some(), "{condition:?}");
    serde_json::to_string(condition).unwrap()
}

/// Field, operator, value, and what the value is in the model.
const COMPARISONS: [(&str, &str, &str, &str); 21] = [
    (
        "action.amount",
        "equals",
        "1000.00",
        r#"{"literal":{"decimal":"1000"}}"#,
    ),
    (
        "action.amount",
        "not_equals",
        "'12.30'",
        r#"{"literal":{"decimal":"12.3"}}"#,
    ),
    (
        "action.count",
        "greater_than",
        "18446744073709551615",
        r#"{"literal":18446744073709551615}"#,
    ),
    (
        "action.count",
        "greater_or_equal",
        "-9223372036854775808",
        r#"{"literal":-9223372036854775808}"#,
    ),
    (
        "action.share",
        "less_than",
        "0.5",
        r#"{"literal":{"bits":4602678819172646912}}"#,
    ),
    (
        "action.count",
        "less_or_equal",
        "{subject: action.amount}",
        r#"{"field":{"domain":"action","field":"amount"}}"#,
    ),
    (
        "action.currency",
        "in",
        "[EUR, USD]",
        r#"{"list":["EUR","USD"]}"#,
    ),
    (
        "action.count",
        "not_in",
        "{subject: snapshot.levels}",
        r#"{"field":{"domain":"snapshot","field":"levels"}}"#,
    ),
    (
        "actor.groups",
        "contains",
        "staff",
        r#"{"literal":"staff"}"#,
    ),
    (
        "action.note",
        "starts_with",
        "'1.5'",
        r#"{"literal":"1.5"}"#,
    ),
    (
        "action.note",
        "ends_with",
        "{literal: x}",
        r#"{"literal":"x"}"#,
    ),
    ("action.type", "matches", "'ref*'", r#"{"pattern":"ref*"}"#),
    (
        "request.tenant",
        "matches_regex",
        "'^a+$'",
        r#"{"pattern":"^a+$"}"#,
    ),
    ("action.note", "exists", "false", r#"{"literal":false}"#),
    (
        "action.address.ip",
        "in_cidr",
        "10.0.0.0/8",
        r#"{"networks":["10.0.0.0/8"]}"#,
    ),
    (
        "action.address.ip",
        "in_cidr",
        "[10.0.0.0/8, '::1/128']",
        r#"{"networks":["10.0.0.0/8","::1/128"]}"#,
    ),
    (
        "action.due",
        "before",
        "2026-01-01T00:00:00+01:00",
        r#"{"literal":"2025-12-31T23:00:00.000000000Z"}"#,
    ),
    (
        "request.time",
        "after",
        "{subject: snapshot.frozen_until}",
        r#"{"field":{"domain":"snapshot","field":"frozen_until"}}"#,
    ),
    (
        "snapshot.frozen_until",
        "equals",
        "null",
        r#"{"literal":null}"#,
    ),
    ("action.urgent", "equals", "true", r#"{"literal":true}"#),
    (
        "request.time",
        "within",
        "{from: '22:00', to: '06:30:15', zone: UTC, days: [sun, mon]}",
        r#"{"window":{"from":"22:00:00","to":"06:30:15","zone":"UTC","days":[1,7]}}"#,
    ),
];

#[test]
fn every_operator_is_read() {
    let operand = |subject: &str, operator: &str, value: &str| {
        let json: serde_json::Value =
            serde_json::from_str(&comparison(subject, operator, value)).unwrap();
        assert_eq!(json["operator"], operator);
        json["operand"].to_string()
    };
    for (subject, operator, value, expected) in COMPARISONS {
        let mut expected: serde_json::Value = serde_json::from_str(expected).unwrap();
        assert_eq!(
            operand(subject, operator, value),
            expected.take().to_string(),
            "{subject} {operator} {value}"
        );
    }
}

#[test]
fn a_value_of_exists_may_be_left_out() {
    let set = set_of(
        "  - {id: a, scope: {action: refund}, effect: block, when: {subject: action.note, operator: exists}}\n",
    );
    let atom = set.rules[0].condition.atom().unwrap();
    assert!(matches!(
        atom.operand,
        Operand::Literal(crate::policy::model::Literal::Boolean(true))
    ));
}

#[test]
fn paths_lead_into_maps_and_past_dots() {
    for (subject, expected) in [
        ("action.address.deep.x", "action.address.deep.x"),
        (
            "{domain: action, field: [address, city]}",
            "action.address.city",
        ),
        ("{domain: action, field: [a.b]}", "action.a.b"),
        ("{domain: action, field: a.b}", "action.a.b"),
    ] {
        let set = set_of(&format!(
            "  - {{id: a, scope: {{action: refund}}, effect: block, when: {{subject: {subject}, operator: not_equals, value: {{subject: {subject}}}}}}}\n"
        ));
        let atom = set.rules[0].condition.atom().unwrap();
        assert_eq!(atom.subject.path(), expected);
    }
}

#[test]
fn a_rule_says_all_it_can_say() {
    let set = set_of(
        "  - id: a
    scope: {action: [refund, payout], actor: alice}
    when:
      any:
        - all: [{subject: action.amount, operator: greater_than, value: 1}]
        - not: {subject: action.type, operator: equals, value: x}
    effect: require_approval
    reason: because
    severity: high
    owner: payments
    tags: [sox, four-eyes]
    mode: shadow
    rollout: {percent: 12.5, by: request.tenant}
    expires: 2027-01-01T00:00:00Z
  - {id: b, scope: {global: true}, effect: allow, rollout: 25}
  - {id: c, scope: {actor: [bob, eve]}, effect: allow, rollout: 100}
",
    );
    let [first, second, third] = &set.rules[..] else {
        panic!("{:?}", set.rules)
    };
    assert!(
        matches!(&first.scope, RuleScope::Named { actions, actors } if actions.len() == 2 && actors.len() == 1)
    );
    assert!(matches!(&first.condition, Condition::Any(parts) if parts.len() == 2));
    let notes = serde_json::to_string(&first.notes).unwrap();
    assert_eq!(
        notes,
        r#"{"reason":"because","severity":"high","owner":"payments","tags":["sox","four-eyes"],"mode":"shadow","rollout":{"percent":"12.5","by":{"domain":"request","field":"tenant"}},"expires":"2027-01-01T00:00:00.000000000Z"}"#
    );
    assert_eq!(second.scope, RuleScope::Global);
    assert!(matches!(&second.condition, Condition::All(parts) if parts.is_empty()));
    assert_eq!(second.notes.rollout.as_ref().unwrap().by.path(), "actor.id");
    assert!(
        matches!(&third.scope, RuleScope::Named { actions, actors } if actions.is_empty() && actors.len() == 2)
    );
    assert_eq!(third.notes.rollout, None);
}

#[test]
fn what_holds_for_all_rules_is_read() {
    let reading = read_texts(
        SCHEMA,
        "language: audit/2
version: 3
combine: block_overrides
default: require_approval
on_missing: no_match
on_error: allow
mode: shadow
modes: {refund: enforce, payout: off}
rules: []
",
    );
    assert!(reading.problems.is_empty(), "{:#?}", reading.problems);
    let set = reading.set.unwrap();
    assert_eq!(
        serde_json::to_string(&set.settings).unwrap(),
        r#"{"combine":"block_overrides","default":"require_approval","on_missing":"no_match","on_error":"allow","mode":"shadow","modes":[["payout","off"],["refund","enforce"]]}"#
    );
    assert_eq!((set.version, set.schema.version), (3, 4));
}
