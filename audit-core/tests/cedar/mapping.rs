//! How a request is put to Cedar.

use audit_core::cedar::CedarPolicy;
use audit_core::{Action, Actor, Snapshot, Value};

use super::{Asked, answer, holds, policy, refund, with_action, with_actor};

const GROUPS: &str = r#"[
    {"uid": {"type": "Actor", "id": "alice"}, "attrs": {"role": "clerk", "floor": 3, "boss": {"__entity": {"type": "Actor", "id": "carol"}}},
     "parents": [{"type": "Group", "id": "support"}], "tags": {"badge": "blue", "at": {"__extn": {"fn": "datetime", "arg": "2026-11-23"}}}},
    {"uid": {"type": "Actor", "id": "carol"}, "attrs": {"role": "head"}, "parents": []},
    {"uid": {"type": "Group", "id": "support"}, "attrs": {}, "parents": [{"type": "Group", "id": "staff"}]},
    {"uid": {"type": "Group", "id": "staff"}, "attrs": {}, "parents": []},
    {"uid": {"type": "Resource", "id": "order:1"}, "attrs": {"owner": {"__entity": {"type": "Actor", "id": "alice"}}, "frozen": false},
     "parents": []}
]"#;

/// Whether a condition holds, where the entities above are known.
fn holds_among_known(condition: &str, asked: &Asked) -> String {
    let policies =
        format!("@id(\"it\") permit(principal, action, resource) when {{ {condition} }};");
    let policy = CedarPolicy::from_strings(&policies, None, Some(GROUPS)).unwrap();
    answer(&policy, asked)
}

#[test]
fn actor_action_and_resource_are_entities_by_their_identifiers() {
    let asked = refund();
    for condition in [
        "principal == Actor::\"alice\"",
        "action == Action::\"refund\"",
        "resource == Resource::\"order:1\"",
        "principal is Actor && resource is Resource",
    ] {
        assert_eq!(holds(condition, &asked), Ok(true), "{condition}");
    }
}

#[test]
fn nobody_nothing_and_no_type_have_the_empty_identifier() {
    let asked = Asked {
        action: Action::untyped(),
        actor: Actor::anonymous(),
        ..Asked::default()
    };
    let condition =
        "principal == Actor::\"\" && action == Action::\"\" && resource == Resource::\"\"";
    assert_eq!(holds(condition, &asked), Ok(true));
    assert_eq!(
        holds("principal has role || principal has id", &asked),
        Ok(false)
    );
    let unnamed = with_actor(
        Actor::anonymous()
            .with("id", Value::Null)
            .with("role", "support"),
    );
    assert_eq!(
        holds(
            "principal == Actor::\"\" && principal.role == \"support\"",
            &unnamed
        ),
        Ok(true)
    );
}

#[test]
fn an_identifier_that_is_no_text_is_not_taken_for_nobody() {
    let asked = with_actor(Actor::anonymous().with("id", 7));
    let open = policy(
        "permit(principal, action, resource); forbid(principal == Actor::\"7\", action, resource);",
    );
    assert_eq!(
        answer(&open, &asked),
        "indeterminate: `actor.id` is a whole number, expected a string"
    );
}

#[test]
fn an_identifier_can_hold_anything_and_is_never_read_as_code() {
    for id in [
        "\" || true || \"",
        "a\\\"b",
        "ä\u{308}\u{0}\n",
        "Actor::\"root\"",
    ] {
        let asked = with_actor(Actor::new(id));
        assert_eq!(
            holds("principal == Actor::\"root\"", &asked),
            Ok(false),
            "{id:?}"
        );
        assert_eq!(holds("principal.id like \"*\"", &asked), Ok(true), "{id:?}");
    }
}

#[test]
fn the_parts_of_the_context_stand_apart_so_that_no_field_passes_for_another() {
    let asked = Asked {
        action: Action::new("refund")
            .with("amount", 50)
            .with("tenant", "forged")
            .with("type", "deploy"),
        snapshot: Snapshot::new().with("amount", 7),
        tenant: Some("acme"),
        ..refund()
    };
    let condition = "context.action.amount == 50 && context.snapshot.amount == 7 && context.tenant == \"acme\" \
                     && context.action.tenant == \"forged\" && action == Action::\"refund\"";
    assert_eq!(holds(condition, &asked), Ok(true));
    assert_eq!(holds("context has tenant", &refund()), Ok(false));
    assert_eq!(
        holds(
            "context.action has nothing || context.snapshot has nothing",
            &refund()
        ),
        Ok(false)
    );
    assert_eq!(
        holds("context == {action: {amount: 50}, snapshot: {}}", &refund()),
        Ok(true)
    );
}

#[test]
fn fields_of_the_actor_are_attributes_of_the_principal() {
    let actor = Actor::new("alice")
        .with("role", "support")
        .on_behalf_of("bob")
        .with("level", 3);
    let condition = "principal.role == \"support\" && principal.on_behalf_of == \"bob\" && principal.level > 2 \
                     && principal.id == \"alice\"";
    assert_eq!(holds(condition, &with_actor(actor)), Ok(true));
}

#[test]
fn an_actor_who_is_known_keeps_parents_tags_and_what_the_request_does_not_say() {
    let asked = refund();
    for condition in [
        "principal in Group::\"support\" && principal in Group::\"staff\"",
        "principal.role == \"support\" && principal.floor == 3",
        "principal.getTag(\"badge\") == \"blue\" && principal.getTag(\"at\") == datetime(\"2026-11-23\")",
        "principal.boss.role == \"head\"",
        "resource.owner == principal && resource.owner.role == \"support\" && !resource.frozen",
    ] {
        assert_eq!(
            holds_among_known(condition, &asked),
            "allow by it",
            "{condition}"
        );
    }
    // Nothing of the request is read: the actor stays as known.
    assert_eq!(
        holds_among_known("principal.floor == 3", &with_actor(Actor::new("alice"))),
        "allow by it"
    );
    assert_eq!(
        holds_among_known(
            "principal in Group::\"staff\"",
            &with_actor(Actor::new("bob"))
        ),
        "block"
    );
}

#[test]
fn what_the_request_calls_nothing_is_not_what_was_known_before() {
    let asked = with_actor(Actor::new("alice").with("role", Value::Null));
    assert_eq!(holds_among_known("principal has role", &asked), "block");
    assert_eq!(
        holds_among_known("principal has floor", &asked),
        "allow by it"
    );
}

#[test]
fn an_entity_that_nobody_names_is_known_all_the_same() {
    assert_eq!(
        holds_among_known("resource in Group::\"staff\"", &refund()),
        "block"
    );
    let unknown = with_action(Action::new("refund").on("order:2"));
    let failed = "indeterminate: policy `it` can't be evaluated: it asks something of an entity that nobody knows \
                  (policies:1:54)";
    assert_eq!(holds_among_known("resource.frozen", &unknown), failed);
}

#[test]
fn the_types_of_entities_can_be_named() {
    let policy = CedarPolicy::builder()
        .policies(
            "bank.cedar",
            "@id(\"bank\") permit(principal == Bank::User::\"alice\", action == Bank::Action::\"refund\", \
             resource == Bank::Order::\"order:1\");",
        )
        .actor_type("Bank::User")
        .action_type("Bank::Action")
        .resource_type("Bank::Order")
        .build()
        .unwrap();
    assert_eq!(answer(&policy, &refund()), "allow by bank");
}

#[test]
fn groups_of_actions_come_from_known_entities() {
    let entities = r#"[{"uid": {"type": "Action", "id": "refund"}, "attrs": {}, "parents": [{"type": "Action", "id": "money"}]}]"#;
    let policies = "@id(\"money\") permit(principal, action in Action::\"money\", resource);";
    let policy = CedarPolicy::from_strings(policies, None, Some(entities)).unwrap();
    assert_eq!(answer(&policy, &refund()), "allow by money");
    assert_eq!(
        answer(&policy, &with_action(Action::new("deploy"))),
        "block"
    );
}
