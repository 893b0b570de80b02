//! What became of each rule of language 2, and how a person reads it.

use std::collections::BTreeMap;
use std::sync::Arc;

use audit_core::{
    Action, Actor, Evaluator, Fields, Mode, Policy, Request, RuleOutcome, RuleTrace, Runtime,
    Scope, Severity, Snapshot, Timestamp, Value,
};

use RuleOutcome::{
    AlsoMatches, Decided, Expired, InShadow, NoMatch, Off, Undecided, Unknown, WouldDecide,
};

const SCHEMA: &str = "language: audit/2
actions:
  refund:
    fields:
      amount: decimal
      note: {type: string, optional: true}
      address: {type: map, fields: {city: string, ip: string}}
actor: {fields: {id: string, role: string, groups: {type: list, of: string, optional: true}}}
snapshot: {fields: {now: timestamp, frozen_until: {type: timestamp, nullable: true}}}
";

fn policy(rules: &str) -> Policy {
    let rules = format!("language: audit/2\n{rules}");
    Policy::from_strings(SCHEMA, &rules, None).unwrap_or_else(|error| panic!("{error}"))
}

/// The rules of a first-match policy that allows by default, one a line.
fn rules(lines: &[&str]) -> Policy {
    let lines = lines.join("}\n  - {");
    policy(&format!("default: allow\nrules:\n  - {{{lines}}}\n"))
}

fn refund() -> Action<'static> {
    Action::new("refund").with("amount", "1200.00")
}

fn traced(policy: &dyn Evaluator, mode: Mode, overridden: bool) -> Vec<RuleTrace> {
    let (action, actor) = (refund(), Actor::new("alice"));
    let snapshot = Snapshot::new();
    let time: Timestamp = "2026-11-23T08:00:00Z".parse().unwrap();
    let request = Request::new(&action, &actor, &snapshot)
        .at(time)
        .in_mode(mode, overridden);
    policy.trace(&request).unwrap()
}

fn outcomes(policy: &dyn Evaluator, mode: Mode, overridden: bool) -> Vec<RuleOutcome> {
    let traced = traced(policy, mode, overridden);
    traced.iter().map(|rule| rule.outcome).collect()
}

const MATCHES: &str = "scope: {action: refund}, effect: block";
const UNKNOWN: &str =
    "scope: {action: refund}, when: {subject: actor.role, operator: equals, value: a}";

#[test]
fn the_text_shows_every_operator_as_the_policy_writes_it() {
    let policy = policy(
        r#"default: block
combine: block_overrides
rules:
  - id: anybody
    scope: {global: true}
    effect: allow
    mode: shadow
  - id: by_hand
    scope: {action: [refund], actor: [alice, bob]}
    effect: require_approval
    reason: refunds of 1,000 and more need a manager
    severity: high
    owner: payments
    when:
      all:
        - {subject: action.amount, operator: greater_or_equal, value: "1000.00"}
        - not: {subject: actor.role, operator: in, value: [manager, finance]}
        - any:
            - {subject: action.address.ip, operator: in_cidr, value: 10.0.0.0/8}
            - {subject: action.address.city, operator: matches, value: "R*"}
            - {subject: request.resource, operator: starts_with, value: "order:"}
        - not: {subject: action.note, operator: exists}
        - {subject: snapshot.now, operator: within, value: {from: "22:00", to: "06:00", zone: UTC, days: [fri]}}
  - id: frozen
    scope: {global: true}
    effect: block
    when: {subject: snapshot.frozen_until, operator: after, value: {subject: snapshot.now}}
"#,
    );
    let runtime = Runtime::builder()
        .policy(policy)
        .snapshot_resolver(|_| {
            Ok(Snapshot::new()
                .with("now", "2026-11-27T23:00:00Z")
                .with("frozen_until", Value::Null))
        })
        .build()
        .unwrap();
    let address = Fields::new().with("city", "Rome").with("ip", "10.1.2.3");
    let action = refund().with("address", Value::from(address)).on("order:7");
    let actor = Actor::new("alice").with("role", "support");
    let explanation = Scope::new().actor(actor).run(|| runtime.explain(&action));
    assert_eq!(
        explanation.to_string(),
        r#"refund: require_approval by rule "by_hand"
  reason: refunds of 1,000 and more need a manager
  severity: high
  "frozen" (global, block, line 25): does not match
    snapshot.frozen_until (null) after snapshot.now ("2026-11-27T23:00:00Z"): false
  "by_hand" (action refund, actors alice, bob, require_approval, high, line 9): decided; owner: payments
    all: true
      action.amount ("1200.00") greater_or_equal "1000.00": true
      not: true
        actor.role ("support") in ["manager", "finance"]: false
      any: true
        action.address.ip ("10.1.2.3") in_cidr "10.0.0.0/8": true
        action.address.city ("Rome") matches "R*": true
        request.resource ("order:7") starts_with "order:": true
      not: true
        action.note (absent) exists true: false
      snapshot.now ("2026-11-27T23:00:00Z") within {"from": "22:00", "to": "06:00", "zone": "UTC", "days": ["fri"]}: true
  "anybody" (global, allow, shadow, line 5): matches, in shadow
    always
"#
    );
}

#[test]
fn the_text_says_what_a_rule_in_shadow_would_change() {
    let policy = rules(&[
        &format!("id: part, {MATCHES}, rollout: 0, owner: payments"),
        &format!("id: all, {MATCHES}, mode: shadow"),
        &format!("id: gone, {MATCHES}, mode: off"),
    ]);
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    assert_eq!(
        runtime.explain(&refund()).to_string(),
        r#"refund: allow by default, as no rule that is enforced matches
  would: block, were rule "part" enforced
  "part" (action refund, block, shadow, line 4): would decide, were it enforced; not rolled out to this one; owner: payments
    always
  "all" (action refund, block, shadow, line 5): would decide, were it enforced
    always
  "gone" (action refund, block, off, line 6): off
    always
"#
    );
}

#[test]
fn the_text_says_what_is_unknown_and_whether_it_matters() {
    let policy = policy(
        "default: allow
rules:
  - {id: open, scope: {action: refund}, effect: allow, when: {subject: actor.role, operator: equals, value: a}}
  - id: large
    scope: {action: refund}
    effect: block
    owner: payments
    when: {any: [{subject: action.amount, operator: less_than, value: 1}, {not: {subject: actor.role, operator: equals, value: a}}]}
  - {id: other, scope: {global: true}, effect: require_approval}
",
    );
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let action = Action::new("refund").with("amount", 12.5);
    let text = runtime.explain(&action).to_string();
    let (head, rules) = text.split_once('\n').unwrap();
    assert!(head.starts_with("refund: block, indeterminate: "), "{head}");
    assert_eq!(
        rules,
        r#"  missing: actor.role
  "open" (action refund, allow, line 4): unknown, and the effect depends on it
    actor.role (missing) equals "a": missing
  "large" (action refund, block, line 5): unknown, and the effect depends on it; owner: payments
    any: unknown
      action.amount (12.5) less_than "1": type_mismatch
      not: unknown
        actor.role (missing) equals "a": missing
  "other" (global, require_approval, line 10): matches, but what comes before it is unknown
    always
"#
    );
}

#[test]
fn the_json_has_what_a_rule_says_of_itself() {
    let policy = rules(&[&format!(
        "id: r, {MATCHES}, reason: because, severity: low, owner: payments, tags: [sox], mode: enforce, rollout: 0"
    )]);
    let json = serde_json::to_value(traced(&policy, Mode::Enforce, false)).unwrap();
    assert_eq!(
        json,
        serde_json::json!([{
            "rule": "r", "scope": "action refund", "effect": "block", "outcome": "would_decide", "line": 4,
            "condition": "always", "mode": "shadow", "own_mode": "enforce", "rolled_out": false,
            "reason": "because", "severity": "low", "owner": "payments", "tags": ["sox"],
        }])
    );
    let policy = rules(&[&format!("id: r, {UNKNOWN}, effect: block")]);
    let json = serde_json::to_value(traced(&policy, Mode::Enforce, false)).unwrap();
    assert_eq!(
        json[0]["condition"]["compare"],
        serde_json::json!({
            "subject": "actor.role", "found": null, "operator": "equals", "other": null, "expected": "a",
            "truth": "missing", "unknown": true,
        })
    );
}

#[test]
fn rules_come_in_the_order_in_which_they_decide() {
    let lines = [
        "id: g, scope: {global: true}, effect: block",
        "id: b, scope: {actor: bob}, effect: block",
        "id: a, scope: {actor: [bob, alice]}, effect: require_approval",
        "id: p, scope: {action: payout}, effect: block",
        "id: r, scope: {action: [refund, payout]}, effect: allow",
        "id: s, scope: {action: refund, actor: bob}, effect: allow",
    ];
    let schema = SCHEMA.replace("actor: {", "  payout: {fields: {}}\nactor: {");
    let ids = |combine: &str| {
        let rules = format!(
            "language: audit/2\ndefault: allow\ncombine: {combine}\nrules:\n  - {{{}}}\n",
            lines.join("}\n  - {")
        );
        let policy = Policy::from_strings(&schema, &rules, None).unwrap();
        let traced = traced(&policy, Mode::Enforce, false);
        let ids = traced.iter().map(|rule| rule.rule.to_string());
        ids.collect::<String>()
    };
    assert_eq!(ids("first_match"), "rag");
    assert_eq!(ids("block_overrides"), "gar");
}

#[test]
fn what_is_unknown_matters_if_it_says_something_else_than_what_decides() {
    let policy = rules(&[
        &format!("id: same, {UNKNOWN}, effect: block"),
        &format!("id: decides, {MATCHES}"),
        &format!("id: late, {UNKNOWN}, effect: allow"),
    ]);
    let enforce = |policy: &Policy| outcomes(policy, Mode::Enforce, false);
    assert_eq!(enforce(&policy), [Unknown, Decided, Unknown]);
    let policy = rules(&[
        &format!("id: other, {UNKNOWN}, effect: require_approval"),
        &format!("id: decides, {MATCHES}"),
        &format!("id: again, {MATCHES}"),
    ]);
    assert_eq!(enforce(&policy), [Undecided, AlsoMatches, AlsoMatches]);
    let policy = rules(&[
        &format!("id: default, {UNKNOWN}, effect: allow"),
        &format!("id: other, {UNKNOWN}, effect: block"),
    ]);
    assert_eq!(enforce(&policy), [Unknown, Undecided]);
}

#[test]
fn a_rule_that_may_be_meant_for_who_acts_shows_its_scope_as_unknown() {
    let policy = rules(&[
        "id: hers, scope: {actor: [bob, eve]}, effect: block",
        "id: all, scope: {global: true}, effect: allow",
    ]);
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let text = runtime.explain(&refund()).to_string();
    let rule = text.lines().skip_while(|line| !line.contains("hers"));
    assert_eq!(
        rule.skip(1).take(4).collect::<Vec<_>>().join("\n"),
        r#"  missing: actor.id
  "hers" (actors bob, eve, block, line 4): unknown, and the effect depends on it
    actor.id (missing) in ["bob", "eve"]: missing
  "all" (global, allow, line 5): matches, but what comes before it is unknown"#
    );
}

#[test]
fn rules_that_take_no_part_are_shown_as_such() {
    let policy = rules(&[
        &format!("id: off, {MATCHES}, mode: off"),
        &format!("id: expired, {MATCHES}, expires: \"2026-11-23T08:00:00Z\""),
        &format!("id: not_yet, {MATCHES}, expires: \"2026-11-23T08:00:00.000000001Z\""),
    ]);
    assert_eq!(
        outcomes(&policy, Mode::Enforce, false),
        [Off, Expired, Decided]
    );
    let matching = traced(&policy, Mode::Enforce, false);
    let matching = matching.iter().map(RuleTrace::matches);
    assert_eq!(matching.collect::<Vec<_>>(), [false, false, true]);
}

#[test]
fn a_rule_in_shadow_would_decide_if_it_says_something_else_before_what_decides() {
    let policy = rules(&[
        &format!("id: same, {MATCHES}, mode: shadow"),
        "id: other, scope: {action: refund}, effect: allow, mode: shadow",
        &format!("id: decides, {MATCHES}"),
        "id: late, scope: {action: refund}, effect: allow, mode: shadow",
        &format!("id: unknown, {UNKNOWN}, effect: allow, mode: shadow"),
        &format!(
            "id: not, {MATCHES}, mode: shadow, when: {{subject: action.amount, operator: less_than, value: 1}}"
        ),
    ]);
    let expected = [InShadow, WouldDecide, Decided, InShadow, Unknown, NoMatch];
    assert_eq!(outcomes(&policy, Mode::Enforce, false), expected);
    // A call in shadow is answered as if it were enforced.
    assert_eq!(outcomes(&policy, Mode::Shadow, false), expected);
    // Set for everything, the mode holds for rules whose file says another.
    let expected = [
        Decided,
        AlsoMatches,
        AlsoMatches,
        AlsoMatches,
        Unknown,
        NoMatch,
    ];
    assert_eq!(outcomes(&policy, Mode::Enforce, true), expected);
}

#[test]
fn a_rule_that_is_enforced_puts_all_others_of_a_call_in_shadow() {
    let lines = [
        "id: first, scope: {action: refund}, effect: allow",
        &format!("id: enforced, {MATCHES}, mode: enforce"),
    ];
    let policy = rules(&lines);
    assert_eq!(
        outcomes(&policy, Mode::Shadow, false),
        [WouldDecide, Decided]
    );
    assert_eq!(
        outcomes(&policy, Mode::Shadow, true),
        [Decided, AlsoMatches]
    );
    let unknown = format!("id: unknown, {UNKNOWN}, mode: enforce, effect: require_approval");
    let policy = rules(&[lines[0], &unknown]);
    assert_eq!(
        outcomes(&policy, Mode::Shadow, false),
        [InShadow, Undecided]
    );
}

#[test]
fn what_was_set_for_a_rule_while_the_program_runs_comes_before_what_it_says() {
    let policy = rules(&[
        &format!("id: a, {MATCHES}, mode: off"),
        &format!("id: b, {MATCHES}, rollout: 0"),
        &format!("id: c, {MATCHES}, mode: enforce"),
    ]);
    let set = |modes: &[(&str, Mode)]| {
        let modes = modes.iter().map(|(id, mode)| (Arc::from(*id), *mode));
        policy
            .with_rule_modes(&modes.collect::<BTreeMap<_, _>>())
            .unwrap()
    };
    assert_eq!(
        outcomes(&policy, Mode::Enforce, false),
        [Off, InShadow, Decided]
    );
    let changed = set(&[("a", Mode::Shadow), ("b", Mode::Enforce), ("c", Mode::Off)]);
    assert_eq!(
        outcomes(&*changed, Mode::Enforce, false),
        [InShadow, Decided, Off]
    );
    let traced = traced(&*changed, Mode::Enforce, false);
    assert_eq!(traced[1].own_mode, Some(Mode::Enforce));
    assert_eq!(traced[1].rolled_out, None, "it holds for everybody");
    assert_eq!(traced[0].severity, None::<Severity>);
}
