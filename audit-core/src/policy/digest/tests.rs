//! What may be written in another order without being another policy.

use std::fmt::Write as _;

use fastrand::Rng;

use crate::policy::Policy;
use crate::policy::yaml::{self, Kind, Node};

const SCHEMA: &str = "language: audit/2
version: 4
actions:
  refund:
    fields:
      amount: {type: decimal, optional: true}
      currency: string
      card: {type: string, nullable: true, sensitive: mask}
      lines: {type: list, of: integer}
      address: {type: map, optional: true, fields: {city: string, geo: {type: map, nullable: true, fields: {lat: number, lon: number, at: timestamp}}, ip: string}}
  payout: {fields: {amount: {type: decimal, optional: true}, currency: string}}
  login: {fields: {}}
actor: {fields: {id: string, role: {type: string, sensitive: hash}, groups: {type: list, of: string}}}
snapshot: {fields: {frozen: boolean, until: {type: timestamp, nullable: true}}}
";

const POLICY: &str = r#"language: audit/2
version: 3
combine: block_overrides
default: allow
on_missing: no_match
on_error: allow
mode: shadow
modes: {refund: enforce, payout: off, login: shadow}
rules:
  - id: large
    scope: {action: [refund, payout], actor: [ada, bob]}
    when:
      all:
        - {subject: action.amount, operator: greater_or_equal, value: {literal: "1000.00"}}
        - not: {subject: {domain: actor, field: role}, operator: in, value: [manager, finance]}
        - any:
            - {subject: request.time, operator: within, value: {from: "09:00", to: "17:30", zone: UTC, days: [mon, tue]}}
            - {subject: action.currency, operator: equals, value: {subject: actor.role}}
    effect: require_approval
    reason: ask
    severity: high
    owner: payments
    tags: [sox, four-eyes]
    mode: enforce
    rollout: {percent: 12.5, by: request.tenant}
    expires: "2027-01-01T00:00:00Z"
  - id: inside
    scope: {action: refund}
    when: {subject: {domain: action, field: [address, geo, lat]}, operator: greater_than, value: 47.5}
    effect: block
  - {id: outside, scope: {global: true}, when: {not: {subject: actor.groups, operator: contains, value: staff}}, effect: block}
"#;

fn digest(schema: &str, policy: &str) -> String {
    let policy = Policy::from_strings(schema, policy, None).unwrap();
    policy.info.digest.to_string()
}

/// A text that means the same, each of its maps in an order that is drawn.
fn shuffled(text: &str, rng: &mut Rng) -> String {
    let mut written = String::new();
    write_node(&yaml::read(text).root.unwrap(), rng, &mut written);
    written
}

fn write_node(node: &Node, rng: &mut Rng, text: &mut String) {
    match &node.kind {
        Kind::Scalar { text: word, plain } if *plain => text.push_str(word),
        Kind::Scalar { text: word, .. } => write!(text, "{word:?}").unwrap(),
        Kind::Sequence(items) => {
            text.push('[');
            for item in items.iter() {
                write_node(item, rng, text);
                text.push_str(", ");
            }
            text.push(']');
        }
        Kind::Mapping(entries) => {
            let mut entries: Vec<_> = entries.iter().collect();
            rng.shuffle(&mut entries);
            text.push('{');
            for [key, value] in entries {
                write_node(key, rng, text);
                text.push_str(": ");
                write_node(value, rng, text);
                text.push_str(", ");
            }
            text.push('}');
        }
        Kind::Cut => unreachable!("the text is whole"),
    }
}

#[test]
fn the_order_of_keys_says_nothing() {
    let expected = digest(SCHEMA, POLICY);
    for seed in 0..200 {
        let mut rng = Rng::with_seed(seed);
        let (schema, policy) = (shuffled(SCHEMA, &mut rng), shuffled(POLICY, &mut rng));
        assert_eq!(digest(&schema, &policy), expected, "{schema}\n{policy}");
    }
}

#[test]
fn the_order_of_rules_says_which_one_comes_first() {
    let head = "language: audit/2\ndefault: allow\nrules: ";
    let [first, second] =
        ["a", "b"].map(|id| format!("{{id: {id}, scope: {{global: true}}, effect: block}}"));
    assert_ne!(
        digest(SCHEMA, &format!("{head}[{first}, {second}]")),
        digest(SCHEMA, &format!("{head}[{second}, {first}]"))
    );
}
