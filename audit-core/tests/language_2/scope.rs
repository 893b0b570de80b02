//! Which calls a rule judges.

use audit_core::{Action, Actor, Effect, FailureKind, Fields, Policy, Value};

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
fn who_acts_has_to_be_known_where_the_schema_says_so() {
    let answer = |settings: &str, actor: Actor<'static>| {
        let schema =
            "language: audit/2\nactions: {pay: {fields: {}}}\nactor: {fields: {id: string}}\n";
        let rules = format!(
            "language: audit/2\ndefault: allow\n{settings}rules: [{{id: r, scope: {{actor: [ada, eve]}}, effect: block}}]\n"
        );
        let policy = Policy::from_strings(schema, &rules, None).unwrap();
        let mut asked = Asked::to(Action::new("pay"));
        asked.actor = actor;
        let answer = asked.of(&policy);
        (answer.failure, answer.missing)
    };
    let unfit = || Actor::from(Fields::from_iter([("id", Value::from(7))]));
    let missing = vec!["actor.id".to_owned()];
    assert_eq!(
        answer("", Actor::anonymous()),
        (Some(FailureKind::Missing), missing.clone())
    );
    assert_eq!(
        answer("on_missing: no_match\n", Actor::anonymous()),
        (None, missing)
    );
    assert_eq!(
        answer("", unfit()),
        (Some(FailureKind::TypeMismatch), Vec::new())
    );
    assert_eq!(answer("on_error: no_match\n", unfit()), (None, Vec::new()));
    assert_eq!(answer("", Actor::new("bob")), (None, Vec::new()));
}

#[test]
fn nobody_in_particular_is_in_no_actors_scope_where_that_may_be() {
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
