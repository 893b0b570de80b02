//! What is kept out of records never changes an answer.

use audit_core::__private::Site;
use audit_core::{Actor, Decision, Effect, Fields, Policy, Redaction, Runtime, Scope};
use proptest::prelude::*;
use proptest::sample::select;

use super::generate::{self, SCHEMA};
use super::house::enter;
use super::naive::Asked;

const NAMES: &[&str] = &["n0", "type", "s0", "n1", "b0", "a longer name, twenty-odd"];

/// Judged without and with redactions of its own.
static PLAIN: Site = Site::audit("act", "answer", "answer.rs", 1, false, &[]).fields(NAMES);
static REDACTING: Site = Site::audit("act", "answer", "answer.rs", 2, false, &[])
    .fields(NAMES)
    .redactions(&[
        ("n0", Redaction::Drop),
        ("s0", Redaction::Hash),
        ("type", Redaction::Mask),
        ("b0", Redaction::Seal),
        ("n1", Redaction::Mask),
        ("a longer name, twenty-odd", Redaction::Drop),
    ]);

/// The schema with some of its fields classified.
fn classified(words: &[Option<&'static str>]) -> String {
    let mut words = words.iter().copied().cycle();
    let mut lines: Vec<String> = SCHEMA.lines().map(str::to_owned).collect();
    for line in lines.iter_mut().filter(|line| line.ends_with("}}")) {
        let declared = line
            .split_once("fields: {")
            .unwrap()
            .1
            .trim_end_matches('}');
        let declared = declared.replace("a longer name, twenty-odd", "LONG");
        let named: Vec<String> = declared
            .split(", ")
            .filter_map(|field| {
                let name = field.split(':').next().unwrap();
                Some(format!("{name}: {}", words.next().unwrap()?))
            })
            .collect();
        let named = named
            .join(", ")
            .replace("LONG", "a longer name, twenty-odd");
        line.truncate(line.len() - 1);
        *line = format!("{line}, sensitive: {{{named}}}}}");
    }
    lines.join("\n")
}

fn runtime(schema: &str, rules: &str, snapshot: Fields<'static>) -> Runtime {
    Runtime::builder()
        .policy(Policy::from_strings(schema, rules, None).unwrap())
        .snapshot_resolver(move |_| Ok(snapshot.clone()))
        .build()
        .unwrap()
}

type Answer = (Effect, Option<String>, Vec<String>, bool);

fn answer(decision: &Decision<'_>) -> Answer {
    let rule = decision.matched_rule.as_deref().map(str::to_owned);
    let missing = decision
        .missing
        .iter()
        .map(|path| path.to_string())
        .collect();
    (decision.effect, rule, missing, decision.permits())
}

/// What is decided about it, and the outcome of each rule.
fn judged(runtime: &Runtime, asked: &Asked, site: &'static Site) -> (Vec<Answer>, Vec<String>) {
    let actor = Actor::from(asked.actor.clone());
    Scope::new().actor(actor).runtime(runtime.clone()).run(|| {
        let captured = audit_core::testing::capture(|| {
            let own = answer(&runtime.evaluate(&asked.action));
            let field = |place: u32| asked.action.fields().get(NAMES[place as usize]);
            let capture = |place: u32| field(place).map(audit_core::Capture::take);
            drop(enter!(site, &capture));
            own
        });
        let mut answers: Vec<Answer> = captured.decisions().map(answer).collect();
        assert_eq!(answers.len(), 2);
        answers.push(captured.value);
        let explanation = runtime.explain(&asked.action);
        answers.push(answer(&explanation.decision));
        let rules = explanation
            .rules
            .iter()
            .map(|rule| format!("{}{}", rule.outcome, rule.condition.holds()));
        (answers, rules.collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn effect_rule_and_missing_are_those_of_the_same_policy_without_classifications(
        (rules, requests) in generate::case(),
        words in prop::collection::vec(select(&[None, Some("mask"), Some("hash"), Some("seal"), Some("drop")][..]), 7..13),
    ) {
        let rules = rules.to_yaml();
        let schema = classified(&words);
        for asked in &requests {
            let plain = judged(&runtime(SCHEMA, &rules, asked.snapshot.clone()), asked, &PLAIN);
            let redacted = judged(&runtime(&schema, &rules, asked.snapshot.clone()), asked, &REDACTING);
            prop_assert_eq!(plain, redacted, "{:?}\n{}\n{}", asked, schema, rules);
        }
    }
}

#[test]
fn the_schema_is_classified_as_it_says() {
    let schema = classified(&[Some("mask"), None, Some("drop")]);
    assert!(
        schema.contains(
            "sensitive: {n0: mask, s0: drop, n1: mask, \"a longer name, twenty-odd\": drop}}"
        ),
        "{schema}"
    );
}
