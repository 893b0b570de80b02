//! Mistakes of earlier systems that this one must not be able to make, where no other file here is their place.

#![cfg(test)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use audit_core::{Digest, Effect, Evaluator, Policy};
use support::{POLICY, SCHEMA, refund, runtime};

fn digest_of(schema: &str, policy: &str, governance: Option<&str>) -> Digest {
    Policy::from_strings(schema, policy, governance)
        .unwrap()
        .info()
        .digest
}

const GOVERNANCE: &str = "version: 1
governance:
  rules:
    - id: keep_a_block
      select: {where: {effect: block}}
      must: {min_count: 1}
      error: something must be blocked
";

/// A policy set with many actions, so that the order of any map would show.
fn many_scopes() -> (String, String) {
    let mut schema = "version: 1\nactions:\n".to_owned();
    let mut policy = "version: 1\nrules:\n".to_owned();
    for number in 0..40 {
        writeln!(schema, "  a{number}: {{fields: {{x: number, y: string}}}}").unwrap();
        writeln!(
            policy,
            "  - {{id: r{number}, scope: {{action: a{number}}}, effect: block, when: {{subject: {{domain: action, \
             field: x}}, operator: greater_than, value: {{literal: {number}}}}}}}"
        )
        .unwrap();
    }
    schema.push_str("actor: {fields: {a: string, b: string}}\nsnapshot: {fields: {c: number}}\n");
    (schema, policy)
}

#[test]
fn the_digest_of_many_scopes_is_the_same_in_every_compile_and_every_process() {
    const CHILD: &str = "AUDIT_CORE_TEST_DIGEST";
    let (schema, policy) = many_scopes();
    let digests: BTreeSet<Digest> = (0..50).map(|_| digest_of(&schema, &policy, None)).collect();
    let [digest] = digests.iter().collect::<Vec<_>>()[..] else {
        panic!("{digests:?}");
    };
    if std::env::var_os(CHILD).is_some() {
        println!("digest={digest}");
        return;
    }
    for _ in 0..3 {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--nocapture"])
            .arg("the_digest_of_many_scopes_is_the_same_in_every_compile_and_every_process")
            .env(CHILD, "1")
            .output()
            .unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("digest={digest}")), "{said}");
    }
}

#[test]
fn the_digest_does_not_see_comments_white_space_or_the_order_of_keys() {
    let digest = digest_of(SCHEMA, POLICY, Some(GOVERNANCE));
    let schema = "snapshot: {fields: {limit: number, frozen: boolean}}
# The same in another order.
actor:
  fields: {role: string, id: string}
actions:
  transfer: {fields: {amount: number}}
  refund: {fields: {order_id: string, urgent: boolean, amount: number, currency: string}}
version: 1
";
    let policy = POLICY
        .replace(
            "  - id: block_large\n    scope: {action: refund}\n",
            "  # first\n  - scope: {action: refund}\n    id: \"block_large\"\n",
        )
        .replace("literal: 1000}", "literal: 1.0e3}");
    assert_ne!(policy, POLICY);
    assert_eq!(digest_of(schema, &policy, Some(GOVERNANCE)), digest);
}

#[test]
fn the_digest_sees_every_change_of_meaning() {
    let (rule, other_rule) = POLICY.split_at(POLICY.find("  - id: approve").unwrap());
    let (other_rule, last_rule) = other_rule.split_at(other_rule.find("  - id: frozen").unwrap());
    let (head, rule) = rule.split_at(rule.find("  - id").unwrap());
    let swapped = [head, other_rule, rule, last_rule].concat();
    let changed = [
        (
            SCHEMA.to_owned(),
            POLICY.to_owned(),
            Some(GOVERNANCE.to_owned()),
        ),
        (
            SCHEMA.replace("limit: number", "limit: string"),
            POLICY.to_owned(),
            None,
        ),
        (
            SCHEMA.replace("limit: number", "limits: number"),
            POLICY.to_owned(),
            None,
        ),
        (
            SCHEMA.replace("version: 1", "version: 2"),
            POLICY.to_owned(),
            None,
        ),
        (SCHEMA.to_owned(), POLICY.replace("1000", "1001"), None),
        (
            SCHEMA.to_owned(),
            POLICY.replace("block_large", "block_larger"),
            None,
        ),
        (
            SCHEMA.to_owned(),
            POLICY.replace("effect: require_approval", "effect: block"),
            None,
        ),
        (
            SCHEMA.to_owned(),
            POLICY.replacen("greater_than", "less_than", 1),
            None,
        ),
        (
            SCHEMA.to_owned(),
            POLICY.replacen("{action: refund}", "{action: transfer}", 1),
            None,
        ),
        (
            SCHEMA.to_owned(),
            POLICY.replace("version: 7", "version: 8"),
            None,
        ),
        (SCHEMA.to_owned(), swapped, None),
        (
            SCHEMA.to_owned(),
            POLICY.to_owned(),
            Some(GOVERNANCE.replace("min_count: 1", "min_count: 2")),
        ),
        (SCHEMA.to_owned(), POLICY.to_owned(), None),
    ];
    let digests: BTreeSet<Digest> = changed
        .iter()
        .map(|(schema, policy, governance)| digest_of(schema, policy, governance.as_deref()))
        .collect();
    assert_eq!(digests.len(), changed.len());
}

#[test]
fn block_wins_when_it_stands_before_an_allow_and_loses_behind_it_as_version_1_says() {
    let rules = |first: &str, second: &str| {
        let rule = |id: &str| {
            format!(
                "  - {{id: {id}, scope: {{action: refund}}, effect: {id}, when: {{subject: {{domain: action, field: \
                 amount}}, operator: greater_than, value: {{literal: 0}}}}}}\n"
            )
        };
        let policy = format!("version: 1\nrules:\n{}{}", rule(first), rule(second));
        let policy = Policy::from_strings(SCHEMA, &policy, None).unwrap();
        let runtime = audit_core::Runtime::builder()
            .policy(policy)
            .build()
            .unwrap();
        runtime.explain(&refund(1)).decision
    };
    let block_first = rules("block", "allow");
    assert_eq!(
        (block_first.effect, block_first.match_count),
        (Effect::Block, Some(2))
    );
    let allow_first = rules("allow", "block");
    assert_eq!(
        (allow_first.effect, allow_first.match_count),
        (Effect::Allow, Some(2))
    );
}

#[test]
fn an_ignored_key_and_a_rule_that_never_runs_are_warned_of() {
    let policy = POLICY.replace("effect: block\n", "effect: block\n    enabled: false\n")
        + "  - {id: dead, scope: {actor: bob}, effect: block, when: {subject: {domain: actor, field: role}, operator: \
           equals, value: {literal: x}}}\n";
    let policy = Policy::from_strings(SCHEMA, &policy, None).unwrap();
    let codes: Vec<_> = policy
        .warnings()
        .iter()
        .map(|warning| warning.kind.code())
        .collect();
    assert_eq!(codes, ["P401", "P401", "P403"]);
    assert!(
        policy
            .warnings()
            .iter()
            .all(|warning| warning.kind.is_warning() && warning.place.is_some())
    );
}

#[test]
fn a_decision_is_the_same_for_the_same_question_however_often_it_is_asked() {
    let runtime = runtime();
    let first = runtime.evaluate(&refund(700));
    for _ in 0..100 {
        let again = runtime.evaluate(&refund(700));
        assert_eq!(again.matched_rule, first.matched_rule);
        assert_eq!(again.policy, first.policy);
        assert_ne!(again.id, first.id);
    }
}
