//! `cargo bench -p audit-benches --bench language_2`: language 2 beside version 1, on the same rules in one run.
//!
//! `cargo test` runs the same once over, without times: both must give the same answers, without an allocation.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

use std::hint::black_box;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use audit_benches::engine::{BoxError, ours};
use audit_benches::measure::{Contender, Depth};
use audit_benches::question::{FIRST, LAST, NONE, Question, Rule};
use audit_benches::rules;
use audit_core::{Action, Actor, Evaluator, Fields, Policy, Request, Runtime, Snapshot};

const VERSION_1: &str = "version 1";
const LANGUAGE_2: &str = "language 2";

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let depth = Depth::from_args();
    let many = if depth == Depth::Full { 10_000 } else { 300 };
    same_rules(depth, "10 rules", &rules::ten())?;
    same_rules(depth, &format!("{many} rules, mixed"), &rules::mixed(many))?;
    what_only_2_can_say(depth)?;
    if depth == Depth::Full {
        load(&rules::mixed(many))?;
        reload(&rules::mixed(many))?;
    }
    Ok(())
}

/// The same rules in both languages.
fn same_rules(depth: Depth, title: &str, rules: &[Rule]) -> Result<(), BoxError> {
    let (version_1, language_2) = (ours::policy(rules)?, ours::policy_2(rules)?);
    let shadow = ours::text_2(rules).replacen("rules:\n", SHADOW_RULE, 1);
    let with_shadow = Policy::from_strings(ours::SCHEMA_2, &shadow, None)?;
    for (id, winner) in [
        (FIRST, "the first rule matches"),
        (LAST, "the last rule matches"),
        (NONE, "no rule matches"),
    ] {
        let question = Question::by(id);
        let (action, actor, snapshot) = (
            ours::action(&question),
            ours::actor(&question),
            ours::snapshot(&question),
        );
        let request = Request::new(&action, &actor, &snapshot);
        let answers = [&version_1, &language_2, &with_shadow].map(|policy| {
            let verdict = policy.evaluate(&request).map(|verdict| {
                let rule = verdict.matched_rule.map(|rule| rule.to_string());
                (verdict.effect, rule)
            });
            verdict.ok()
        });
        assert_eq!(answers[0], answers[1], "{title}, {id}");
        assert_eq!(answers[0], answers[2], "{title}, {id}");
        let ask = |policy: &Policy| {
            let verdict = policy.evaluate(black_box(&request));
            verdict.map(|verdict| verdict.effect)
        };
        let figures = depth.report(
            &format!("Both languages: {title}, {winner}"),
            vec![
                Contender::new(VERSION_1, || ask(&version_1)),
                Contender::new(LANGUAGE_2, || ask(&language_2)),
                Contender::new("language 2, one more rule in shadow", || ask(&with_shadow)),
            ],
        );
        for figure in figures {
            assert!(figure.allocations < 0.5, "{} allocates", figure.name);
        }
    }
    Ok(())
}

/// A rule in shadow that never matches.
const SHADOW_RULE: &str = "rules:
  - id: in_shadow
    scope: {action: refund}
    when: {subject: action.currency, operator: equals, value: none}
    effect: require_approval
    mode: shadow
";

/// What version 1 has no words for.
const CONDITIONS: &[(&str, &str)] = &[
    (
        "`greater_than` of a decimal",
        "{subject: action.amount, operator: greater_than, value: 5000}",
    ),
    (
        "`in` of 4 texts",
        "{subject: action.text, operator: in, value: [a, b, c, d]}",
    ),
    (
        "`not` of `all` of two",
        "{not: {all: [{subject: action.count, operator: equals, value: 5}, {subject: action.text, operator: not_equals, value: a}]}}",
    ),
    (
        "an optional field that is absent",
        "{subject: action.note, operator: equals, value: a}",
    ),
    (
        "`starts_with`",
        "{subject: action.text, operator: starts_with, value: refund}",
    ),
    (
        "`matches`",
        "{subject: action.text, operator: matches, value: \"*to an enemy\"}",
    ),
    (
        "`matches_regex`",
        "{subject: action.text, operator: matches_regex, value: \"enem(y|ies)$\"}",
    ),
    (
        "`in_cidr` of 2 networks",
        "{subject: action.ip, operator: in_cidr, value: [10.0.0.0/8, \"fd00::/8\"]}",
    ),
    (
        "`before` of a time",
        "{subject: action.due, operator: before, value: \"2026-01-01T00:00:00Z\"}",
    ),
    (
        "`within` a time of day",
        "{subject: action.due, operator: within, value: {from: \"22:00\", to: \"06:00\", zone: Europe/Berlin}}",
    ),
    (
        "`contains` of a list",
        "{subject: action.tags, operator: contains, value: d}",
    ),
    (
        "a part of a map",
        "{subject: action.place.city, operator: equals, value: Basel}",
    ),
    (
        "a rule rolled out to 10 %",
        "{subject: action.count, operator: equals, value: 5}",
    ),
];

/// One rule of each kind that version 1 has no words for; each is asked and does not match.
fn what_only_2_can_say(depth: Depth) -> Result<(), BoxError> {
    const SCHEMA: &str = "language: audit/2
actions:
  pay:
    fields:
      amount: decimal
      count: integer
      text: string
      note: {type: string, optional: true}
      ip: string
      due: timestamp
      tags: {type: list, of: string}
      place: {type: map, fields: {city: string}}
";
    let action = Action::new("pay")
        .with("amount", "1234.50")
        .with("count", 5)
        .with("text", "transfer to a friend")
        .with("ip", "192.0.2.7")
        .with("due", "2026-11-23T12:00:00Z")
        .with("tags", vec!["a", "b", "c"])
        .with("place", Fields::new().with("city", "Bern"));
    let (actor, snapshot) = (Actor::new("ada"), Snapshot::new());
    let request = Request::new(&action, &actor, &snapshot);
    let mut policies = Vec::new();
    for (name, condition) in CONDITIONS {
        let rollout = if name.contains("rolled out") {
            ", rollout: 10"
        } else {
            ""
        };
        let by = if rollout.is_empty() {
            ""
        } else {
            "actor: {fields: {id: string}}\n"
        };
        let text = format!(
            "language: audit/2\ndefault: allow\nrules: [{{id: r, scope: {{action: pay}}, when: {condition}, effect: block{rollout}}}]"
        );
        policies.push((
            name,
            Policy::from_strings(&format!("{SCHEMA}{by}"), &text, None)?,
        ));
    }
    let contenders = policies.iter().map(|(name, policy)| {
        Contender::new(**name, || {
            let verdict = policy.evaluate(black_box(&request));
            verdict.map(|verdict| verdict.effect)
        })
    });
    depth.report(
        "Language 2: one rule of each kind, which does not match",
        contenders.collect(),
    );
    Ok(())
}

/// Reading and compiling a policy text.
fn load(rules: &[Rule]) -> Result<(), BoxError> {
    let (version_1, language_2) = (ours::text(rules), ours::text_2(rules));
    let short = ours::text_2_short(rules);
    let digest = |text: &str| {
        let policy = Policy::from_strings(ours::SCHEMA_2, text, None);
        policy.map(|policy| policy.info().digest)
    };
    assert_eq!(digest(&language_2)?, digest(&short)?, "the same set");
    let contenders = vec![
        Contender::new(VERSION_1, || {
            Policy::from_strings(ours::SCHEMA, &version_1, None)
        }),
        Contender::new(LANGUAGE_2, || {
            Policy::from_strings(ours::SCHEMA_2, &language_2, None)
        }),
        Contender::new("language 2 in its short forms", || {
            Policy::from_strings(ours::SCHEMA_2, &short, None)
        }),
    ];
    let title = format!("Loading {} rules from text", rules.len());
    Depth::Full.report(&title, contenders);
    Ok(())
}

/// Reading, compiling and putting in place, while another thread goes on evaluating.
fn reload(rules: &[Rule]) -> Result<(), BoxError> {
    let text = ours::text_2_short(rules);
    let question = Question::by(NONE);
    let runtime = Runtime::builder()
        .policy(ours::policy_2(rules)?)
        .snapshot_resolver(move |_| Ok(ours::snapshot(&question)))
        .build()?;
    let (over, answered) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|threads| {
        threads.spawn(|| {
            ours::scope(&question).run(|| {
                while !over.load(Ordering::Relaxed) {
                    black_box(runtime.allow(&ours::action(black_box(&question))));
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            });
        });
        let contenders = vec![Contender::new("reload under evaluation", || {
            let before = answered.load(Ordering::Relaxed);
            let policy = Policy::from_strings(ours::SCHEMA_2, &text, None);
            let policy = policy.map(|policy| runtime.reload(policy));
            assert!(
                answered.load(Ordering::Relaxed) > before,
                "evaluation stood still"
            );
            policy
        })];
        let title = format!(
            "Reloading {} rules while another thread evaluates",
            rules.len()
        );
        Depth::Full.report(&title, contenders);
        over.store(true, Ordering::Relaxed);
    });
    Ok(())
}
