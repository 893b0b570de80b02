//! Whole files: many rules, files that break off, and mistakes in both.

use audit_core::{Policy, ProblemKind};

use crate::language_2_mistakes::golden::{Case, SCHEMA, assert_golden};

fn rule(number: usize) -> String {
    format!(
        "  - id: r{number}
    scope: {{action: refund}}
    when:
      all:
        - {{subject: action.amount, operator: greater_than, value: {number}.50}}
        - not: {{subject: actor.role, operator: in, value: [support, lead]}}
    effect: block
"
    )
}

fn many_rules(count: usize) -> String {
    let rules: String = (0..count).map(rule).collect();
    format!("language: audit/2\ndefault: allow\nrules:\n{rules}")
}

/// Fails unless `wrong` in place of `right` in a rule is the one problem that is reported.
fn assert_one_problem(
    policy: &str,
    rule: &str,
    change: (&str, &str),
    kind: ProblemKind,
    column: u32,
) {
    let (right, wrong) = change;
    let start = policy.find(&format!("id: {rule}\n")).unwrap();
    let at = start + policy[start..].find(right).unwrap();
    let mut broken = policy.to_owned();
    broken.replace_range(at..at + right.len(), wrong);
    let error = Policy::from_strings(SCHEMA, &broken, None).unwrap_err();
    let [problem] = error.problems() else {
        panic!("{wrong}: {:#?}", error.problems());
    };
    let line = u32::try_from(broken[..=at].lines().count()).unwrap();
    let place = problem.place.unwrap();
    assert_eq!(
        (problem.kind, place.line, place.column),
        (kind, line, column),
        "{wrong}: {problem}"
    );
    assert!(
        place.length > 0 || problem.kind == ProblemKind::InvalidType,
        "{wrong}: {problem}"
    );
}

/// Everything that a policy can say, for cutting off.
const POLICY: &str = "language: audit/2
version: 3
combine: block_overrides
default: allow
on_missing: no_match
modes: {refund: enforce}
rules:
  - id: large
    scope: {action: [refund, payout], actor: alice}
    when:
      all:
        - {subject: action.amount, operator: greater_or_equal, value: \"1000.00\"}
        - not: {subject: actor.role, operator: in, value: [manager, finance]}
        - any:
          - {subject: request.time, operator: within, value: {from: '22:00', to: '06:00', zone: Europe/Berlin, days: [sat]}}
          - {subject: actor.id, operator: matches_regex, value: '^(a|b)+$'}
          - {subject: {domain: actor, field: [role]}, operator: in_cidr, value: [10.0.0.0/8, '::/0']}
    effect: require_approval
    reason: refunds need a manager
    severity: high
    tags: [sox]
    mode: shadow
    rollout: {percent: 12.5, by: request.tenant}
    expires: 2027-01-01T00:00:00Z
";

#[test]
fn one_wrong_token_in_ten_thousand_rules_is_one_problem_at_its_place() {
    let policy = many_rules(10_000);
    let change = ("action.amount", "action.amuont");
    assert_one_problem(&policy, "r6000", change, ProblemKind::UnknownField, 28);
}

#[test]
fn whatever_token_is_wrong_there_is_one_problem_at_its_place() {
    let policy = many_rules(100);
    for (right, wrong, kind, column) in [
        ("r60\n", "r59\n", ProblemKind::RepeatedRule, 9),
        ("refund}", "refnd}", ProblemKind::UnknownAction, 21),
        ("scope", "scpoe", ProblemKind::UnknownKey, 5),
        ("all", "al", ProblemKind::UnknownKey, 7),
        ("amount", "amuont", ProblemKind::UnknownField, 28),
        ("subject", "subjetc", ProblemKind::UnknownKey, 12),
        ("greater_than", "gt", ProblemKind::UnknownOperator, 46),
        ("60.50", "60.5O", ProblemKind::TypeMismatch, 67),
        ("not:", "nor:", ProblemKind::UnknownKey, 11),
        ("operator: in", "oprator: in", ProblemKind::UnknownKey, 38),
        (
            "in, value: [support, lead]",
            "contains, value: [support, lead]",
            ProblemKind::InvalidType,
            65,
        ),
        ("lead]", "1]", ProblemKind::TypeMismatch, 69),
        ("block", "blcok", ProblemKind::UnknownVariant, 13),
    ] {
        assert_one_problem(&policy, "r60", (right, wrong), kind, column);
    }
}

#[test]
fn a_file_that_breaks_off_is_refused_and_never_read_as_less() {
    for (schema, policy) in [(SCHEMA, POLICY), (POLICY, SCHEMA)] {
        for (at, _) in policy.char_indices() {
            let cut = &policy[..at];
            for (schema, policy) in [(schema, cut), (cut, schema)] {
                if let Err(error) = Policy::from_strings(schema, policy, None) {
                    let problems = error.problems();
                    assert!(!problems.is_empty());
                    assert!(problems.iter().all(|problem| !problem.message.is_empty()));
                }
            }
        }
    }
}

#[test]
fn mistakes_in_both_files_are_reported_together() {
    assert_golden(
        "both",
        &[
            Case {
                name: "rules are held against no schema that has a mistake".to_owned(),
                schema: "language: audit/2\nactions:\n  refund: {fields: {amount: decimel, note: string}}\n".to_owned(),
                policy: "language: audit/2
default: block
rules:
  - id: a
    scope: {action: refund}
    when:
      all:
        - {subject: action.amount, operator: greater, value: 5}
        - {subject: action.nowhere, operator: equals, value: 5}
        - {subject: acton.note, operator: matches_regex, value: '('}
        - {subject: action.note, operator: in_cidr, value: 10.0.0.1/8}
    effect: deny
"
                .to_owned(),
            },
            Case {
                name: "a break behind mistakes".to_owned(),
                schema: SCHEMA.to_owned(),
                policy: "language: audit/2
default: block
rules:
  - id: a
    scope: {action: refnd}
    effect: blok
  - id: b
    scope: {action: refund
    effect: block
"
                .to_owned(),
            },
        ],
    );
}
