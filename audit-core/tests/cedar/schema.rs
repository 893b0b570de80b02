//! Requests under a schema: what is handed over, in which form, and what does not fit.

use audit_core::cedar::CedarPolicy;
use audit_core::{Action, Actor, Evaluator, Fields, Snapshot, Value};

use super::{Asked, answer, refund, with_action};

const SCHEMA: &str = r"
type Place = { city: String, near?: Set<String> };
entity Group;
entity User in [Group] { role: String, level?: Long, boss?: User };
entity Order { owner: User };
action money;
action refund in [money] appliesTo {
  principal: [User], resource: [Order],
  context: {
    action: { amount: Long, price?: decimal, address?: ipaddr, at?: datetime, wait?: duration, place?: Place, by?: User },
    snapshot?: { frozen: Bool },
    tenant?: String
  }
};
action ping appliesTo { principal: [User], resource: [Order] };
";
const ENTITIES: &str = r#"[
  {"uid": {"type": "User", "id": "bob"}, "attrs": {"role": "head"}, "parents": [{"type": "Group", "id": "heads"}]},
  {"uid": {"type": "User", "id": "carol"}, "attrs": {"role": "chief", "boss": {"type": "User", "id": "bob"}}, "parents": []},
  {"uid": {"type": "Order", "id": "order:1"}, "attrs": {"owner": {"type": "User", "id": "carol"}}, "parents": []}
]"#;

/// A policy that permits refunds under a condition, and all pings.
fn of(condition: &str, asked: &Asked) -> String {
    let policies = format!(
        "@id(\"it\") permit(principal, action in Action::\"money\", resource) when {{ {condition} }};
         @id(\"ping\") permit(principal, action == Action::\"ping\", resource);"
    );
    let policy = CedarPolicy::from_strings(&policies, Some(SCHEMA), Some(ENTITIES)).unwrap();
    answer(&policy, asked)
}

/// A refund with this field, on no order that could lead to other entities.
fn with_field(name: &'static str, value: impl Into<Value<'static>>) -> Asked {
    with_action(Action::new("refund").with("amount", 50).with(name, value))
}

#[test]
fn types_of_entities_and_groups_of_actions_come_from_the_schema() {
    let condition = "principal == User::\"alice\" && resource == Order::\"order:1\" && action == Action::\"refund\"";
    assert_eq!(of(condition, &refund()), "allow by it");
    let namespaced = "namespace Bank { entity Person; entity Account; action pay appliesTo { principal: [Person], resource: [Account] }; }";
    let policies = "@id(\"bank\") permit(principal == Bank::Person::\"alice\", action == Bank::Action::\"pay\", resource is Bank::Account);";
    let policy = CedarPolicy::from_strings(policies, Some(namespaced), None).unwrap();
    assert_eq!(
        answer(&policy, &with_action(Action::new("pay"))),
        "allow by bank"
    );
    assert_eq!(policy.declared_actions(), Some(vec!["pay".into()]));
}

#[test]
fn a_value_takes_the_form_that_the_schema_declares() {
    for (name, value, condition) in [
        (
            "price",
            Value::from(5),
            "context.action.price == decimal(\"5.0\")",
        ),
        (
            "price",
            Value::from(5.5),
            "context.action.price == decimal(\"5.5\")",
        ),
        (
            "price",
            Value::from("-0.25"),
            "context.action.price == decimal(\"-0.25\")",
        ),
        (
            "address",
            Value::from("10.1.2.3"),
            "context.action.address.isInRange(ip(\"10.0.0.0/8\"))",
        ),
        (
            "at",
            Value::from("2026-11-23T08:00:00Z"),
            "context.action.at > datetime(\"2026-11-23\")",
        ),
        (
            "wait",
            Value::from("1h30m"),
            "context.action.wait == duration(\"90m\")",
        ),
        (
            "by",
            Value::from("bob"),
            "context.action.by.role == \"head\" && context.action.by in Group::\"heads\"",
        ),
        (
            "place",
            Value::from(
                Fields::new()
                    .with("city", "Berlin")
                    .with("near", vec!["a", "b"])
                    .with("lat", 52.520_008),
            ),
            "context.action.place has near && context.action.place.near == [\"b\", \"a\"]",
        ),
    ] {
        let guarded = format!("context.action has {name} && {condition}");
        assert_eq!(
            of(&guarded, &with_field(name, value)),
            "allow by it",
            "{condition}"
        );
    }
}

#[test]
fn a_value_that_the_schema_does_not_take_is_named_by_place_and_kind() {
    for (name, value, expected) in [
        (
            "amount",
            Value::from("50"),
            "`action.amount` is a string, the schema says `Long`",
        ),
        (
            "amount",
            Value::from(50.0),
            "`action.amount` is a float, the schema says `Long`",
        ),
        (
            "amount",
            Value::from(u64::MAX),
            "`action.amount` is a whole number of more than 63 bits, the schema says `Long`",
        ),
        (
            "amount",
            Value::Null,
            "`action.amount` is missing, the schema requires it",
        ),
        (
            "price",
            Value::from(true),
            "`action.price` is a boolean, the schema says `decimal`",
        ),
        (
            "price",
            Value::from("five"),
            "`action.price` is a string that is no `decimal`",
        ),
        (
            "price",
            Value::from(0.12345),
            "`action.price` is a number with more than 4 digits behind the point, which no decimal of Cedar has",
        ),
        (
            "price",
            Value::from(i64::MAX),
            "`action.price` is a number beyond 922337203685477, which no decimal of Cedar reaches",
        ),
        (
            "address",
            Value::from("10.1.2.300"),
            "`action.address` is a string that is no `ipaddr`",
        ),
        (
            "at",
            Value::from("yesterday"),
            "`action.at` is a string that is no `datetime`",
        ),
        (
            "by",
            Value::from(7),
            "`action.by` is a whole number, the schema says `User`",
        ),
        (
            "place",
            Value::from("Berlin"),
            "`action.place` is a string, the schema says `a record`",
        ),
        (
            "place",
            Value::from(Fields::new()),
            "`action.place.city` is missing, the schema requires it",
        ),
        (
            "place",
            Value::from(Fields::new().with("city", "B").with("near", vec![1])),
            "`action.place.near.[]` is a whole number, the schema says `String`",
        ),
    ] {
        let found = of("true", &with_field(name, value));
        assert_eq!(found, format!("indeterminate: {expected}"));
    }
}

#[test]
fn what_the_schema_does_not_declare_is_not_handed_over() {
    let actor = Actor::new("alice")
        .with("role", "support")
        .with("score", 0.123_456)
        .with("none", f64::NAN);
    let asked = Asked {
        action: Action::new("refund")
            .with("amount", 50)
            .with("extra", u64::MAX),
        snapshot: Snapshot::new().with("load", f64::INFINITY),
        actor,
        ..Asked::default()
    };
    assert_eq!(of("!(context has snapshot)", &asked), "allow by it");
    let frozen = Asked {
        snapshot: Snapshot::new().with("frozen", true).with("load", 0.123_456),
        ..asked.clone()
    };
    assert_eq!(
        of("context has snapshot && context.snapshot.frozen", &frozen),
        "allow by it"
    );
    let ping = Asked {
        action: Action::new("ping").with("extra", u64::MAX),
        tenant: Some("acme"),
        ..asked
    };
    assert_eq!(of("true", &ping), "allow by ping");
}

#[test]
fn an_actor_must_be_as_the_schema_declares() {
    for (actor, expected) in [
        (
            Actor::new("alice"),
            "indeterminate: `actor.role` is missing, the schema requires it",
        ),
        (
            Actor::anonymous(),
            "indeterminate: `actor.role` is missing, the schema requires it",
        ),
        (
            Actor::new("alice").with("role", 5),
            "indeterminate: `actor.role` is a whole number, the schema says `String`",
        ),
        // What is known beforehand counts as well, unless the request says otherwise.
        (Actor::new("bob"), "allow by it"),
        (
            Actor::new("bob").with("role", Value::Null),
            "indeterminate: `actor.role` is missing, the schema requires it",
        ),
    ] {
        assert_eq!(of("true", &Asked { actor, ..refund() }), expected);
    }
    // About no order, whose owner would be known by herself.
    let boss = Asked {
        action: Action::new("refund").with("amount", 50),
        actor: Actor::new("alice")
            .with("role", "clerk")
            .with("boss", "carol"),
        ..Asked::default()
    };
    let condition =
        "principal has boss && principal.boss has boss && principal.boss.boss.role == \"head\"";
    assert_eq!(
        of(condition, &boss),
        "allow by it",
        "what an attribute refers to is known too"
    );
    assert_eq!(
        of(
            "resource.owner has boss && resource.owner.boss in Group::\"heads\"",
            &refund()
        ),
        "allow by it"
    );
}

#[test]
fn an_action_that_the_schema_does_not_know_is_indeterminate() {
    assert_eq!(
        of("true", &with_action(Action::new("refnud"))),
        "indeterminate: action `refnud` is not in the schema: did you mean `refund`?"
    );
    assert_eq!(
        of("true", &with_action(Action::new("money"))),
        "indeterminate: action `money` is not in the schema"
    );
    assert_eq!(
        of("true", &with_action(Action::untyped())),
        "indeterminate: the action has no type, and the schema knows none without"
    );
}

#[test]
fn an_action_that_no_request_can_be_for_is_indeterminate_and_says_why() {
    let schema = "entity User, Order; action flat appliesTo { principal: [User], resource: [Order], context: { amount: Long } };";
    let policy =
        CedarPolicy::from_strings("permit(principal, action, resource);", Some(schema), None)
            .unwrap();
    assert_eq!(
        answer(&policy, &with_action(Action::new("flat").with("amount", 5))),
        "indeterminate: the context of action `flat` declares `amount` so that no request fits: a context holds the \
         records `action` and `snapshot`, and `tenant`"
    );
}

#[test]
fn an_identifier_that_an_enumeration_does_not_list_is_indeterminate_without_being_shown() {
    let schema = "entity User enum [\"alice\"]; entity Order; action ping appliesTo { principal: [User], resource: [Order] };";
    let policy = CedarPolicy::from_strings(
        "@id(\"open\") permit(principal, action, resource);",
        Some(schema),
        None,
    )
    .unwrap();
    let ping = |id: &'static str| Asked {
        action: Action::new("ping"),
        actor: Actor::new(id),
        ..Asked::default()
    };
    assert_eq!(answer(&policy, &ping("alice")), "allow by open");
    let refused = answer(&policy, &ping("secret-1234"));
    assert_eq!(
        refused,
        "indeterminate: the actor does not fit the schema of `User`"
    );
}

#[test]
fn the_schema_tells_which_fields_there_are() {
    let policy =
        CedarPolicy::from_strings("permit(principal, action, resource);", Some(SCHEMA), None)
            .unwrap();
    let names = |names: &[&str]| {
        names
            .iter()
            .map(|name| std::sync::Arc::from(*name))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        policy.action_fields("refund").map(<[_]>::to_vec),
        Some(names(&[
            "address", "amount", "at", "by", "place", "price", "wait"
        ]))
    );
    assert_eq!(
        policy.action_fields("ping").map(<[_]>::to_vec),
        Some(Vec::new())
    );
    assert_eq!(
        policy.action_fields("money"),
        None,
        "nobody asks for a group"
    );
    assert_eq!(policy.declared_actions(), Some(names(&["ping", "refund"])));
    assert_eq!(policy.snapshot_fields(), Some(names(&["frozen"])));
    let bare = super::policy(super::PERMIT);
    assert_eq!(
        (
            bare.action_fields("refund"),
            bare.declared_actions(),
            bare.snapshot_fields()
        ),
        (None, None, None)
    );
}

#[test]
fn a_schema_in_json_says_the_same() {
    let json = r#"{"": {
        "commonTypes": {"Money": {"type": "Record", "attributes": {"amount": {"type": "Long"}, "fee": {"type": "Extension", "name": "decimal", "required": false}}}},
        "entityTypes": {"User": {"shape": {"type": "Record", "attributes": {"boss": {"type": "Entity", "name": "User", "required": false}}}}, "Order": {}},
        "actions": {"refund": {"appliesTo": {"principalTypes": ["User"], "resourceTypes": ["Order"],
            "context": {"type": "Record", "attributes": {"action": {"type": "Money"}}}}}}
    }}"#;
    let policies = "@id(\"it\") permit(principal, action, resource) when { context.action has fee && context.action.fee == decimal(\"1.0\") };";
    let policy = CedarPolicy::from_strings(policies, Some(json), None).unwrap();
    assert_eq!(
        policy.action_fields("refund").unwrap(),
        ["amount".into(), "fee".into()]
    );
    let asked = with_action(Action::new("refund").with("amount", 5).with("fee", 1));
    assert_eq!(answer(&policy, &asked), "allow by it");
}
