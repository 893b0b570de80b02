//! Rules: their keys, scopes, and what they say besides.

use crate::language_2_mistakes::golden::{assert_golden, policy, rule, table};

const RULES: &str = "
nothing | {}
a misspelled key | {id: a, scop: {global: true}, effect: block}
keys that people expect | {id: a, scope: {global: true}, effect: block, if: x, enabled: false, priority: 1, description: x}
a key twice | {id: a, scope: {global: true}, effect: block, effect: allow}
an effect that does not exist | {id: a, scope: {global: true}, effect: deny}
a misspelled effect | {id: a, scope: {global: true}, effect: blok}
an identifier that is a number | {id: 7, scope: {global: true}, effect: block}
an identifier that is nothing | {id: , scope: {global: true}, effect: block}
an identifier that is empty | {id: '', scope: {global: true}, effect: block}
";

const SCOPES: &str = "
no map | refund
a word for everything | global
a list | [refund]
nothing | {}
`global: false` | {global: false}
`global` that is no boolean | {global: 'true'}
`global` beside a name | {global: true, actor: bob}
an action that is not declared | {action: refnd}
one of several that is not declared | {action: [refund, payot]}
an empty list | {action: []}
an empty list of actors | {action: refund, actor: []}
names twice, and one that is none | {action: [refund, refund], actor: [bob, bob, 5]}
a number | {actor: 5}
`actions` | {actions: [refund]}
tenants | {tenant: acme}
";

const NOTES: &str = "
a reason that is no text | reason: 5
a severity that does not exist | severity: hgih
a severity of other scales | severity: warning
an owner that is a list | owner: [a]
tags that are no list | tags: sox
tags that are no texts | tags: [sox, 4]
a mode that does not exist | mode: on
a rollout above 100 | rollout: 100.5
a rollout below 0 | rollout: -1
a rollout that is a text | rollout: 25%
a rollout of nothing | rollout: {}
a rollout by something that is no text | rollout: {percent: 5, by: request.time}
a rollout by an unknown field | rollout: {percent: 5, by: actor.ids}
a rollout by a field of an action | rollout: {percent: 5, by: action.currency}
a rollout with unknown keys | rollout: {percentage: 5, salt: x}
a rollout with an exponent | rollout: 1e1
a date in place of a time | expires: 2027-01-01
obligations | obligations: [x]
";

#[test]
fn a_rule_has_the_keys_it_needs() {
    let mut cases = table(RULES, rule);
    let plain = "{id: a, scope: {global: true}, effect: block}";
    let set = |rules: &str| format!("language: audit/2\ndefault: block\nrules: {rules}\n");
    cases.push(policy(
        "an identifier again",
        &set(&format!("[{plain}, {plain}]")),
    ));
    cases.push(policy(
        "an identifier again, in a rule that is wrong itself",
        &set(&format!("[{plain}, {{id: a, scope: {{global: true}}}}]")),
    ));
    assert_golden("rule", &cases);
}

#[test]
fn a_scope_names_actions_actors_or_everything() {
    let scope =
        |name: &str, scope: &str| rule(name, &format!("{{id: a, scope: {scope}, effect: block}}"));
    assert_golden("scope", &table(SCOPES, scope));
}

#[test]
fn what_a_rule_says_besides() {
    let with = |name: &str, more: &str| {
        rule(
            name,
            &format!("{{id: a, scope: {{global: true}}, effect: block, {more}}}"),
        )
    };
    assert_golden("notes", &table(NOTES, with));
}

#[test]
fn scopes_and_rollouts_know_an_actor_by_a_declared_text() {
    let with = |name: &str, actor: &str, says: &str| {
        let mut case = rule(name, &format!("{{id: a, effect: block, {says}}}"));
        case.schema = format!("language: audit/2\nactions: {{}}\nactor: {{fields: {{{actor}}}}}\n");
        case
    };
    let rollout = "scope: {global: true}, rollout: 5";
    let scope = "scope: {actor: [ada, eve]}";
    let cases = [
        with(
            "a rollout, and the actor has no `id`",
            "role: string",
            rollout,
        ),
        with(
            "a rollout, and the actor's `id` is a number",
            "id: integer",
            rollout,
        ),
        with("a scope, and the actor has no `id`", "role: string", scope),
        with(
            "a scope, and the actor's `id` is a number",
            "id: integer",
            scope,
        ),
    ];
    assert_golden("actor_id", &cases);
}
