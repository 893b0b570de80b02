//! What an install finds amiss with the annotated functions of a program.

use audit_core::{
    Fields, Finding, FindingKind, Policy, Refused, Runtime, RuntimeBuilder, Text, admit, audit,
    sites,
};

use crate::support;
use crate::world::World;

const SCHEMA: &str = "version: 1
actions:
  report_right: {fields: {amount: number}}
  report_renamed: {fields: {amount: number, currency: string}}
  report_named: {fields: {amount: number}}
  report_opaque: {fields: {amount: number}}
  report_never: {fields: {amount: number}}
  report_pattern: {fields: {amount: number}}
actor: {fields: {}}
snapshot: {fields: {frozen: boolean}}
";

#[audit]
fn report_right(amount: u64) -> u64 {
    amount
}

#[audit]
fn report_renamed(sum: u64, currency: &str) -> u64 {
    sum + currency.len() as u64
}

#[audit(fields(amonut = amount))]
fn report_named(amount: u64) -> u64 {
    amount
}

#[audit(action = "report_rihgt")]
fn report_misspelled(amount: u64) -> u64 {
    amount
}

struct Opaque;

#[audit]
fn report_opaque(amount: &Opaque) -> *const Opaque {
    std::ptr::from_ref(amount)
}

#[audit]
fn report_never(amount: fn() -> u64) -> u64 {
    amount()
}

#[audit]
fn report_pattern((amount, _): (u64, u64)) -> u64 {
    amount
}

#[audit(action = "report_right", actor = "a", tenant = "t")]
fn report_supplied(amount: u64) -> u64 {
    amount
}

#[audit(action = "report_right", snapshot(frozn = true, frozen = false))]
fn report_snapshot(amount: u64) -> u64 {
    amount
}

#[audit(action = "report_elsewhere", runtime = builder().build().unwrap())]
fn report_elsewhere(amount: u64) -> u64 {
    amount
}

#[admit(action = "report_right")]
async fn report_async(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

fn builder() -> RuntimeBuilder {
    let policy = Policy::from_strings(SCHEMA, "version: 1\nrules: []\n", None).unwrap();
    Runtime::builder().policy(policy)
}

/// What is found about the functions of this module.
fn findings(builder: RuntimeBuilder) -> Vec<(String, FindingKind, String)> {
    let report = builder.build().unwrap().check_sites();
    assert_eq!(report.sites, sites().len());
    let ours = |finding: &Finding| {
        finding
            .site
            .is_none_or(|site| site.module.ends_with("report"))
    };
    let findings = report.findings.into_iter().filter(ours);
    findings
        .map(|finding| {
            let function = finding.site.map_or("", |site| site.function);
            (function.to_owned(), finding.kind, finding.message)
        })
        .collect()
}

#[test]
fn everything_that_would_make_a_rule_silently_never_match_is_found() {
    let found = findings(builder());
    let said: Vec<_> = found
        .iter()
        .map(|(function, kind, message)| (function.as_str(), *kind, message.as_str()))
        .collect();
    assert_eq!(
        said,
        [
            (
                "report_renamed",
                FindingKind::MissingField,
                "no argument supplies field `amount` of action `report_renamed`, so rules that read it never match: \
                 rename the argument or say `fields(amount = ..)`"
            ),
            (
                "report_named",
                FindingKind::UnknownField,
                "field `amonut` is not in the schema of action `report_named`, so no rule reads it: did you mean \
                 `amount`?"
            ),
            (
                "report_named",
                FindingKind::MissingField,
                "no argument supplies field `amount` of action `report_named`, so rules that read it never match: \
                 rename the argument or say `fields(amount = ..)`"
            ),
            (
                "report_misspelled",
                FindingKind::UnknownAction,
                "action `report_rihgt` is in no schema, so only global rules judge it: did you mean `report_right`?"
            ),
            (
                "report_never",
                FindingKind::Uncapturable,
                "argument `amount` of type `fn() -> u64` can't be captured, so field `amount` of action \
                 `report_never` is missing: name it with `fields(amount = ..)`"
            ),
            (
                "report_pattern",
                FindingKind::MissingField,
                "no argument supplies field `amount` of action `report_pattern`, so rules that read it never match: \
                 rename the argument or say `fields(amount = ..)`"
            ),
            (
                "report_snapshot",
                FindingKind::UnknownField,
                "`frozn` is not in the schema of the snapshot, so no rule reads it: did you mean `frozen`?"
            ),
        ]
    );
}

#[test]
fn a_finding_names_the_function_its_file_and_its_line() {
    let report = builder().build().unwrap().check_sites();
    let of = |name| {
        let mut findings = report.findings.iter();
        findings.find(|finding| finding.site.is_some_and(|site| site.function == name))
    };
    let text = of("report_misspelled").unwrap().to_string();
    let source = include_str!("report.rs");
    let line = 1 + source
        .lines()
        .position(|line| line.contains("fn report_misspelled("))
        .unwrap();
    let place = format!(
        "#[audit] report_misspelled (audit-core/tests/attribute_default/report.rs:{line}): "
    );
    assert!(text.starts_with(&place), "{text}");
}

#[test]
fn a_resolver_that_can_only_be_awaited_is_found_where_it_would_be_asked_and_can_not_be() {
    let of = |builder: RuntimeBuilder| -> Vec<_> {
        let found = findings(builder).into_iter();
        found
            .filter(|(_, kind, _)| *kind == FindingKind::AsyncOnly)
            .map(|(function, _, message)| (function, message))
            .collect()
    };
    let found = of(builder().actor_resolver_async(|_| async { Err("never asked".into()) }));
    assert_eq!(
        found.len(),
        8,
        "all but the supplied and the async: {found:?}"
    );
    assert!(
        found
            .iter()
            .all(|(function, _)| function != "report_supplied" && function != "report_async")
    );
    assert_eq!(
        found[0].1,
        "the actor resolver can only be awaited, and this function can't: make it `async`, or give the runtime a \
         synchronous resolver as well"
    );
    let found = of(builder()
        .actor_resolver_async(|_| async { Err("never asked".into()) })
        .actor_resolver(|_| Err("never asked".into())));
    assert!(found.is_empty(), "{found:?}");
    let found = of(builder().snapshot_resolver_async(|_| async { Err("never asked".into()) }));
    assert_eq!(found.len(), 9);
}

#[test]
fn what_a_resolver_will_say_is_not_guessed_at() {
    let found = findings(builder().action_type_resolver(|_| Ok(Text::from("x"))));
    let functions: Vec<_> = found
        .iter()
        .map(|(function, ..)| function.as_str())
        .collect();
    assert_eq!(functions, ["report_misspelled", "report_snapshot"]);
    let found = findings(builder().action_resolver(|_| Ok(Fields::new())));
    let functions: Vec<_> = found
        .iter()
        .map(|(function, ..)| function.as_str())
        .collect();
    assert_eq!(functions, ["report_misspelled", "report_snapshot"]);
}

#[test]
fn a_crate_whose_functions_did_not_link_in_is_found() {
    let found =
        findings(builder().expect_sites(["attribute_default", "attribute-default", "left-out"]));
    let (function, kind, message) = found.last().unwrap();
    assert_eq!((function.as_str(), *kind), ("", FindingKind::NotLinked));
    assert_eq!(
        message,
        "crate `left-out` should have annotated functions, and none was linked into this program: name the crate \
         in code, as in `use left_out as _;`"
    );
    let not_linked = found
        .iter()
        .filter(|(_, kind, _)| *kind == FindingKind::NotLinked);
    assert_eq!(not_linked.count(), 1);
}

#[test]
fn an_argument_that_turns_out_uncapturable_is_warned_of_once_and_missing_at_every_call() {
    let policy = "version: 1
rules:
  - id: big
    scope: {action: report_opaque}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1}}
    effect: block
";
    let policy = Policy::from_strings(SCHEMA, policy, None).unwrap();
    let world = World::of(Runtime::builder().policy(policy));
    let ((), warnings) = support::warnings_of(|| {
        for _ in 0..3 {
            world.run(|| report_opaque(&Opaque));
        }
    });
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].contains(
        "argument `amount` of type `&Opaque` can't be captured, so field `amount` is missing: implement \
         `audit_core::Capture` or name it with `fields(amount = ..)`"
    ));
    for decision in world.decisions() {
        assert_eq!(decision.missing[..], ["action.amount"]);
    }
}

#[test]
fn every_annotated_function_is_listed_whether_it_is_called_or_not() {
    let sites = sites();
    let ours: Vec<_> = sites
        .iter()
        .filter(|site| site.module == "attribute_default::report")
        .map(|site| (site.function, site.action, site.asynchronous))
        .collect();
    assert_eq!(ours.len(), 11);
    assert!(ours.contains(&("report_async", Some("report_right"), true)));
    assert!(ours.contains(&("report_right", None, false)));
    // Never called by any test of this module.
    let never_called: [fn(u64) -> u64; 6] = [
        report_snapshot,
        report_elsewhere,
        report_right,
        report_named,
        report_misspelled,
        report_supplied,
    ];
    assert_eq!(never_called.len(), 6);
    let others = (
        report_renamed as fn(u64, &str) -> u64,
        report_never as fn(fn() -> u64) -> u64,
    );
    assert!(others.0 as usize != others.1 as usize);
    assert_eq!(report_pattern((1, 2)), 1);
    drop(report_async(1));
}
