//! What is said of rules that mean something else than they say, and that nothing is said of all others.

mod condition;
mod long;
mod rule;

use super::{Found, Places, lint};
use crate::clock::Timestamp;
use crate::policy::language;
use crate::policy::problem::Problem;
use crate::policy::reading::{Source, Sources};

const SCHEMA: &str = "language: audit/2
actions:
  refund:
    fields:
      amount: decimal
      count: integer
      share: number
      urgent: boolean
      currency: string
      note: {type: string, optional: true}
      due: timestamp
      place: {type: map, nullable: true, fields: {city: string, zip: {type: string, nullable: true}}}
  payout: {fields: {amount: decimal}}
actor: {fields: {id: string, role: string, groups: {type: list, of: string}}}
snapshot: {fields: {frozen: boolean, until: {type: timestamp, nullable: true}}}
";

/// What is said of these rules on the first day of 2026.
fn lints(settings: &str, rules: &str) -> Vec<Problem> {
    let policy = format!("language: audit/2\ndefault: block\n{settings}\nrules:\n{rules}");
    let reading = language::read(&Sources {
        schema: Source {
            name: "schema",
            text: SCHEMA,
        },
        policy: Source {
            name: "policy",
            text: &policy,
        },
        governance: None,
    });
    assert!(reading.problems.is_empty(), "{:#?}", reading.problems);
    let places = Places {
        file: "policy".into(),
        rules: reading.places,
    };
    let mut found = Found::new(&places);
    let now: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    lint(&reading.set.unwrap(), now, &mut found);
    found.into_problems()
}

fn said(problems: &[Problem]) -> Vec<String> {
    let said = problems.iter().map(|problem| {
        let hint = problem.hint.as_ref().map(|hint| format!("; {hint}"));
        format!("{problem}{}", hint.unwrap_or_default())
    });
    said.collect()
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.kind.code()).collect()
}

/// `{subject: .., operator: .., value: ..}` from three words.
fn atom(words: &str) -> String {
    let mut words = words.splitn(3, ' ');
    let mut next = || words.next().unwrap_or_default();
    format!(
        "{{subject: {}, operator: {}, value: {}}}",
        next(),
        next(),
        next()
    )
}

fn all(atoms: &[&str]) -> String {
    let written = |words: &&str| match words.strip_prefix("not ") {
        Some(words) => format!("{{not: {}}}", atom(words)),
        None => atom(words),
    };
    let parts: Vec<String> = atoms.iter().map(written).collect();
    format!("{{all: [{}]}}", parts.join(", "))
}

#[test]
fn a_lint_says_where_and_why() {
    let problems = lints(
        "modes: {payout: off}",
        "  - id: twice
    scope: {action: refund}
    effect: allow
    when:
      all:
        - {subject: action.urgent, operator: equals, value: true}
        - {subject: action.currency, operator: in, value: [EUR, USD, GBP, CHF, JPY]}
        - {subject: action.currency, operator: equals, value: SEK}
  - {id: off, scope: {action: refund}, effect: block, mode: off}
  - {id: old, scope: {action: refund}, effect: block, expires: 2026-01-01T00:00:00Z}
  - {id: dead, scope: {action: payout}, effect: block}
  - id: always
    scope: {action: refund}
    effect: allow
    when: {subject: action.type, operator: equals, value: refund}
  - {id: later, scope: {action: refund}, effect: require_approval}
  - {id: frozen, scope: {global: true}, effect: block}
",
    );
    assert_eq!(
        said(&problems),
        [
            "policy:12:21: the rule `twice` can never match: `action.currency equals SEK` contradicts the rest of it [P407]",
            "policy:13:10: the rule `off` is off and takes no part [P411]",
            "policy:14:10: the rule `old` has expired: it matches nothing since 2026-01-01T00:00:00Z [P412]",
            "policy:15:23: the rule `dead` never runs: `modes` says `off` for `payout` [P403]; it runs once a mode is set at \
             run time, or the rule says one itself",
            "policy:16:9: the rule `always` allows calls that the global rule `frozen` on line 21 would block: under \
             `first_match` it is asked first [P410]; say `combine: block_overrides`, or repeat the block for this action",
            "policy:19:21: the condition of rule `always` always holds where its fields are there [P408]; a rule that always \
             matches has no `when`",
            "policy:20:10: the rule `later` never decides: `always` on line 16 decides every call that it matches [P409]; put \
             it before `always`, or say in that one when it does not hold",
        ]
    );
    assert!(problems.iter().all(|problem| problem.kind.is_warning()));
    assert_eq!(problems[0].rule.as_deref(), Some("twice"));
    assert_eq!(problems[0].place.unwrap().length, 15);
}
