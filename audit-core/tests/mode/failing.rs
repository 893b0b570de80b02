//! A call that can't be judged because a resolver fails, in shadow or off, beside rules that are enforced all the same.

use audit_core::{
    Actor, Mode, ModeTarget, Policy, Refused, Runtime, RuntimeBuilder, Scope, admit, audit,
};

use crate::support::{change, quietly};
use crate::world::World;

#[admit]
fn refund() -> Result<(), Refused> {
    Ok(())
}

#[admit]
fn login() -> Result<(), Refused> {
    Ok(())
}

#[audit(action = "refund")]
fn audited() {}

/// A policy in shadow with one rule that says more of itself.
fn policy(rule: &str) -> Policy {
    let schema = "language: audit/2
actions: {refund: {fields: {}}, login: {fields: {}}}
actor: {fields: {id: {type: string, optional: true}}}
snapshot: {fields: {frozen: {type: boolean, optional: true}}}
";
    let rules =
        format!("language: audit/2\ndefault: allow\nmode: shadow\nrules: [{{id: r, {rule}}}]\n");
    Policy::from_strings(schema, &rules, None).unwrap()
}

/// Its snapshot can't be had.
fn broken(policy: Policy) -> RuntimeBuilder {
    let builder = Runtime::builder().policy(policy);
    builder.snapshot_resolver(|_| Err("the database is away".into()))
}

fn ada<R>(call: impl FnOnce() -> R) -> R {
    Scope::new().actor(Actor::new("ada")).run(call)
}

const WHEN: &str =
    "when: {subject: snapshot.frozen, operator: equals, value: true}, effect: block, mode: enforce";

#[test]
fn a_rule_that_is_enforced_by_itself_fails_closed_in_a_call_that_is_in_shadow() {
    let world = World::of(broken(policy(&format!(
        "scope: {{action: refund}}, {WHEN}"
    ))));
    let refused = quietly(|| world.run(refund)).unwrap_err();
    assert_eq!(refused.rule(), None);
    let decision = world.decisions().pop().unwrap();
    assert_eq!((decision.mode, decision.applied), (Mode::Enforce, true));
    assert!(decision.error.is_some());
}

#[test]
fn what_no_such_rule_can_refuse_runs() {
    for (what, rule) in [
        (
            "another action",
            format!("scope: {{action: login}}, {WHEN}"),
        ),
        ("another actor", format!("scope: {{actor: eve}}, {WHEN}")),
        (
            "nobody's share",
            format!("scope: {{action: refund}}, {WHEN}, rollout: 0"),
        ),
        (
            "its time is over",
            format!("scope: {{action: refund}}, {WHEN}, expires: \"1970-01-01T00:00:00Z\""),
        ),
        (
            "it allows",
            format!(
                "scope: {{action: refund}}, {}",
                WHEN.replace("block", "allow")
            ),
        ),
        (
            "it is in shadow",
            format!(
                "scope: {{action: refund}}, {}",
                WHEN.replace("enforce", "shadow")
            ),
        ),
    ] {
        let world = World::of(broken(policy(&rule)));
        assert!(quietly(|| world.run(|| ada(refund))).is_ok(), "{what}");
        let decision = world.decisions().pop().unwrap();
        assert_eq!(
            (decision.mode, decision.applied),
            (Mode::Shadow, false),
            "{what}"
        );
        assert!(decision.error.is_some(), "{what}");
    }
    let world = World::of(broken(policy(&format!("scope: {{actor: ada}}, {WHEN}"))));
    assert!(quietly(|| world.run(|| ada(refund))).is_err(), "her own");
    assert!(
        quietly(|| world.run(refund)).is_err(),
        "nobody says that it is not her"
    );
}

#[test]
fn an_actor_that_can_not_be_had_is_in_no_share() {
    let builder = |rule: &str| {
        let builder = Runtime::builder().policy(policy(rule));
        World::of(builder.actor_resolver(|_| Err("the directory is away".into())))
    };
    let world = builder(&format!("scope: {{action: refund}}, {WHEN}, rollout: 99"));
    assert!(quietly(|| world.run(refund)).is_ok());
    let world = builder(&format!("scope: {{action: refund}}, {WHEN}"));
    assert!(quietly(|| world.run(refund)).is_err());
}

#[test]
fn an_override_of_the_rule_or_of_everything_is_followed() {
    let rule = format!(
        "scope: {{action: refund}}, {}",
        WHEN.replace("enforce", "shadow")
    );
    let world = World::of(broken(policy(&rule)));
    let set = |target, mode| world.runtime.set_mode(target, mode, change()).unwrap();
    set(ModeTarget::rule("r"), Mode::Enforce);
    assert!(quietly(|| world.run(refund)).is_err());
    set(ModeTarget::Everything, Mode::Off);
    assert!(
        quietly(|| world.run(refund)).is_err(),
        "its own override goes before"
    );
    set(ModeTarget::rule("r"), Mode::Shadow);
    assert!(quietly(|| world.run(refund)).is_ok());

    let world = World::of(broken(policy(&format!(
        "scope: {{action: refund}}, {WHEN}"
    ))));
    let everything = world
        .runtime
        .set_mode(ModeTarget::Everything, Mode::Shadow, change());
    everything.unwrap();
    assert!(quietly(|| world.run(refund)).is_ok());
}

#[test]
fn an_audited_function_and_a_policy_that_allows_what_fails_run() {
    let world = World::of(broken(policy(&format!(
        "scope: {{action: refund}}, {WHEN}"
    ))));
    quietly(|| world.run(audited));
    assert_eq!(world.decisions().pop().unwrap().mode, Mode::Shadow);

    let schema = "language: audit/2\nactions: {refund: {fields: {}}, login: {fields: {}}}\nsnapshot: {fields: {frozen: boolean}}\n";
    let rules = format!(
        "language: audit/2\ndefault: allow\nmode: shadow\non_error: allow\nrules: [{{id: r, scope: {{global: true}}, {WHEN}}}]\n"
    );
    let allowing = Policy::from_strings(schema, &rules, None).unwrap();
    let world = World::of(broken(allowing));
    assert!(quietly(|| world.run(login)).is_ok());
    assert!(world.decisions().pop().unwrap().error.is_some());
}
