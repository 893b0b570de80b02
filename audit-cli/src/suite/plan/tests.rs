//! What a suite says is what a policy is asked.

use super::*;
use crate::suite::{read, yaml};

/// The cases of a suite with these entries, which must be sound.
pub(crate) fn cases_of(entries: &str) -> Vec<Case> {
    let text = format!(
        "suite: s\nclock: 2026-11-23T09:00:00Z\nactors: {{ada: {{id: ada, role: clerk}}}}\n\
         actions: {{small: {{type: refund, amount: 1, note: n}}}}\nsnapshots: {{calm: {{limits: {{daily: 5}}}}}}\n\
         cases: [{entries}]\n"
    );
    let mut mistakes = Vec::new();
    let root = yaml::read(&text, &mut mistakes).unwrap();
    let suite = read::read(&root, &mut mistakes).unwrap();
    let cases = plan(&suite, &mut mistakes);
    assert_eq!(mistakes, []);
    cases
}

#[test]
fn a_case_is_asked_with_all_that_it_says() {
    let text = "{name: one, action: small, actor: ada, snapshot: calm, tenant: acme, resource: order-1, mode: shadow, \
        expect: {effect: allow}}";
    let [case] = &cases_of(text)[..] else {
        panic!("{text}");
    };
    assert_eq!(case.mode, Mode::Shadow);
    let request = case.request(Mode::Shadow);
    assert_eq!(request.tenant, Some("acme"));
    assert_eq!(request.action.resource(), Some("order-1"));
    assert_eq!(request.time, "2026-11-23T09:00:00Z".parse().ok());
    assert_eq!(
        (request.mode, request.mode_overridden),
        (Mode::Shadow, false)
    );
    assert_eq!(request.actor.id(), Some("ada"));
    let json = serde_json::to_value(request.action).unwrap();
    let expected = serde_json::json!({"type": "refund", "fields": {"amount": 1, "note": "n"}});
    assert_eq!(json, expected);
}

#[test]
fn rows_share_what_their_case_says_and_change_only_their_own() {
    let cases = cases_of(
        "{name: t, action: small, snapshot: calm, table: {columns: [action.amount, snapshot.limits.weekly, clock, \
         expect.effect], rows: [[2, 9, 2026-11-24T09:00:00Z, allow], [{from: x}, null, 2026-11-25T09:00:00Z, block]]}}, \
         {name: after, action: small, expect: {effect: allow}}",
    );
    let shown = |case: &Case| {
        let (action, snapshot) = (case.action.part.fields(), &case.snapshot.part);
        format!("{}: {action:?} {snapshot:?}", case.name)
    };
    let shown: Vec<String> = cases.iter().map(shown).collect();
    assert_eq!(shown.len(), 3);
    assert!(
        shown[0].starts_with("t #1: {\"amount\": Int(2), "),
        "{shown:#?}"
    );
    assert!(
        shown[1].starts_with("t #2: {\"amount\": Map("),
        "{shown:#?}"
    );
    assert!(
        shown[2].starts_with("after: {\"amount\": Int(1), "),
        "{shown:#?}"
    );
    let limits = serde_json::to_string(&cases[1].snapshot.part).unwrap();
    assert_eq!(limits, r#"{"limits":{"daily":5,"weekly":null}}"#);
    let times: Vec<_> = cases.iter().map(|case| case.clock).collect();
    let expected = [
        "2026-11-24T09:00:00Z",
        "2026-11-25T09:00:00Z",
        "2026-11-23T09:00:00Z",
    ];
    assert_eq!(times, expected.map(|time| time.parse().ok()));
}

#[test]
fn a_fixture_is_changed_in_the_case_alone() {
    let cases = cases_of(
        "{name: a, action: {from: small, without: [note, type], with: {amount: 3, from: here}}, expect: {effect: allow}}, \
         {name: b, action: small, expect: {effect: allow}}",
    );
    let json = |case: &Case| serde_json::to_value(&case.action.part).unwrap();
    let changed = serde_json::json!({"fields": {"amount": 3, "from": "here"}});
    assert_eq!(json(&cases[0]), changed);
    assert_eq!(json(&cases[1])["fields"]["note"], "n");
}
