//! Conditions that can never hold, that always do, and that are left alone.

use super::{all, atom, codes, lints};

/// What is said of the condition of one rule for refunds, each atom written `field operator value`.
fn of_condition(settings: &str, when: &str) -> Vec<&'static str> {
    let rule = format!(
        "  - {{id: a, scope: {{action: refund, actor: [alice, bob]}}, effect: allow, when: {when}}}\n"
    );
    codes(&lints(settings, &rule))
}

#[test]
fn what_contradicts_itself_never_holds() {
    for atoms in [
        ["action.currency equals EUR", "action.currency equals USD"],
        [
            "action.currency equals EUR",
            "action.currency not_equals EUR",
        ],
        [
            "action.currency equals EUR",
            "not action.currency equals EUR",
        ],
        ["action.currency in [EUR, USD]", "action.currency in [GBP]"],
        [
            "action.currency in [EUR, USD]",
            "action.currency not_in [USD, EUR]",
        ],
        [
            "action.currency in [EUR, USD]",
            "action.currency starts_with G",
        ],
        [
            "action.currency in [EUR, USD]",
            "not action.currency matches_regex '^[EU]'",
        ],
        ["action.currency equals EUR", "action.currency matches 'U*'"],
        [
            "action.currency starts_with EU",
            "action.currency starts_with US",
        ],
        ["action.currency ends_with R", "action.currency ends_with D"],
        [
            "action.currency matches 'E*'",
            "not action.currency matches 'E*'",
        ],
        [
            "action.amount greater_than 5",
            "action.amount less_than 5.0",
        ],
        [
            "action.amount greater_than 5",
            "action.amount less_or_equal 5",
        ],
        [
            "action.amount greater_or_equal 5",
            "not action.amount greater_than 4",
        ],
        ["action.amount equals 5", "action.amount greater_than 5"],
        ["action.amount equals 5", "action.amount equals '5.01'"],
        ["action.count greater_than 5", "action.count less_than 6"],
        ["action.share less_than 1", "action.share greater_than 1"],
        [
            "action.urgent not_equals true",
            "action.urgent not_equals false",
        ],
        ["action.urgent equals true", "action.urgent in [false]"],
        [
            "action.due before 2026-01-01T00:00:00Z",
            "action.due after 2026-01-01T00:00:00Z",
        ],
        ["action.note exists false", "action.note equals x"],
        ["action.note exists false", "action.note exists true"],
        ["action.note exists true", "not action.note exists true"],
        ["action.place.zip equals null", "action.place.zip equals x"],
        [
            "action.place.zip equals null",
            "action.place.zip not_equals null",
        ],
        [
            "snapshot.until equals null",
            "snapshot.until before 2026-01-01T00:00:00Z",
        ],
        ["actor.groups contains a", "not actor.groups contains a"],
        ["action.type equals payout", "action.urgent equals true"],
        ["actor.id equals eve", "action.urgent equals true"],
        [
            "action.amount less_than {subject: action.amount}",
            "action.urgent equals true",
        ],
        [
            "not actor.role equals {subject: actor.role}",
            "action.urgent equals true",
        ],
        [
            "request.time within {from: '09:00', to: '17:00', zone: UTC}",
            "not request.time within {from: '09:00', to: '17:00', zone: UTC, days: [sun, mon, tue, wed, thu, fri, sat]}",
        ],
    ] {
        assert_eq!(of_condition("", &all(&atoms)), ["P407"], "{atoms:?}");
    }
}

#[test]
fn what_can_hold_is_left_alone() {
    for atoms in [
        [
            "action.currency in [EUR, USD]",
            "action.currency not_equals EUR",
        ],
        [
            "action.currency starts_with E",
            "action.currency starts_with EU",
        ],
        [
            "action.currency starts_with E",
            "action.currency contains x",
        ],
        ["action.amount greater_than 5", "action.amount less_than 6"],
        [
            "action.amount greater_or_equal 5",
            "action.amount less_or_equal 5",
        ],
        ["action.count greater_than 5", "action.count less_than 7"],
        [
            "action.urgent not_equals true",
            "action.urgent equals false",
        ],
        ["actor.groups contains a", "actor.groups contains b"],
        // Absent, and therefore neither.
        ["not action.note equals x", "not action.note not_equals x"],
        ["action.note exists false", "not action.note equals x"],
        [
            "not action.place.city equals x",
            "not action.place.city not_equals x",
        ],
        [
            "not snapshot.until exists false",
            "not snapshot.until after 2026-01-01T00:00:00Z",
        ],
        // Null.
        [
            "action.place.zip not_equals x",
            "not action.place.zip in [y]",
        ],
        ["action.type in [refund, payout]", "actor.id in [eve, bob]"],
        ["request.tenant equals a", "request.resource equals b"],
        [
            "action.amount less_than {subject: action.count}",
            "action.urgent equals true",
        ],
        [
            "not action.note equals {subject: action.note}",
            "action.urgent equals true",
        ],
    ] {
        let codes = of_condition("", &all(&atoms));
        assert_eq!(codes, [""; 0], "{atoms:?}");
    }
}

#[test]
fn settings_decide_what_missing_and_unfit_values_can_be() {
    let neither = all(&[
        "not action.amount less_than 5",
        "not action.amount greater_or_equal 5",
    ]);
    assert_eq!(of_condition("", &neither), ["P407"]);
    assert_eq!(of_condition("on_missing: no_match", &neither), [""; 0]);
    assert_eq!(of_condition("on_error: no_match", &neither), [""; 0]);
    let either = format!(
        "{{any: [{}, {}]}}",
        atom("action.amount less_than 5"),
        atom("action.amount greater_or_equal 5")
    );
    assert_eq!(of_condition("", &either), ["P408"]);
    assert_eq!(of_condition("on_missing: no_match", &either), [""; 0]);
}

#[test]
fn contradictions_are_seen_through_any_and_not() {
    let eur = atom("action.currency equals EUR");
    let usd = atom("action.currency equals USD");
    let urgent = atom("action.urgent equals true");
    for (when, expected) in [
        (
            format!("{{all: [{eur}, {{any: [{usd}, {{not: {eur}}}]}}]}}"),
            &["P407"][..],
        ),
        (format!("{{all: [{eur}, {{any: [{usd}, {urgent}]}}]}}"), &[]),
        (
            format!("{{not: {{any: [{eur}, {{not: {eur}}}]}}}}"),
            &["P407"],
        ),
        (
            format!("{{any: [{urgent}, {{all: [{eur}, {usd}]}}]}}"),
            &["P407"],
        ),
        (format!("{{any: [{eur}, {{not: {eur}}}]}}"), &["P408"]),
        (format!("{{not: {{all: [{eur}, {usd}]}}}}"), &["P408"]),
        (
            format!("{{not: {{not: {{all: [{eur}, {usd}]}}}}}}"),
            &["P407"],
        ),
        (format!("{{any: [{eur}, {usd}]}}"), &[]),
        (
            format!("{{any: [{}]}}", atom("actor.id in [bob, alice]")),
            &["P408"],
        ),
    ] {
        assert_eq!(of_condition("", &when), expected, "{when}");
    }
}
