//! The numbers of each pass, and that nothing but the mode differs between them.

use audit_core::Runtime;

use crate::pass::{self, Pass};

/// Three passes under a runtime of this test's own.
fn passes() -> [Pass; 3] {
    passes_of(&crate::runtime().unwrap())
}

fn passes_of(runtime: &Runtime) -> [Pass; 3] {
    let passes = runtime.scope(|| crate::passes(runtime)).unwrap();
    passes.try_into().unwrap()
}

fn numbers(pass: &Pass) -> (usize, usize, usize) {
    (pass.judged, pass.ran, pass.refusals.len())
}

#[test]
fn shadow_runs_everything_policy_refuses_and_off_asks_nobody() {
    let [shadow, enforce, off] = passes();
    assert_eq!(numbers(&shadow), (12, 12, 0));
    assert_eq!(numbers(&enforce), (12, 7, 5));
    assert_eq!(numbers(&off), (0, 12, 0));
}

#[test]
fn shadow_tells_beforehand_what_will_be_refused() {
    let [shadow, enforce, off] = passes();
    let expected = [
        ("deletions_need_approval", 1),
        ("many_replicas_need_approval", 1),
        ("no_mass_deletion", 2),
        ("trainees_read_no_secrets", 1),
        ("trainees_stay_out_of_production", 1),
    ];
    let expected = expected.map(|(rule, count)| (rule.to_owned(), count));
    let would = [
        ("deletions_need_approval", 1),
        ("trainees_scale_nothing", 1),
    ];
    let would = would.map(|(rule, count)| (rule.to_owned(), count));
    assert_eq!(shadow.by_rule, expected.into());
    assert_eq!(enforce.by_rule, shadow.by_rule);
    assert_eq!(shadow.would_by_rule, would.into());
    assert_eq!(enforce.would_by_rule, shadow.would_by_rule);
    assert!(off.by_rule.is_empty() && off.would_by_rule.is_empty());
    // One of the six stands on a function that is audited and never refused.
    let admitted = enforce.by_rule.values().sum::<usize>() - 1;
    assert_eq!(enforce.refusals.len(), admitted);
}

#[test]
fn a_refusal_names_action_rule_and_decision() {
    let [_, enforce, _] = passes();
    let first = &enforce.refusals[0];
    let expected = "action `deploy` is blocked by rule `trainees_stay_out_of_production`: production is for engineers (decision ";
    assert!(first.starts_with(expected), "{first}");
}

#[test]
fn each_change_of_mode_says_who_when_and_why() {
    let runtime = crate::runtime().unwrap();
    let captured = audit_core::testing::capture(|| passes_of(&runtime));
    let changes = captured.events.iter().filter_map(crate::told);
    let changes: Vec<_> = changes
        .map(|told| told.split_once(": ").unwrap().1.to_owned())
        .collect();
    assert_eq!(
        changes,
        [
            "ada set shadow for everything: see what policy would say",
            "ada left it to policy for everything: policy says what it should",
            "ada set off for everything: incident 4711",
        ]
    );
    let set = runtime.mode_overrides();
    assert_eq!(set.len(), 1);
    assert_eq!(set[0].change.as_ref().unwrap().why(), "incident 4711");
}

#[test]
fn every_pass_calls_the_same_functions() {
    let passes = passes();
    assert_eq!(passes[0].functions.len(), 12);
    assert!(pass::same_functions(&passes));
}

#[test]
fn business_code_knows_neither_runtime_nor_mode() {
    let code = include_str!("business.rs").lines();
    let code: Vec<_> = code.filter(|line| !line.starts_with("//!")).collect();
    let code = code.join("\n").to_lowercase();
    for word in [
        "runtime", "mode", "shadow", "enforce", "scope", "cfg", "if ", "match ", "env",
    ] {
        assert!(!code.contains(word), "business.rs says `{word}`");
    }
}

#[test]
fn the_annotated_functions_supply_what_the_policy_asks_for() {
    let report = crate::runtime().unwrap().check_sites();
    assert_eq!(report.sites, 4);
    assert!(report.is_clean(), "{:?}", report.findings);
}
