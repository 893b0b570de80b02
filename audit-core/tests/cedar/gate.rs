//! Annotated functions under a runtime that Cedar judges for.

use audit_core::cedar::CedarPolicy;
use audit_core::testing::{Captured, capture};
use audit_core::{
    Action, Actor, Change, Effect, FindingKind, Mode, ModeTarget, Refusal, Refused, RuleOutcome,
    Runtime, Scope, Snapshot, Stage, Status, admit, audit,
};

const SCHEMA: &str = r"
entity Group;
entity Person in [Group] { role: String };
entity Order;
action move_money;
action refund in [move_money] appliesTo {
  principal: [Person], resource: [Order],
  context: { action: { order: Long, amount: Long }, snapshot: { frozen: Bool }, tenant?: String }
};
action charge in [move_money] appliesTo { principal: [Person], resource: [Order], context: { action: { amount: Long } } };
";
const POLICIES: &str = r#"
@id("support_moves_money")
permit(principal in Group::"support", action in Action::"move_money", resource);

@id("large_needs_approval")
@effect("require_approval")
@reason("above the limit of one person")
forbid(principal, action == Action::"refund", resource) when { context.action.amount > 100 };

@id("frozen")
forbid(principal, action == Action::"refund", resource == Order::"order:7") when { context.snapshot.frozen };
"#;
const ENTITIES: &str = r#"[{"uid": {"type": "Person", "id": "alice"}, "attrs": {"role": "clerk"}, "parents": [{"type": "Group", "id": "support"}]}]"#;

#[admit(resource = format!("order:{order}"))]
fn refund(order: u32, amount: i64, note: &str) -> Result<String, Refused> {
    Ok(format!("{amount} back for {order}: {note}"))
}

#[audit]
fn charge(amount: u64) -> u64 {
    amount
}

#[audit]
fn unknown_to_the_schema() {}

fn runtime(frozen: bool) -> Runtime {
    let policy = CedarPolicy::from_strings(POLICIES, Some(SCHEMA), Some(ENTITIES)).unwrap();
    Runtime::builder()
        .policy(policy)
        .snapshot_resolver(move |_| {
            Ok(Snapshot::new()
                .with("frozen", frozen)
                .with("load", 0.123_456))
        })
        .build()
        .unwrap()
}

/// Does something as somebody, and keeps what was recorded.
fn done_by<R>(runtime: &Runtime, name: &'static str, work: impl FnOnce() -> R) -> Captured<R> {
    let actor = Actor::new(name)
        .with("role", "support")
        .with("shoe_size", f64::NAN);
    let scope = Scope::new().actor(actor).tenant("acme").unwrap();
    runtime.scope(|| scope.run(|| capture(work)))
}

#[test]
fn an_admitted_function_runs_where_a_policy_permits() {
    let captured = done_by(&runtime(false), "alice", || refund(7, 50, "broken"));
    assert_eq!(
        captured.value.as_deref().ok(),
        Some("50 back for 7: broken")
    );
    let decision = captured.decisions().next().unwrap();
    assert_eq!(
        decision.matched_rule.as_deref(),
        Some("support_moves_money")
    );
    assert_eq!(decision.policy, runtime(false).policy());
    let action = captured.events[0].action.as_ref().unwrap();
    assert_eq!(
        action.fields().get("note"),
        None,
        "the schema does not ask for it"
    );
}

#[test]
fn a_refusal_says_which_policy_and_in_which_words() {
    let refused = done_by(&runtime(false), "alice", || refund(7, 500, "x"))
        .value
        .unwrap_err();
    assert_eq!(refused.refusal(), Refusal::ApprovalRequired);
    assert_eq!(refused.rule(), Some("large_needs_approval"));
    assert_eq!(refused.reason(), Some("above the limit of one person"));
    let refused = done_by(&runtime(true), "alice", || refund(7, 500, "x"))
        .value
        .unwrap_err();
    assert_eq!(
        (refused.refusal(), refused.rule()),
        (Refusal::Blocked, Some("frozen"))
    );
    assert!(
        done_by(&runtime(true), "alice", || refund(8, 50, "x"))
            .value
            .is_ok(),
        "another order is not frozen"
    );
    let refused = done_by(&runtime(false), "mallory", || refund(7, 50, "x"))
        .value
        .unwrap_err();
    assert_eq!(
        (refused.refusal(), refused.rule()),
        (Refusal::Blocked, None),
        "nobody permits it"
    );
}

#[test]
fn what_can_not_be_asked_refuses_an_admitted_function_and_lets_an_audited_one_run() {
    let runtime = runtime(false);
    let nobody = || runtime.scope(|| capture(|| refund(7, 50, "x")));
    let captured = nobody();
    assert_eq!(
        captured.value.as_ref().unwrap_err().refusal(),
        Refusal::Indeterminate
    );
    let error = captured.decisions().next().unwrap().error.clone().unwrap();
    assert_eq!(error.stage, Stage::Evaluate);
    assert_eq!(
        error.message,
        "`actor.role` is missing, the schema requires it"
    );

    let captured = done_by(&runtime, "alice", || charge(u64::MAX));
    assert_eq!(captured.value, u64::MAX);
    let decision = captured.decisions().next().unwrap();
    assert!(decision.is_indeterminate() && decision.effect == Effect::Block);
    let message = &decision.error.as_ref().unwrap().message;
    assert_eq!(
        message,
        "`action.amount` is a whole number of more than 63 bits, the schema says `Long`"
    );
    assert_eq!(
        captured.outcomes().next().unwrap().status,
        Status::Completed
    );
}

#[test]
fn in_shadow_everything_runs_and_is_judged_all_the_same() {
    let runtime = runtime(true);
    let change = Change::by("ada").because("a test").unwrap();
    let set = runtime.set_mode(ModeTarget::Everything, Mode::Shadow, change);
    set.unwrap();
    let captured = done_by(&runtime, "mallory", || refund(7, 500, "x"));
    assert!(captured.value.is_ok());
    let decision = captured.decisions().next().unwrap();
    assert_eq!((decision.effect, decision.applied), (Effect::Block, false));
}

#[test]
fn functions_are_held_against_the_schema() {
    unknown_to_the_schema();
    let mut found: Vec<_> = runtime(false)
        .check_sites()
        .findings
        .into_iter()
        .filter(|finding| {
            finding
                .site
                .is_some_and(|site| site.module.ends_with("gate"))
        })
        .map(|finding| (finding.kind, finding.site.map(|site| site.function)))
        .collect();
    found.dedup();
    assert_eq!(
        found,
        [(FindingKind::UnknownAction, Some("unknown_to_the_schema"))]
    );
}

#[test]
fn an_explanation_shows_every_policy_that_can_judge_and_which_hold() {
    let runtime = runtime(false);
    let explain = |name: &'static str, amount: i64| {
        let action = Action::new("refund")
            .with("order", 7)
            .with("amount", amount);
        let actor = Actor::new(name).with("role", "support");
        Scope::new().actor(actor).run(|| runtime.explain(&action))
    };
    let explained = explain("alice", 500);
    let expected = "refund: require_approval by rule \"large_needs_approval\"
  reason: above the limit of one person
  \"support_moves_money\" (actions in move_money, allow, line 2): matches too, after the rule that decided
    all: true
  \"large_needs_approval\" (action refund, require_approval, line 5): decided
    all: true
  \"frozen\" (action refund, block, line 10): does not match
    any: false
";
    assert_eq!(explained.to_string(), expected);
    assert_eq!(explained.decision.match_count, Some(2));
    let unpermitted = explain("mallory", 500);
    assert_eq!(unpermitted.decision.match_count, Some(0));
    let outcomes = unpermitted.rules.iter().map(|rule| rule.outcome);
    assert!(
        outcomes.eq([RuleOutcome::NoMatch; 3]),
        "what nobody permits can't be approved"
    );
    let other = Scope::new()
        .actor(Actor::new("alice"))
        .run(|| runtime.explain(&Action::new("charge").with("amount", 1)));
    assert_eq!(
        other.rules.len(),
        1,
        "policies about refunds do not judge it"
    );
}
