//! The JSON Schemas and the reader agree on what has the form of the language.

use std::fs;
use std::path::Path;

use super::read_texts;
use crate::policy::json_schema::tests::{policy_mistakes, schema_mistakes};

const SCHEMA: &str = "language: audit/2
version: 1
actions:
  refund:
    fields:
      amount: decimal
      card: {type: string, sensitive: mask}
      address: {type: map, optional: true, fields: {city: string, ip: string}}
actor:
  fields:
    id: string
    groups: {type: list, of: string, nullable: true}
snapshot:
  fields: {limit: decimal, until: timestamp, levels: {type: list, of: decimal}}
";

const POLICY: &str = "language: audit/2
version: 1
combine: block_overrides
default: allow
on_missing: no_match
on_error: allow
mode: shadow
modes: {refund: enforce}
rules:
  - id: whole
    scope: {action: [refund], actor: alice}
    when: {all: [{subject: action.amount, operator: equals, value: 1}]}
    effect: block
    reason: too much
    severity: high
    owner: payments
    tags: [sox]
    mode: shadow
    rollout: {percent: 12.5, by: request.tenant}
    expires: 2026-11-23T08:00:00Z
";

/// Comparisons that have the form of the language.
const RIGHT: [&str; 34] = [
    "{subject: action.amount, operator: equals, value: '1.50'}",
    "{subject: action.amount, operator: not_equals, value: {literal: 1}}",
    "{subject: action.amount, operator: equals, value: {subject: snapshot.limit}}",
    "{subject: action.address.city, operator: equals, value: 'yes'}",
    "{subject: action.type, operator: equals, value: refund}",
    "{subject: {domain: action, field: amount}, operator: less_than, value: 1}",
    "{subject: {domain: action, field: [address, city]}, operator: in, value: [a, b]}",
    "{subject: action.amount, operator: greater_than, value: -1}",
    "{subject: action.amount, operator: greater_or_equal, value: +1.5}",
    "{subject: action.amount, operator: less_than, value: {subject: snapshot.limit}}",
    "{subject: action.amount, operator: less_or_equal, value: {literal: '1'}}",
    "{subject: action.amount, operator: in, value: [1, '2']}",
    "{subject: action.amount, operator: not_in, value: {literal: [1]}}",
    "{subject: action.amount, operator: in, value: {subject: snapshot.levels}}",
    "{subject: actor.groups, operator: contains, value: staff}",
    "{subject: actor.groups, operator: contains, value: {subject: actor.id}}",
    "{subject: actor.id, operator: starts_with, value: a}",
    "{subject: actor.id, operator: ends_with, value: {subject: action.card}}",
    "{subject: actor.id, operator: matches, value: 'a*'}",
    "{subject: actor.id, operator: matches_regex, value: {literal: '(?i)^a'}}",
    "{subject: actor.groups, operator: exists}",
    "{subject: actor.groups, operator: exists, value: false}",
    "{subject: request.tenant, operator: exists, value: {literal: true}}",
    "{subject: action.address.ip, operator: in_cidr, value: 10.0.0.0/8}",
    "{subject: action.address.ip, operator: in_cidr, value: [10.0.0.0/8, 'fd00::/8']}",
    "{subject: snapshot.until, operator: before, value: '2026-11-23T08:00:00.5+01:00'}",
    "{subject: request.time, operator: after, value: {subject: snapshot.until}}",
    "{subject: request.time, operator: within, value: {from: '09:00', to: '17:30', zone: UTC}}",
    "{subject: request.time, operator: within, value: {literal: {from: '22:00', to: '06:00', zone: Europe/Berlin, days: [mon, sun]}}}",
    "{not: {subject: actor.id, operator: equals, value: a}}",
    "{any: [{not: {subject: actor.id, operator: equals, value: a}}]}",
    "{all: [{any: [{subject: actor.id, operator: equals, value: a}]}]}",
    "{subject: action.amount, operator: equals, value: 1000.0}",
    "{subject: actor.id, operator: equals, value: ''}",
];

/// Conditions that do not, whatever the schema says.
const WRONG: [&str; 48] = [
    "[]",
    "{}",
    "a",
    "null",
    "{all: []}",
    "{any: {}}",
    "{not: []}",
    "{none: []}",
    "{all: [{subject: actor.id, operator: equals, value: a}], any: [{subject: actor.id, operator: equals, value: a}]}",
    "{not: {subject: actor.id, operator: equals, value: a}, reason: a}",
    "{all: [{subject: actor.id, operator: equals, value: a}], subject: actor.id}",
    "{subject: actor.id, operator: equals}",
    "{subject: actor.id, value: a}",
    "{operator: equals, value: a}",
    "{subject: actor.id, operator: equals, value: a, note: b}",
    "{subject: actor.id, operator: eq, value: a}",
    "{subject: actor.id, operator: [equals], value: a}",
    "{subject: id, operator: equals, value: a}",
    "{subject: actor., operator: equals, value: a}",
    "{subject: .id, operator: equals, value: a}",
    "{subject: actors.id, operator: equals, value: a}",
    "{subject: request.id, operator: equals, value: a}",
    "{subject: 1, operator: equals, value: a}",
    "{subject: [actor, id], operator: equals, value: a}",
    "{subject: {domain: actor}, operator: equals, value: a}",
    "{subject: {domain: actor, field: []}, operator: equals, value: a}",
    "{subject: {domain: actors, field: id}, operator: equals, value: a}",
    "{subject: {domain: actor, field: id, of: a}, operator: equals, value: a}",
    "{subject: actor.id, operator: equals, value: [a]}",
    "{subject: actor.id, operator: equals, value: {}}",
    "{subject: actor.id, operator: equals, value: {literal: a, subject: actor.id}}",
    "{subject: actor.id, operator: equals, value: {field: actor.id}}",
    "{subject: actor.id, operator: equals, value: {subject: id}}",
    "{subject: action.amount, operator: greater_than, value: null}",
    "{subject: action.amount, operator: greater_than, value: true}",
    "{subject: action.amount, operator: greater_than, value: '1,000'}",
    "{subject: actor.id, operator: in, value: a}",
    "{subject: actor.id, operator: in, value: []}",
    "{subject: actor.id, operator: not_in, value: [a, null]}",
    "{subject: actor.id, operator: starts_with, value: 1}",
    "{subject: actor.id, operator: matches, value: {subject: actor.id}}",
    "{subject: actor.id, operator: matches_regex, value: [a]}",
    "{subject: actor.groups, operator: exists, value: 'yes'}",
    "{subject: actor.id, operator: in_cidr, value: 10.0.0.1}",
    "{subject: actor.id, operator: in_cidr, value: []}",
    "{subject: request.time, operator: before, value: 2026-11-23}",
    "{subject: request.time, operator: within, value: {from: '9', to: '17:00', zone: UTC}}",
    "{subject: request.time, operator: within, value: {from: '09:00', to: '17:00', zone: UTC, days: [monday]}}",
];

/// Changes that take the form from a schema.
const SCHEMA_CHANGES: [(&str, &str); 29] = [
    ("city: string", "city: {type: string, sensitive: mask}"),
    ("amount: decimal", "amount: {type: decimal, of: string}"),
    ("amount: decimal", "amount: {type: decimal, fields: {}}"),
    ("language: audit/2\n", ""),
    ("audit/2", "audit/3"),
    ("version: 1", "version: one"),
    ("version: 1", "version: -1"),
    ("version: 1", "versions: 1"),
    ("version: 1", "version: 1.5"),
    ("actions:", "action:"),
    ("fields:\n      amount", "field:\n      amount"),
    ("amount: decimal", "amount: money"),
    ("amount: decimal", "amount:"),
    ("amount: decimal", "amount: [decimal]"),
    ("amount: decimal", "amount: list"),
    ("amount: decimal", "amount: map"),
    ("amount: decimal", "type: decimal"),
    ("amount: decimal", "amount: {}"),
    ("amount: decimal", "amount: {type: decimal, required: true}"),
    (
        "amount: decimal",
        "amount: {type: decimal, optional: 'true'}",
    ),
    ("sensitive: mask", "sensitive: true"),
    ("sensitive: mask", "sensitive: encrypt"),
    ("of: string", "of: list"),
    (", of: string", ""),
    ("fields: {city: string, ip: string}", "of: string"),
    ("city: string", "city: text"),
    ("actor:\n", "actor:\n  sensitive: {id: hash}\n"),
    (
        "snapshot:\n  fields: {limit: decimal,",
        "snapshot:\n  field: {limit: decimal,",
    ),
    ("snapshot:", "snapshots:"),
];

/// Changes that take the form from a policy.
const POLICY_CHANGES: [(&str, &str); 47] = [
    ("id: whole", "id: ''"),
    ("language: audit/2\n", ""),
    ("audit/2", "2"),
    ("version: 1", "version: '1'"),
    ("block_overrides", "deny_overrides"),
    ("combine:", "combining:"),
    ("default: allow\n", ""),
    ("default: allow", "default: deny"),
    ("on_missing: no_match", "on_missing: allow"),
    ("on_error: allow", "on_error: ignore"),
    ("mode: shadow\nmodes", "mode: audit\nmodes"),
    ("{refund: enforce}", "{refund: true}"),
    ("{refund: enforce}", "[refund]"),
    ("rules:", "rule:"),
    ("id: whole\n    ", ""),
    ("id: whole", "id: 1"),
    ("scope: {action: [refund], actor: alice}\n", "\n"),
    ("{action: [refund], actor: alice}", "{}"),
    ("{action: [refund], actor: alice}", "refund"),
    ("{action: [refund], actor: alice}", "{action: []}"),
    ("{action: [refund], actor: alice}", "{actions: [refund]}"),
    ("{action: [refund], actor: alice}", "{global: false}"),
    (
        "{action: [refund], actor: alice}",
        "{global: true, action: refund}",
    ),
    ("{action: [refund], actor: alice}", "{tenant: a}"),
    ("actor: alice", "actor: 7"),
    ("    effect: block\n", ""),
    ("effect: block", "effect: deny"),
    ("effect: block", "effects: block"),
    ("reason: too much", "reason: 5"),
    ("reason: too much", "message: too much"),
    ("severity: high", "severity: severe"),
    ("owner: payments", "owner: [payments]"),
    ("tags: [sox]", "tags: sox"),
    ("tags: [sox]", "tags: [1]"),
    ("mode: shadow\n    rollout", "mode: audit\n    rollout"),
    ("{percent: 12.5, by: request.tenant}", "101"),
    ("{percent: 12.5, by: request.tenant}", "-1"),
    ("{percent: 12.5, by: request.tenant}", "'25'"),
    ("{percent: 12.5, by: request.tenant}", "25%"),
    (
        "{percent: 12.5, by: request.tenant}",
        "{by: request.tenant}",
    ),
    (
        "{percent: 12.5, by: request.tenant}",
        "{percent: 5, of: request.tenant}",
    ),
    ("by: request.tenant", "by: tenant"),
    ("2026-11-23T08:00:00Z", "2026-11-23"),
    ("2026-11-23T08:00:00Z", "2026-11-23T08:00:00"),
    ("2026-11-23T08:00:00Z", "never"),
    (
        "    effect: block",
        "    effect: block\n    obligations: []",
    ),
    ("rules:\n", "rules: {}\nrule:\n"),
];

fn is_read(schema: &str, policy: &str) -> bool {
    read_texts(schema, policy).set.is_some()
}

fn with_condition(condition: &str) -> String {
    let old = "{all: [{subject: action.amount, operator: equals, value: 1}]}";
    assert!(POLICY.contains(old));
    POLICY.replace(old, condition)
}

#[test]
fn what_has_the_form_is_accepted_by_both() {
    assert_eq!(schema_mistakes(SCHEMA), [""; 0]);
    for condition in RIGHT {
        let policy = with_condition(condition);
        let reading = read_texts(SCHEMA, &policy);
        assert!(reading.set.is_some(), "{condition} {:#?}", reading.problems);
        assert_eq!(policy_mistakes(&policy), [""; 0], "{condition}");
    }
}

#[test]
fn what_has_not_is_refused_by_both() {
    let mut accepted = Vec::new();
    let mut hold = |what: &str, schema: &str, policy: &str| {
        if is_read(schema, policy) {
            accepted.push(format!("by the reader: {what}"));
        }
        if schema_mistakes(schema).is_empty() && policy_mistakes(policy).is_empty() {
            accepted.push(format!("by the JSON Schema: {what}"));
        }
    };
    for condition in WRONG {
        hold(condition, SCHEMA, &with_condition(condition));
    }
    for (old, new) in SCHEMA_CHANGES {
        assert_eq!(SCHEMA.matches(old).count(), 1, "{old}");
        hold(
            &format!("{old} -> {new}"),
            &SCHEMA.replace(old, new),
            POLICY,
        );
    }
    for (old, new) in POLICY_CHANGES {
        assert_eq!(POLICY.matches(old).count(), 1, "{old}");
        hold(
            &format!("{old} -> {new}"),
            SCHEMA,
            &POLICY.replace(old, new),
        );
    }
    assert_eq!(accepted, [""; 0]);
}

/// Every set of language 2 in the repository, by folder.
fn sets(folder: &Path, found: &mut Vec<(String, String)>) {
    let file = |name| fs::read_to_string(folder.join(name));
    if let (Ok(schema), Ok(policy)) = (file("schema.yaml"), file("policy.yaml"))
        && schema.contains("audit/2")
    {
        found.push((schema, policy));
    }
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if entry.file_type().unwrap().is_dir() && !name.starts_with('.') && name != "target" {
            sets(&entry.path(), found);
        }
    }
}

#[test]
fn every_set_of_the_repository_that_is_read_has_the_form() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = fs::read_to_string(root.join("docs/language-2.md")).unwrap();
    let block = |name: &str| {
        let start = page.find(&format!("```yaml\n# {name}")).unwrap() + "```yaml\n".len();
        let end = page[start..].find("```").unwrap();
        page[start..start + end].to_owned()
    };
    let example = |file: &str| {
        let file = root.join("schemas/examples").join(file);
        fs::read_to_string(file).unwrap()
    };
    let everything = (
        example("policy_schema.v2.everything.yaml"),
        example("policy.v2.everything.yaml"),
    );
    let reading = read_texts(&everything.0, &everything.1);
    assert!(reading.set.is_some(), "{:#?}", reading.problems);
    let mut found = vec![(block("schema.yaml"), block("policy.yaml")), everything];
    sets(&root, &mut found);
    let read: Vec<_> = found
        .iter()
        .filter(|(schema, policy)| is_read(schema, policy))
        .collect();
    assert!(
        read.contains(&&found[0]),
        "the example of the documentation"
    );
    for (schema, policy) in read {
        assert_eq!(schema_mistakes(schema), [""; 0], "{schema}");
        assert_eq!(policy_mistakes(policy), [""; 0], "{policy}");
    }
}
