//! Which rule decides.

use audit_core::Effect;

use crate::asked::{Asked, policy};

/// Three rules that match every payment by ada, from the widest scope to the narrowest.
fn rules(settings: &str, effects: [&str; 3]) -> audit_core::Policy {
    let [global, actor, action] = effects;
    policy(&format!(
        "{settings}\nrules:\n  \
         - {{id: global, scope: {{global: true}}, effect: {global}}}\n  \
         - {{id: actor, scope: {{actor: ada}}, effect: {actor}}}\n  \
         - {{id: action, scope: {{action: pay}}, effect: {action}}}\n"
    ))
}

#[test]
fn the_first_match_decides_from_the_narrowest_scope_to_the_widest() {
    let effects = ["block", "require_approval", "allow"];
    let policy = rules("default: block", effects);
    let of = |asked: Asked| asked.of(&policy).rule.unwrap();
    assert_eq!(of(Asked::pay().by("ada")), "action");
    assert_eq!(
        of(Asked::to(audit_core::Action::new("login")).by("ada")),
        "actor"
    );
    assert_eq!(
        of(Asked::to(audit_core::Action::new("login")).by("bob")),
        "global"
    );
}

#[test]
fn a_block_overrides_whatever_its_scope() {
    let policy = |effects| rules("default: allow\ncombine: block_overrides", effects);
    for (effects, rule) in [
        (["block", "require_approval", "allow"], "global"),
        (["allow", "require_approval", "allow"], "actor"),
        (["block", "allow", "block"], "action"),
        (["allow", "allow", "allow"], "action"),
    ] {
        let answer = Asked::pay().by("ada").of(&policy(effects));
        assert_eq!(answer.rule.as_deref(), Some(rule), "{effects:?}");
    }
}

#[test]
fn without_a_match_the_default_decides() {
    for (word, effect) in [
        ("allow", Effect::Allow),
        ("block", Effect::Block),
        ("require_approval", Effect::RequireApproval),
    ] {
        let policy = policy(&format!("default: {word}\nrules: []"));
        let answer = Asked::pay().of(&policy);
        assert_eq!((answer.effect, answer.rule), (effect, None));
    }
}
