//! Policies of language 2 whose rules have modes, from their text to a function that runs or does not.

use audit_core::{Decision, Effect, Mode, ModeTarget, Policy, Refused, Runtime, admit, audit};

use crate::support::change;
use crate::world::World;

#[admit]
fn refund(amount: i64, currency: &str) -> Result<(), Refused> {
    let _ = (amount, currency);
    Ok(())
}

#[audit(action = "refund")]
fn audited(amount: i64, currency: &str) {
    let _ = (amount, currency);
}

const SCHEMA: &str = "language: audit/2
actions:
  refund: {fields: {amount: integer, currency: string}}
";

/// Four rules, one of each mode and one of none, each asked by a refund of its own.
fn policy(modes: &str) -> Policy {
    let rules = format!(
        "language: audit/2
version: 1
default: allow
{modes}
rules:
  - id: retired
    scope: {{action: refund}}
    when: {{subject: action.amount, operator: equals, value: 1}}
    effect: block
    mode: off
  - id: strict
    scope: {{action: refund}}
    when: {{subject: action.currency, operator: equals, value: XXX}}
    effect: block
    mode: enforce
  - id: tried
    scope: {{action: refund}}
    when: {{subject: action.amount, operator: equals, value: 500}}
    effect: require_approval
    mode: shadow
  - id: plain
    scope: {{action: refund}}
    when: {{subject: action.amount, operator: greater_or_equal, value: 1000}}
    effect: block
"
    );
    Policy::from_strings(SCHEMA, &rules, None).unwrap()
}

fn world(modes: &str) -> World {
    World::of(Runtime::builder().policy(policy(modes)))
}

fn set(world: &World, target: ModeTarget, mode: Mode) {
    world.runtime.set_mode(target, mode, change()).unwrap();
}

/// What becomes of the refunds that the four rules ask about: whether each ran, in which mode it was judged, which rule
/// decided and which would have.
type Fate = (bool, Option<Mode>, Option<String>, Option<String>);

fn fates(world: &World) -> [Fate; 4] {
    [(1, "EUR"), (7, "XXX"), (500, "EUR"), (5000, "EUR")].map(|(amount, currency)| {
        let ran = world.run(|| refund(amount, currency)).is_ok();
        let decision = world.decisions().pop();
        fate(ran, decision.as_ref())
    })
}

fn fate(ran: bool, decision: Option<&Decision<'static>>) -> Fate {
    let rule = |decision: &Decision<'_>| decision.matched_rule.as_deref().map(str::to_owned);
    let would = |decision: &Decision<'_>| decision.would_rule.as_deref().map(str::to_owned);
    (
        ran,
        decision.map(|decision| decision.mode),
        decision.and_then(rule),
        decision.and_then(would),
    )
}

fn ran(mode: Mode) -> Fate {
    (true, Some(mode), None, None)
}

fn decided(ran: bool, mode: Mode, rule: &str) -> Fate {
    (ran, Some(mode), Some(rule.to_owned()), None)
}

fn would(mode: Mode, rule: &str) -> Fate {
    (true, Some(mode), None, Some(rule.to_owned()))
}

const ENFORCE: Mode = Mode::Enforce;
const SHADOW: Mode = Mode::Shadow;

#[test]
fn in_a_call_that_is_enforced_each_rule_has_its_own_mode() {
    for modes in [
        "",
        "mode: enforce",
        "mode: shadow\nmodes: {refund: enforce}",
    ] {
        assert_eq!(
            fates(&world(modes)),
            [
                ran(ENFORCE),
                decided(false, ENFORCE, "strict"),
                would(ENFORCE, "tried"),
                decided(false, ENFORCE, "plain"),
            ],
            "{modes}"
        );
    }
}

#[test]
fn in_a_call_that_is_in_shadow_the_rule_that_is_enforced_refuses() {
    for modes in ["mode: shadow", "mode: enforce\nmodes: {refund: shadow}"] {
        assert_eq!(
            fates(&world(modes)),
            [
                ran(SHADOW),
                decided(false, ENFORCE, "strict"),
                would(SHADOW, "tried"),
                decided(true, SHADOW, "plain"),
            ],
            "{modes}"
        );
    }
}

#[test]
fn in_a_call_that_is_off_only_rules_with_a_mode_have_a_say() {
    let [retired, strict, tried, plain] = fates(&world("mode: off"));
    let nothing = (true, None, None, None);
    assert_eq!([retired, plain], [nothing.clone(), nothing]);
    assert_eq!(strict, decided(false, ENFORCE, "strict"));
    assert_eq!(tried, would(SHADOW, "tried"));
}

#[test]
fn in_a_call_that_is_off_rules_without_a_mode_and_the_default_hide_nothing() {
    let rules = "language: audit/2
default: block
mode: off
rules:
  - {id: plain, scope: {action: refund}, effect: block}
  - {id: share, scope: {action: refund}, effect: block, rollout: {percent: 0, by: action.currency}}
  - {id: tried, scope: {action: refund}, effect: require_approval, mode: shadow}
";
    let world =
        World::of(Runtime::builder().policy(Policy::from_strings(SCHEMA, rules, None).unwrap()));
    assert!(world.run(|| refund(1, "EUR")).is_ok());
    let decision = world.decisions().pop().unwrap();
    assert_eq!(
        (decision.effect, decision.default_used),
        (Effect::Allow, false)
    );
    assert_eq!(
        (decision.would, decision.mode),
        (Some(Effect::RequireApproval), SHADOW)
    );
    assert_eq!(decision.would_rule.as_deref(), Some("tried"));

    set(&world, ModeTarget::rule("plain"), ENFORCE);
    assert!(world.run(|| refund(1, "EUR")).is_err());
    let decision = world.decisions().pop().unwrap();
    assert_eq!(
        (decision.matched_rule.as_deref(), decision.would),
        (Some("plain"), None)
    );
}

#[test]
fn an_override_of_everything_or_of_the_action_goes_before_what_rules_say() {
    for target in [ModeTarget::Everything, ModeTarget::action("refund")] {
        let world = world("mode: shadow");
        set(&world, target.clone(), ENFORCE);
        assert_eq!(
            fates(&world),
            [
                ran(ENFORCE),
                decided(false, ENFORCE, "strict"),
                decided(false, ENFORCE, "tried"),
                decided(false, ENFORCE, "plain"),
            ],
            "{target}: the rule in shadow is enforced too, and the one that is off stays off"
        );
        set(&world, target.clone(), SHADOW);
        let [_, strict, ..] = fates(&world);
        assert_eq!(strict, decided(true, SHADOW, "strict"), "{target}");
        set(&world, target.clone(), Mode::Off);
        for fate in fates(&world) {
            assert_eq!(fate, (true, None, None, None), "{target}");
        }
    }
}

#[test]
fn an_override_of_the_rule_goes_before_everything() {
    let world = world("mode: shadow");
    let rule = |id| ModeTarget::rule(id);
    set(&world, rule("retired"), ENFORCE);
    set(&world, rule("strict"), SHADOW);
    set(&world, rule("tried"), ENFORCE);
    set(&world, rule("plain"), Mode::Off);
    let expected = [
        decided(false, ENFORCE, "retired"),
        would(SHADOW, "strict"),
        decided(false, ENFORCE, "tried"),
        ran(SHADOW),
    ];
    assert_eq!(fates(&world), expected);
    set(&world, ModeTarget::Everything, Mode::Off);
    let [retired, _, tried, plain] = fates(&world);
    assert_eq!([retired, tried], [expected[0].clone(), expected[2].clone()]);
    assert_eq!(plain, (true, None, None, None));
}

#[test]
fn an_audited_function_is_never_above_shadow_whatever_rules_and_overrides_say() {
    let world = world("mode: enforce");
    for rule in ["retired", "strict", "tried", "plain"] {
        set(&world, ModeTarget::rule(rule), ENFORCE);
    }
    set(&world, ModeTarget::Everything, ENFORCE);
    set(&world, ModeTarget::action("refund"), ENFORCE);
    for (amount, currency) in [(1, "EUR"), (7, "XXX"), (500, "EUR"), (5000, "EUR")] {
        world.run(|| audited(amount, currency));
        let decision = world.decisions().pop().unwrap();
        assert_eq!((decision.mode, decision.applied), (SHADOW, false));
        assert_ne!(decision.effect, Effect::Allow);
    }
}

#[test]
fn rules_are_known_by_name_in_both_languages() {
    let world = world("");
    let unknown = world
        .runtime
        .set_mode(ModeTarget::rule("plane"), SHADOW, change());
    assert_eq!(
        unknown.unwrap_err().to_string(),
        "rule `plane` is not in the policy in place: did you mean `plain`?"
    );
    // Version 1 has no words for modes; they can be set for its rules all the same.
    let of_version_1 = World::new();
    set(&of_version_1, ModeTarget::rule("block_large"), SHADOW);
    assert!(of_version_1.run(|| refund(600, "EUR")).is_err());
    of_version_1.events();
    assert!(of_version_1.run(|| refund(5000, "EUR")).is_err());
    let decision = of_version_1.decisions().pop().unwrap();
    assert_eq!(decision.matched_rule.as_deref(), Some("approve_medium"));
    assert_eq!(decision.would_rule.as_deref(), Some("block_large"));
    // Beside a rule that is enforced alone, the others are in shadow, in both languages.
    let of_version_1 = World::new();
    set(&of_version_1, ModeTarget::Everything, SHADOW);
    set(&of_version_1, ModeTarget::rule("approve_medium"), ENFORCE);
    assert!(of_version_1.run(|| refund(5000, "EUR")).is_err());
    let decision = of_version_1.decisions().pop().unwrap();
    assert_eq!(decision.matched_rule.as_deref(), Some("approve_medium"));
    assert_eq!(decision.would_rule.as_deref(), Some("block_large"));
}
