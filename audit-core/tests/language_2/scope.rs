//! Which calls a rule judges.

use audit_core::{Action, Effect};

use crate::asked::{Asked, policy};

fn blocks(scope: &str, asked: &Asked) -> bool {
    let policy = policy(&format!(
        "default: allow\nrules: [{{id: r, scope: {scope}, effect: block}}]"
    ));
    asked.of(&policy).effect == Effect::Block
}

#[test]
fn a_scope_names_actions_actors_or_both() {
    let pay = || Asked::pay().by("ada");
    let login = || Asked::to(Action::new("login")).by("ada");
    let other = || Asked::to(Action::new("other")).by("bob");
    for (scope, expected) in [
        ("{action: pay}", [true, false, false]),
        ("{action: [pay, login]}", [true, true, false]),
        ("{actor: ada}", [true, true, false]),
        ("{actor: [ada, bob]}", [true, true, true]),
        ("{action: login, actor: [eve, ada]}", [false, true, false]),
        ("{action: pay, actor: bob}", [false, false, false]),
        ("{global: true}", [true, true, true]),
    ] {
        let answers = [pay(), login(), other()].map(|asked| blocks(scope, &asked));
        assert_eq!(answers, expected, "{scope}");
    }
}

#[test]
fn nobody_in_particular_is_in_no_actors_scope_and_that_is_certain() {
    let policy = policy("default: allow\nrules: [{id: r, scope: {actor: ada}, effect: block}]");
    let answer = Asked::pay().of(&policy);
    assert_eq!((answer.effect, answer.failure), (Effect::Allow, None));
    assert_eq!(answer.missing, [""; 0]);
}

#[test]
fn a_rule_that_expired_no_longer_matches() {
    let policy = policy(
        "default: allow\nrules:\n  - {id: freeze, scope: {global: true}, effect: block, expires: \"2027-01-01T00:00:00Z\"}\n",
    );
    let at = |time: &str| {
        let mut asked = Asked::pay();
        asked.time = Some(time.parse().unwrap());
        asked.of(&policy).effect
    };
    assert_eq!(at("2026-12-31T23:59:59.999999999Z"), Effect::Block);
    assert_eq!(at("2027-01-01T00:00:00Z"), Effect::Allow);
    // Nobody says what time it is: the rule stands.
    assert_eq!(Asked::pay().of(&policy).effect, Effect::Block);
}
