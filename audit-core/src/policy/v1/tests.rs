//! Every recorded answer of the engine, and what this reader adds to it.

use serde_json::Value;

use super::read;
use crate::policy::problem::{Problem, ProblemKind, ProblemStage};
use crate::policy::reading::{Files, Reading, Source, Sources};

const SCHEMA: &str = "version: 1
actions:
  refund: {fields: {amount: number, currency: string, urgent: boolean}}
actor: {fields: {role: string}}
snapshot: {fields: {limit: number}}
";

/// Rows whose answer differs, with the reason. There is none.
const DIFFERENT: [(&str, &str); 0] = [];

fn read_texts(schema: &str, policy: &str, governance: Option<&str>) -> Reading {
    read(Files::new(&Sources {
        schema: Source {
            name: "schema",
            text: schema,
        },
        policy: Source {
            name: "policy",
            text: policy,
        },
        governance: governance.map(|text| Source {
            name: "governance",
            text,
        }),
    }))
}

fn problems_of_rule(rule: &str) -> Vec<Problem> {
    read_texts(SCHEMA, &format!("version: 1\nrules:\n  - {rule}\n"), None).problems
}

fn problems_of_condition(when: &str) -> Vec<Problem> {
    problems_of_rule(&format!(
        "{{id: a, scope: {{action: refund}}, effect: block, when: {when}}}"
    ))
}

fn kinds(problems: &[Problem]) -> Vec<ProblemKind> {
    problems.iter().map(|problem| problem.kind).collect()
}

/// Stage, kind and violations as a row spells them; `null` if the set was accepted.
fn answer(reading: &Reading) -> Value {
    if reading.set.is_some() {
        return Value::Null;
    }
    let first = &reading.problems[0];
    let mut answer =
        serde_json::json!({"stage": first.stage.as_str(), "kind": first.kind.as_str()});
    if first.kind == ProblemKind::Governance {
        let violations = reading
            .problems
            .iter()
            .filter(|problem| problem.kind == ProblemKind::Governance);
        answer["violations"] = violations
            .map(|problem| serde_json::json!({"rule_id": problem.rule, "message": problem.message}))
            .collect();
    }
    answer
}

fn differing_rows(file: &str) -> Vec<String> {
    let path = format!("{}/../tests/conformance/{file}", env!("CARGO_MANIFEST_DIR"));
    let rows = std::fs::read_to_string(path).unwrap();
    let rows = rows
        .lines()
        .map(|row| serde_json::from_str::<Value>(row).unwrap());
    rows.filter_map(|row| {
        let text = |key: &str| row[key].as_str();
        let expected = match &row["expected"]["error"] {
            error if error["stage"] == "input" => &Value::Null,
            error => error,
        };
        let reading = read_texts(
            text("schema_yaml").unwrap(),
            text("policy_yaml").unwrap(),
            text("governance_yaml"),
        );
        let answer = answer(&reading);
        let id = text("id").unwrap();
        let known = DIFFERENT.iter().any(|(row, _)| *row == id);
        (answer != *expected && !known).then(|| format!("{id}: {answer}, expected {expected}"))
    })
    .collect()
}

#[test]
fn every_recorded_probe_gets_the_recorded_answer() {
    assert_eq!(differing_rows("policy_probes.jsonl"), [""; 0]);
}

#[test]
fn every_recorded_random_set_gets_the_recorded_answer() {
    assert_eq!(differing_rows("policy_random.jsonl"), [""; 0]);
}

#[test]
fn every_mistake_is_reported_in_the_order_of_the_stages() {
    let policy = "version: one
rules:
  - {id: a, scope: {global: true}, effect: deny}
  - {id: b, scope: all, when: {not: x}, effect: block, id: c}
";
    let problems = read_texts(
        "version: 1\nactor: {fields: {x: text}}\n",
        policy,
        Some("governance: {}"),
    )
    .problems;
    let seen: Vec<(ProblemStage, ProblemKind)> = problems
        .iter()
        .map(|problem| (problem.stage, problem.kind))
        .collect();
    let expected = [
        (ProblemStage::SchemaParse, ProblemKind::UnknownVariant),
        (ProblemStage::SchemaParse, ProblemKind::MissingField),
        (ProblemStage::SchemaParse, ProblemKind::MissingField),
        (ProblemStage::PolicyParse, ProblemKind::InvalidType),
        (ProblemStage::PolicyParse, ProblemKind::UnknownVariant),
        (ProblemStage::PolicyParse, ProblemKind::MissingField),
        (ProblemStage::PolicyParse, ProblemKind::NoUntaggedVariant),
        (ProblemStage::PolicyParse, ProblemKind::NoUntaggedVariant),
        (ProblemStage::PolicyParse, ProblemKind::DuplicateField),
        (ProblemStage::GovernanceParse, ProblemKind::MissingField),
        (ProblemStage::GovernanceParse, ProblemKind::MissingField),
    ];
    assert_eq!(seen, expected);
    assert_eq!(problems[8].rule.as_deref(), Some("b"));
    assert_eq!(problems[8].place.unwrap().line, 4);
}

#[test]
fn a_break_is_reported_after_what_stands_before_it() {
    let problems = read_texts(SCHEMA, "version: x\nrules: [{id: a, scope: {", None).problems;
    assert_eq!(
        kinds(&problems),
        [ProblemKind::InvalidType, ProblemKind::YamlSyntax]
    );
}

#[test]
fn one_comparison_reports_its_first_mistake_and_hides_no_other() {
    let problems = problems_of_condition(
        "{all: [{subject: {domain: Action, field: x}, operator: gte, value: {literal: 1}},
                {subject: {domain: action, field: amuont}, operator: gte, value: {literal: 1}},
                {subject: {domain: action, field: amount}, operator: gte, value: {literal: x}},
                {subject: {domain: action, field: amount}, operator: in, value: {literal: '1'}},
                {subject: {domain: action, field: amount}, operator: in, value: {literal: 1}}]}",
    );
    let expected = [
        ProblemKind::UnknownDomain,
        ProblemKind::UnknownField,
        ProblemKind::UnknownOperator,
        ProblemKind::TypeMismatch,
        ProblemKind::InvalidOperatorForType,
    ];
    assert_eq!(kinds(&problems), expected);
    assert_eq!(problems[1].hint.as_deref(), Some("did you mean `amount`?"));
    assert_eq!(
        problems[3].hint.as_deref(),
        Some("remove the quotes around the literal")
    );
}

#[test]
fn messages_say_what_was_found_and_what_is_accepted() {
    let said = |when: &str| {
        let problem = problems_of_condition(when).swap_remove(0);
        format!("{}; {}", problem.message, problem.hint.unwrap_or_default())
    };
    let subject = "subject: {domain: action, field: amount}";
    assert_eq!(
        said("{not: {}}"),
        "found a map with the keys `not`, expected a comparison with `subject`, `operator` and `value`, or a list of them under `all` \
         or `any`; `not` is not in version 1: turn the operator round, such as `not_equals`"
    );
    assert_eq!(
        said(&format!(
            "{{{subject}, operator: gte, value: {{literal: 1}}}}"
        )),
        "unknown operator `gte`, expected one of `equals`, `not_equals`, `greater_than`, `less_than`; not in version 1: write `any` of \
         `greater_than` and `equals`"
    );
    assert_eq!(
        said(&format!(
            "{{{subject}, operator: equals, value: {{literal: [1]}}}}"
        )),
        "found a list as `literal`, expected a text, number or boolean; a list is not in version 1: write one rule, or one comparison \
         under `any`, for each value"
    );
    assert_eq!(
        said(&format!("{{any: [{{all: []}}, {{{subject}}}]}}")),
        "found a map with the keys `all`, expected a comparison with `subject`, `operator`, `value`; `all` inside a list is not in \
         version 1: split the rule in two"
    );
    assert_eq!(
        said("[\"a\\nb\"]"),
        "found a list, expected a comparison with `subject`, `operator` and `value`, or a list of them under `all` or `any`; "
    );
}

#[test]
fn forms_are_tried_in_a_fixed_order() {
    let atom = "{subject: [action, amount], operator: equals, value: {0: 1}}";
    let reading = read_texts(
        SCHEMA,
        &format!(
            "version: 1\nrules: [{{id: a, scope: {{0: refund}}, when: {atom}, effect: block}}]"
        ),
        None,
    );
    assert!(reading.set.is_some(), "{:?}", reading.problems);
    for scope in [
        "{true: x, action: refund}",
        "{action: 1}",
        "{action: refund, action: refund}",
        "refund",
        "[refund]",
    ] {
        let policy =
            format!("version: 1\nrules: [{{id: a, scope: {scope}, when: {atom}, effect: block}}]");
        assert_eq!(
            kinds(&read_texts(SCHEMA, &policy, None).problems),
            [ProblemKind::NoUntaggedVariant],
            "{scope}"
        );
    }
}

#[test]
fn warnings_stand_behind_errors_and_refuse_nothing() {
    let rule = "{id: a, scope: {actor: x, note: 1}, effect: block, prio: 1, when: {subject: {domain: actor, field: role}, operator: equals, \
                value: {literal: x}, negate: true}}";
    let governance = "version: 1\ngovernance: {rules: [{id: g, select: {where: {effect: blok, when: {subject: {domain: user}}}}, \
                      must: {max_count: 0, exists: false}, error: e}]}";
    let reading = read_texts(
        SCHEMA,
        &format!("version: 1\nrules:\n  - {rule}\n  - {rule}\n"),
        Some(governance),
    );
    assert!(reading.set.is_some());
    for kind in [
        ProblemKind::IgnoredKey,
        ProblemKind::DuplicateRule,
        ProblemKind::DeadRule,
        ProblemKind::EmptySelection,
    ] {
        assert!(kinds(&reading.problems).contains(&kind), "{kind}");
    }
    let broken = read_texts(SCHEMA, &format!("version: x\nrules:\n  - {rule}\n"), None);
    assert_eq!(broken.problems[0].kind, ProblemKind::InvalidType);
    assert!(
        broken.problems[1..]
            .iter()
            .all(|problem| problem.kind.is_warning())
    );
}

#[test]
fn a_violation_names_the_demand_and_what_was_found() {
    let governance = "version: 1\ngovernance:\n  rules:\n    - {id: g, select: {where: {effect: block}}, must: {min_count: 1}, error: block something}\n";
    let problem = read_texts(SCHEMA, "version: 1\nrules: []\n", Some(governance))
        .problems
        .swap_remove(0);
    assert_eq!(
        problem.to_string(),
        "governance:4:7: block something [P301]"
    );
    assert_eq!(
        problem.hint.as_deref(),
        Some("it selects 0 rules, expected at least 1")
    );
    assert_eq!(problem.rule.as_deref(), Some("g"));
}

#[test]
fn many_mistakes_do_not_hide_an_error_and_are_limited() {
    let rules: String = (0..110_000).map(|_| "  - {id: a, x: 1, y: 1}\n").collect();
    let reading = read_texts(SCHEMA, &format!("version: 1\nrules:\n{rules}"), None);
    assert!(reading.set.is_none());
    assert_eq!(reading.problems.len(), 200_000);
    assert_eq!(reading.problems[0].kind, ProblemKind::MissingField);
}

#[test]
fn ten_thousand_rules_are_read_whole() {
    let rule = |number: usize| {
        format!(
            "  - id: r{number}\n    scope: {{action: refund}}\n    when:\n      all:\n        - {{subject: {{domain: action, field: amount}}, \
             operator: greater_than, value: {{literal: {number}}}}}\n        - subject: {{domain: actor, field: role}}\n          operator: \
             equals\n          value: {{literal: support}}\n    effect: block\n"
        )
    };
    let policy = format!(
        "version: 1\nrules:\n{}",
        (0..10_000).map(rule).collect::<String>()
    );
    let set = read_texts(SCHEMA, &policy, None).set.unwrap();
    assert_eq!(set.rules.len(), 10_000);
}
