//! Rules: their keys, scopes, and what they say besides.

use crate::language2_mistakes::golden::{assert_golden, policy, rule};

#[test]
fn a_rule_has_the_keys_it_needs() {
    assert_golden(
        "rule",
        &[
            rule("nothing", "{}"),
            rule(
                "a misspelled key",
                "{id: a, scop: {global: true}, effect: block}",
            ),
            rule(
                "keys that people expect",
                "{id: a, scope: {global: true}, effect: block, if: x, enabled: false, priority: 1, description: x}",
            ),
            rule(
                "a key twice",
                "{id: a, scope: {global: true}, effect: block, effect: allow}",
            ),
            rule(
                "an effect that does not exist",
                "{id: a, scope: {global: true}, effect: deny}",
            ),
            rule(
                "a misspelled effect",
                "{id: a, scope: {global: true}, effect: blok}",
            ),
            rule(
                "an identifier that is a number",
                "{id: 7, scope: {global: true}, effect: block}",
            ),
            rule(
                "an identifier that is nothing",
                "{id: , scope: {global: true}, effect: block}",
            ),
            rule(
                "an identifier that is empty",
                "{id: '', scope: {global: true}, effect: block}",
            ),
            policy(
                "an identifier again",
                "language: audit/2\ndefault: block\nrules: [{id: a, scope: {global: true}, effect: block}, {id: a, scope: {global: true}, effect: allow}]\n",
            ),
            policy(
                "an identifier again, in a rule that is wrong itself",
                "language: audit/2\ndefault: block\nrules:\n  - {id: a, scope: {global: true}, effect: block}\n  - {id: a, scope: {global: true}}\n",
            ),
        ],
    );
}

#[test]
fn a_scope_names_actions_actors_or_everything() {
    assert_golden(
        "scope",
        &[
            rule("no map", "{id: a, scope: refund, effect: block}"),
            rule(
                "a word for everything",
                "{id: a, scope: global, effect: block}",
            ),
            rule("a list", "{id: a, scope: [refund], effect: block}"),
            rule("nothing", "{id: a, scope: {}, effect: block}"),
            rule(
                "`global: false`",
                "{id: a, scope: {global: false}, effect: block}",
            ),
            rule(
                "`global` that is no boolean",
                "{id: a, scope: {global: 'true'}, effect: block}",
            ),
            rule(
                "`global` beside a name",
                "{id: a, scope: {global: true, actor: bob}, effect: block}",
            ),
            rule(
                "an action that is not declared",
                "{id: a, scope: {action: refnd}, effect: block}",
            ),
            rule(
                "one of several that is not declared",
                "{id: a, scope: {action: [refund, payot]}, effect: block}",
            ),
            rule(
                "an empty list",
                "{id: a, scope: {action: []}, effect: block}",
            ),
            rule(
                "an empty list of actors",
                "{id: a, scope: {action: refund, actor: []}, effect: block}",
            ),
            rule(
                "an action twice",
                "{id: a, scope: {action: [refund, refund], actor: [bob, bob]}, effect: blok}",
            ),
            rule("a number", "{id: a, scope: {actor: 5}, effect: block}"),
            rule(
                "`actions`",
                "{id: a, scope: {actions: [refund]}, effect: block}",
            ),
            rule("tenants", "{id: a, scope: {tenant: acme}, effect: block}"),
        ],
    );
}

#[test]
fn what_a_rule_says_besides() {
    let with = |name, more: &str| {
        rule(
            name,
            &format!("{{id: a, scope: {{global: true}}, effect: block, {more}}}"),
        )
    };
    assert_golden(
        "notes",
        &[
            with("a reason that is no text", "reason: 5"),
            with("a severity that does not exist", "severity: hgih"),
            with("an owner that is a list", "owner: [a]"),
            with("tags that are no list", "tags: sox"),
            with("tags that are no texts", "tags: [sox, 4]"),
            with("a mode that does not exist", "mode: on"),
            with("a rollout above 100", "rollout: 100.5"),
            with("a rollout below 0", "rollout: -1"),
            with("a rollout that is a text", "rollout: 25%"),
            with("a rollout of nothing", "rollout: {}"),
            with(
                "a rollout by something that is no text",
                "rollout: {percent: 5, by: request.time}",
            ),
            with(
                "a rollout by an unknown field",
                "rollout: {percent: 5, by: actor.ids}",
            ),
            with(
                "a rollout by a field of an action",
                "rollout: {percent: 5, by: action.currency}",
            ),
            with(
                "a rollout with unknown keys",
                "rollout: {percentage: 5, salt: x}",
            ),
            with("a rollout with an exponent", "rollout: 1e1"),
            with("a date in place of a time", "expires: 2027-01-01"),
            with("obligations", "obligations: [x]"),
        ],
    );
}

#[test]
fn a_rollout_divides_by_a_declared_text() {
    let mut missing = rule(
        "the actor has no `id`",
        "{id: a, scope: {global: true}, effect: block, rollout: 5}",
    );
    missing.schema = "language: audit/2\nactions: {}\nactor: {fields: {role: string}}\n".to_owned();
    let mut number = rule(
        "the actor's `id` is a number",
        "{id: a, scope: {global: true}, effect: block, rollout: 5}",
    );
    number.schema = "language: audit/2\nactions: {}\nactor: {fields: {id: integer}}\n".to_owned();
    assert_golden("rollout", &[missing, number]);
}
