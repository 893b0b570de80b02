//! The naive evaluator itself, by tables made by hand from `docs/language-2.md`.

use audit_core::{Action, Actor, Effect, Fields, Mode, Value};

use super::ast::{
    Asked, Condition, Field, Kind, Literal, Path, Policy, Right, Rule, Scalar, Schema,
};
use super::naive::condition::{Reasons, Truth, World};

use Effect::{Allow, Block, RequireApproval};
use Truth::{False, True, Unknown};

fn field(name: &'static str, kind: Kind, optional: bool, nullable: bool) -> Field {
    Field {
        name,
        kind,
        optional,
        nullable,
    }
}

/// Of each scalar type one field that must be there, named by its word; `may` may be absent, `null` may be null.
fn policy() -> Policy {
    let mut actor: Vec<Field> = Scalar::ALL
        .map(|scalar| field(scalar.word(), Kind::One(scalar), false, false))
        .to_vec();
    let city = field("city", Kind::One(Scalar::Text), false, false);
    actor.extend([
        field("id", Kind::One(Scalar::Text), true, false),
        field("may", Kind::One(Scalar::Text), true, false),
        field("null", Kind::One(Scalar::Integer), false, true),
        field("items", Kind::List(Scalar::Decimal), false, true),
        field("home", Kind::Map(vec![city.clone()]), false, false),
        field("away", Kind::Map(vec![city]), true, true),
    ]);
    Policy {
        schema: Schema {
            actions: vec![("act", Vec::new())],
            actor,
            snapshot: Vec::new(),
        },
        block_overrides: false,
        default: Allow,
        on_missing: None,
        on_error: None,
        mode: None,
        modes: Vec::new(),
        rules: Vec::new(),
    }
}

fn asked(actor: Fields<'static>) -> Asked {
    Asked {
        action: Action::new("act"),
        actor: Actor::from(actor),
        snapshot: Fields::new(),
        tenant: None,
        time: Some("2026-11-23T08:00:00Z"),
        mode: Mode::Enforce,
        overridden: false,
        rule_modes: Vec::new(),
    }
}

fn compare(names: &[&'static str], operator: &'static str, right: Right) -> Condition {
    Condition::Compare(Path::new("actor", names), operator, right)
}

fn text(text: &'static str) -> Right {
    Right::Literal(Literal::Text(text))
}

#[track_caller]
fn is(actor: &Fields<'static>, condition: &Condition, truth: Truth) {
    let (policy, asked) = (policy(), asked(actor.clone()));
    let world = World {
        policy: &policy,
        asked: &asked,
    };
    let found = world.truth(condition, &mut Reasons::new());
    assert_eq!(found, truth, "{condition:?} of {actor:?}");
}

#[test]
fn operators_compare_as_the_table_says() {
    let actor = Fields::new()
        .with("string", "Rome")
        .with("boolean", true)
        .with("integer", u64::MAX)
        .with("decimal", "12.30")
        .with("number", 0.5)
        .with("timestamp", "2026-11-23T09:00:00+01:00")
        .with("items", vec!["1.0", "2"]);
    let literal = Right::Literal;
    let rows = [
        ("string", "equals", text("Rome"), True),
        ("string", "equals", text("rome"), False),
        ("string", "not_equals", text("rome"), True),
        ("string", "contains", text("om"), True),
        ("string", "starts_with", text("Ro"), True),
        ("string", "ends_with", text("Ro"), False),
        ("string", "matches", Right::Pattern("R?m[a-e]".into()), True),
        ("string", "matches_regex", Right::Pattern("m".into()), True),
        (
            "string",
            "in_cidr",
            Right::Networks(vec!["0.0.0.0/0"]),
            Unknown,
        ),
        (
            "string",
            "in",
            Right::List(vec![Literal::Text("Rome")]),
            True,
        ),
        ("boolean", "equals", literal(Literal::Boolean(false)), False),
        (
            "integer",
            "greater_than",
            literal(Literal::Whole(i128::from(i64::MAX))),
            True,
        ),
        ("decimal", "equals", literal(Literal::Decimal("12.3")), True),
        (
            "decimal",
            "less_than",
            Right::Field(Path::new("actor", &["integer"])),
            True,
        ),
        (
            "decimal",
            "less_or_equal",
            literal(Literal::Decimal("12.29")),
            False,
        ),
        (
            "number",
            "greater_or_equal",
            literal(Literal::Number(0.5)),
            True,
        ),
        (
            "timestamp",
            "equals",
            literal(Literal::Time("2026-11-23T08:00:00Z")),
            True,
        ),
        (
            "timestamp",
            "after",
            literal(Literal::Time("2026-11-23T08:00:00Z")),
            False,
        ),
        ("items", "contains", literal(Literal::Decimal("1")), True),
        ("items", "contains", literal(Literal::Decimal("3")), False),
        (
            "decimal",
            "not_in",
            Right::Field(Path::new("actor", &["items"])),
            True,
        ),
    ];
    for (name, operator, right, truth) in rows {
        is(&actor, &compare(&[name], operator, right), truth);
    }
}

#[test]
fn what_is_absent_null_or_unfit_is_as_the_list_says() {
    let nothing = Fields::new();
    let null = Fields::new()
        .with("null", Value::Null)
        .with("away", Value::Null);
    let one = || Right::Literal(Literal::Whole(1));
    is(
        &nothing,
        &compare(&["string"], "equals", text("a")),
        Unknown,
    );
    is(&nothing, &compare(&["may"], "equals", text("a")), False);
    is(&nothing, &compare(&["may"], "not_equals", text("a")), False);
    is(
        &nothing,
        &compare(&["home", "city"], "equals", text("a")),
        Unknown,
    );
    is(
        &nothing,
        &compare(&["away", "city"], "equals", text("a")),
        False,
    );
    is(
        &null,
        &compare(&["away", "city"], "equals", text("a")),
        False,
    );
    is(
        &null,
        &compare(&["null"], "equals", Right::Literal(Literal::Null)),
        True,
    );
    is(&null, &compare(&["null"], "not_equals", one()), True);
    is(
        &null,
        &compare(&["null"], "not_in", Right::List(vec![Literal::Whole(1)])),
        True,
    );
    is(&null, &compare(&["null"], "less_than", one()), False);
    is(
        &null,
        &compare(&["null"], "exists", Right::There(None)),
        True,
    );
    is(
        &nothing,
        &compare(&["may"], "exists", Right::There(Some(false))),
        True,
    );
    for unfit in [Value::Null, Value::from(1.0), Value::from("1")] {
        let unfit = Fields::new().with("integer", unfit);
        is(&unfit, &compare(&["integer"], "equals", one()), Unknown);
    }
}

#[test]
fn conditions_join_three_truths() {
    let actor = Fields::new().with("boolean", true);
    let is_true = || {
        compare(
            &["boolean"],
            "equals",
            Right::Literal(Literal::Boolean(true)),
        )
    };
    let is_false = || compare(&["may"], "equals", text("a"));
    let unknown = || compare(&["string"], "equals", text("a"));
    let not = |part| Condition::Not(Box::new(part));
    is(&actor, &not(is_true()), False);
    is(&actor, &not(is_false()), True);
    is(&actor, &not(unknown()), Unknown);
    is(&actor, &Condition::All(vec![is_true(), unknown()]), Unknown);
    is(&actor, &Condition::All(vec![unknown(), is_false()]), False);
    is(&actor, &Condition::Any(vec![unknown(), is_true()]), True);
    is(
        &actor,
        &Condition::Any(vec![is_false(), unknown()]),
        Unknown,
    );
}

fn rule(id: &str, effect: Effect, when: Option<Condition>) -> Rule {
    Rule {
        id: id.to_owned(),
        actions: vec!["act"],
        actors: Vec::new(),
        when,
        effect,
        reason: None,
        severity: None,
        owner: None,
        tags: Vec::new(),
        mode: None,
        rollout: None,
        expires: None,
    }
}

#[test]
fn the_rule_that_decides_depends_on_how_rules_are_combined() {
    let mut policy = policy();
    let global = |rule: Rule| Rule {
        actions: Vec::new(),
        ..rule
    };
    let alice = |rule: Rule| Rule {
        actors: vec!["alice"],
        ..global(rule)
    };
    policy.rules = vec![
        global(rule("g", Block, None)),
        alice(rule("a", RequireApproval, None)),
        rule("r", Allow, None),
    ];
    let of = |policy: &Policy, actor| {
        let asked = asked(Fields::new().with("id", actor));
        let answer = policy.answer(&asked);
        let candidates = answer.candidates.iter().map(|(id, _)| *id);
        (answer.effect, candidates.collect::<String>())
    };
    assert_eq!(of(&policy, "alice"), (Allow, "rag".to_owned()));
    assert_eq!(of(&policy, "bob"), (Allow, "rg".to_owned()));
    policy.block_overrides = true;
    assert_eq!(of(&policy, "alice"), (Block, "gar".to_owned()));
    policy.rules.remove(0);
    assert_eq!(of(&policy, "alice"), (RequireApproval, "ar".to_owned()));
    policy.rules.clear();
    assert_eq!(of(&policy, "alice"), (Allow, String::new()));
}

#[test]
fn an_unknown_rule_matters_if_it_could_change_the_effect() {
    let unknown = || Some(compare(&["string"], "equals", text("a")));
    let doubt = |policy: &Policy| {
        let asked = asked(Fields::new());
        let answer = policy.answer(&asked);
        (answer.effect, answer.doubt.map(|(id, _)| id.to_owned()))
    };
    let mut policy = policy();
    policy.rules = vec![rule("u", Block, unknown()), rule("d", Block, None)];
    assert_eq!(doubt(&policy), (Block, None));
    policy.rules[0].effect = RequireApproval;
    assert_eq!(doubt(&policy), (Block, Some("u".to_owned())));
    policy.on_error = Some("allow");
    assert_eq!(doubt(&policy), (Allow, Some("u".to_owned())));
    policy.block_overrides = true;
    assert_eq!(doubt(&policy), (Block, None), "it says nothing stricter");
    policy.on_missing = Some("no_match");
    policy.rules.truncate(1);
    assert_eq!(doubt(&policy), (Allow, None));
}

#[test]
fn modes_leave_rules_out_and_say_what_would_be() {
    let mut policy = policy();
    policy.rules = vec![
        rule("off", RequireApproval, None),
        rule("shadow", RequireApproval, None),
        rule("plain", Allow, None),
        rule("enforced", Block, None),
    ];
    policy.rules[0].mode = Some(Mode::Off);
    policy.rules[1].mode = Some(Mode::Shadow);
    policy.rules[3].mode = Some(Mode::Enforce);
    let of = |mode, overridden| {
        let asked = Asked {
            mode,
            overridden,
            ..asked(Fields::new())
        };
        let answer = policy.answer(&asked);
        let would = answer.would.map(|(_, id)| id);
        (
            answer.rule.unwrap().to_owned(),
            answer.mode,
            would.map(str::to_owned),
        )
    };
    let shadow = || Some("shadow".to_owned());
    assert_eq!(
        of(Mode::Enforce, false),
        ("plain".to_owned(), None, shadow())
    );
    let promoted = ("enforced".to_owned(), Some(Mode::Enforce), shadow());
    assert_eq!(of(Mode::Shadow, false), promoted);
    assert_eq!(of(Mode::Shadow, true), ("plain".to_owned(), None, shadow()));
    assert_eq!(of(Mode::Enforce, true), ("shadow".to_owned(), None, None));
}
