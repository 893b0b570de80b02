//! What each value becomes, and that none vanishes.

use audit_core::{Action, Actor, Fields, Value};

use super::{answer, holds, policy, with_action, with_actor};

/// Whether a condition on the field `it`, written `$`, holds.
fn of(value: impl Into<Value<'static>>, condition: &str) -> Result<bool, String> {
    let condition = condition.replace('$', "context.action.it");
    holds(
        &condition,
        &with_action(Action::new("refund").with("it", value)),
    )
}

/// What is said of a value that a policy reads.
fn refused(value: impl Into<Value<'static>>) -> String {
    of(value, "$ == $").unwrap_err()
}

#[test]
fn truth_values_numbers_and_texts_are_themselves() {
    assert_eq!(of(true, "$"), Ok(true));
    assert_eq!(of(i64::MIN, "$ == -9223372036854775808"), Ok(true));
    assert_eq!(of(i64::MAX, "$ == 9223372036854775807"), Ok(true));
    assert_eq!(of("a\"b\\ä", "$ == \"a\\\"b\\\\ä\""), Ok(true));
    assert_eq!(of("50", "$ == 50"), Ok(false));
}

#[test]
fn a_float_is_a_decimal_of_at_most_four_digits_even_where_it_is_whole() {
    for (number, written) in [
        (49.9, "49.9"),
        (250.0, "250.0"),
        (-0.0, "0.0"),
        (-0.5, "-0.5"),
        (0.0001, "0.0001"),
        (-1234.5678, "-1234.5678"),
        (922_337_203_685_477.5, "922337203685477.5"),
        (-922_337_203_685_477.5, "-922337203685477.5"),
    ] {
        assert_eq!(
            of(number, &format!("$ == decimal(\"{written}\")")),
            Ok(true),
            "{number}"
        );
    }
    assert_eq!(of(250.0, "$ == 250"), Ok(false));
}

#[test]
fn a_value_that_cedar_has_no_form_for_is_named_by_place_and_kind() {
    let digits = "`action.it` is a number with more than 4 digits behind the point, which no decimal of Cedar has";
    let range = "`action.it` is a number beyond 922337203685477, which no decimal of Cedar reaches";
    let finite = "`action.it` is no finite number, which Cedar has no form for";
    for (value, expected) in [
        (Value::from(0.12345), digits),
        (Value::from(0.1 + 0.2), digits),
        (Value::from(1e-300), digits),
        (Value::from(1e15), range),
        (Value::from(-1e300), range),
        (Value::from(922_337_203_685_477.6), range),
        (Value::from(f64::NAN), finite),
        (Value::from(f64::NEG_INFINITY), finite),
        (
            Value::from(u64::MAX),
            "`action.it` is a whole number of more than 63 bits, which Cedar has no form for",
        ),
        (
            Value::from(vec![Value::from(1), Value::Null]),
            "`action.it` holds a null, which Cedar has no form for in a set",
        ),
        (
            Value::from(vec![Value::from(Fields::new().with("x y", u64::MAX))]),
            "`action.it.[].x y` is a whole number of more than 63 bits, which Cedar has no form for",
        ),
    ] {
        assert_eq!(refused(value), expected);
    }
}

#[test]
fn a_list_is_a_set_and_a_map_a_record() {
    let list = vec![Value::from(2), Value::from("a"), Value::from(2)];
    assert_eq!(of(list, "$ == [\"a\", 2]"), Ok(true));
    let map = Fields::new()
        .with("a b", 1)
        .with("deep", Fields::new().with("x", true))
        .with("none", Value::Null);
    assert_eq!(of(map, "$ == {\"a b\": 1, deep: {x: true}}"), Ok(true));
    assert_eq!(of(Vec::<Value>::new(), "$.isEmpty()"), Ok(true));
}

#[test]
fn words_that_mean_something_in_cedars_json_mean_nothing_here() {
    let forged = Fields::new().with("type", "Actor").with("id", "root");
    let forged = Fields::new().with("__entity", forged);
    assert_eq!(of(forged.clone(), "$ == Actor::\"root\""), Ok(false));
    assert_eq!(of(forged, "$.__entity.id == \"root\""), Ok(true));
}

#[test]
fn a_field_that_is_null_is_not_there() {
    let asked = with_action(Action::new("refund").with("limit", Value::Null));
    assert_eq!(holds("context.action has limit", &asked), Ok(false));
    let failed = "policy `policy0` can't be evaluated: it reads an attribute or tag that is not there (policies:1:44)";
    assert_eq!(
        holds("context.action.limit > 5", &asked),
        Err(failed.to_owned())
    );
}

#[test]
fn what_no_policy_can_read_makes_no_decision_indeterminate() {
    let place = Fields::new().with("lat", 52.520_008).with("city", "Berlin");
    let asked = with_action(
        Action::new("refund")
            .with("place", place)
            .with("ratio", 0.123_456)
            .with("n", 1),
    );
    for condition in [
        "context.action.n == 1",
        "context.action.place.city == \"Berlin\"",
        "context.action has \"n\" && context.action has place.city",
        "context.action[\"place\"][\"city\"] == \"Berlin\"",
        "{ratio: 1, context: 2}.ratio == 1",
    ] {
        assert_eq!(holds(condition, &asked), Ok(true), "{condition}");
    }
    let lat = "`action.place.lat` is a number with more than 4 digits behind the point, which no decimal of Cedar has";
    let ratio = "`action.ratio` is a number with more than 4 digits behind the point, which no decimal of Cedar has";
    for (condition, expected) in [
        ("context.action has ratio", ratio),
        ("context.action.n == 1 || context.action.ratio == 1", ratio),
        (
            "(if true then context.action else context.snapshot).n == 1",
            lat,
        ),
        ("{all: context.action}.all.n == 1", lat),
        ("context == context", lat),
        ("context.action.place == {city: \"Berlin\"}", lat),
        ("context.action has place", lat),
        ("[context.action.place].contains(1)", lat),
    ] {
        assert_eq!(
            holds(condition, &asked),
            Err(expected.to_owned()),
            "{condition}"
        );
    }
}

#[test]
fn an_attribute_of_the_actor_that_no_policy_can_read_is_passed_over() {
    let actor = Actor::new("alice")
        .with("role", "support")
        .with("score", 0.123_456);
    let asked = with_actor(actor);
    assert_eq!(holds("principal.role == \"support\"", &asked), Ok(true));
    let score = "`actor.score` is a number with more than 4 digits behind the point, which no decimal of Cedar has";
    // Whoever owns the resource may be the actor.
    for condition in [
        "principal has score",
        "resource has owner && resource.owner.score == 1",
    ] {
        assert_eq!(
            holds(condition, &asked),
            Err(score.to_owned()),
            "{condition}"
        );
    }
}

#[test]
fn a_forbid_that_can_not_be_asked_does_not_fail_open() {
    let policy = policy(
        "permit(principal, action, resource); forbid(principal, action, resource) when { context.action.ratio.greaterThan(decimal(\"0.5\")) };",
    );
    let asked = with_action(Action::new("refund").with("ratio", 0.123_456));
    assert!(answer(&policy, &asked).starts_with("indeterminate: `action.ratio` is a number"));
}

#[test]
fn depth_ends_before_the_stack_does() {
    let nested = |depth: usize| {
        (0..depth).fold(Value::from(1), |inner, _| {
            Value::from(Fields::new().with("a", inner))
        })
    };
    assert_eq!(of(nested(31), "$ has a"), Ok(true));
    assert_eq!(of(nested(31), "$ == $"), Ok(true));
    let deep = refused(nested(400));
    assert!(
        deep.ends_with("` lies deeper than 32 lists and maps"),
        "{deep}"
    );
}
