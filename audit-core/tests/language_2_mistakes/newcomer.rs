//! What somebody meets who writes a first policy: words from other languages, YAML that means something else.

use crate::language_2_mistakes::golden::{
    Case, assert_golden, comparison, condition, field, policy, rule, schema, table,
};

/// A rule in block style, as most are written.
fn block(name: &str, lines: &str) -> Case {
    let head = "language: audit/2\ndefault: allow\nrules:\n";
    policy(name, &format!("{head}{lines}"))
}

#[test]
fn lines_that_are_indented_otherwise() {
    assert_golden(
        "indentation",
        &[
            block(
                "a key too far left",
                "  - id: a\n    scope: {action: refund}\n   effect: block\n",
            ),
            block(
                "a key too far right",
                "  - id: a\n      scope: {action: refund}\n    effect: block\n",
            ),
            block(
                "tabs before a list",
                "\t- id: a\n\t  scope: {action: refund}\n\t  effect: block\n",
            ),
            block(
                "tabs before keys",
                "  - id: a\n\tscope: {action: refund}\n\teffect: block\n",
            ),
            schema(
                "tabs in the schema",
                "language: audit/2\nactions:\n\trefund:\n\t\tfields: {amount: decimal}\n",
            ),
            block(
                "a condition beside its key",
                "  - id: a\n    scope: {action: refund}\n    effect: block\n    when:\n    subject: action.amount\n    operator: equals\n    value: 1\n",
            ),
            block(
                "parts beside the key that joins them",
                "  - id: a\n    scope: {action: refund}\n    effect: block\n    when:\n      all:\n      subject: action.amount\n      operator: equals\n      value: 1\n",
            ),
            block(
                "rules without their marks",
                "  id: a\n  scope: {action: refund}\n  effect: block\n",
            ),
            block(
                "rules by name",
                "  a:\n    scope: {action: refund}\n    effect: block\n",
            ),
            schema(
                "fields beside the action",
                "language: audit/2\nactions:\n  refund:\n  fields:\n    amount: decimal\n",
            ),
            schema(
                "a field beside `fields`",
                "language: audit/2\nactions:\n  refund:\n    fields:\n    amount: decimal\n",
            ),
        ],
    );
}

#[test]
fn signs_that_mean_something_in_yaml() {
    let operator = |name: &str, sign: &str| {
        block(
            name,
            &format!(
                "  - id: a\n    scope: {{action: refund}}\n    effect: block\n    when:\n      subject: action.amount\n      operator: {sign}\n      value: 5\n"
            ),
        )
    };
    let reason = |name: &str, reason: &str| {
        block(
            name,
            &format!(
                "  - id: a\n    scope: {{action: refund}}\n    effect: block\n    reason: {reason}\n"
            ),
        )
    };
    let value = |name: &str, value: &str| {
        condition(
            name,
            &format!("{{subject: action.currency, operator: equals, value: {value}}}"),
        )
    };
    assert_golden(
        "signs",
        &[
            operator("an operator that starts a text", ">"),
            operator("an operator that starts a text and goes on", ">="),
            operator("an operator that is a tag", "!="),
            operator("an operator of nothing", "''"),
            condition(
                "an operator that starts a text between brackets",
                "{subject: action.amount, operator: >=, value: 1}",
            ),
            reason("a colon in a text", "refunds: of 1,000 and more"),
            reason("an apostrophe in single quotes", "'can't be'"),
            reason("an apostrophe in a text", "can't be"),
            value("a text that refers to another", "*EUR"),
            value("a text that starts with a mark", "'EUR', note: @EUR"),
            value("a backslash between double quotes", "\"\\d+\""),
            value("brackets in a text", "[A-Z]+"),
            rule(
                "a key without a blank behind it",
                "id:a\n    scope: {action: refund}",
            ),
            rule("a map that is not closed", "{id: a, scope: {action: refund"),
        ],
    );
}

const CONDITIONS: &str = "
an empty list | []
an empty map | {}
a word that says always | always
a boolean | true
a word that says never | never
an expression | action.amount > 5
a list of one | [{subject: action.amount, operator: equals, value: 1}]
`and` | {and: [{subject: action.amount, operator: equals, value: 1}]}
`OR` | {OR: [{subject: action.amount, operator: equals, value: 1}]}
`unless` | {unless: {subject: action.amount, operator: equals, value: 1}}
a field as a key | {action.amount: 5}
no domain, where one declares the field | {subject: amount, operator: equals, value: 1}
no domain, where every request has it | {subject: tenant, operator: equals, value: x}
no domain, where none declares the field | {subject: shoe_size, operator: equals, value: 1}
the action as a domain | {subject: refund.amount, operator: equals, value: 1}
the user as a domain | {subject: user.role, operator: equals, value: x}
the context as a domain | {subject: context.role, operator: equals, value: x}
the object as a domain | {subject: resource.id, operator: equals, value: x}
";

const COMPARISONS: &str = "
`eq` | action.amount eq 1
`!=` | action.amount '!=' 1
`gt` | action.amount gt 1
`lt` | action.amount lt 1
`GTE` | action.amount GTE 1
`>=` | action.amount '>=' 1
`<=` | action.amount '<=' 1
`one_of` | action.currency one_of [EUR]
`nin` | action.currency nin [EUR]
`has` | action.currency has E
`prefix` | action.currency prefix E
`suffix` | action.currency suffix E
`glob` | action.currency glob E
`like` | action.currency like E
`regex` | action.currency regex E
`is_set` | action.note is_set true
`cidr` | action.currency cidr 10.0.0.0/8
`during` | action.due during 09:00
`between` | action.amount between [1, 2]
`not_matches` | action.currency not_matches E
an operator in other letters | action.amount GreaterThan 1
numbers by order on a text | action.currency greater_than 5
times on a text | action.currency before '2026-11-23T08:00:00Z'
an amount with its currency | action.amount equals '12.30 EUR'
an amount with a sign | action.amount equals $12
seconds since 1970 | action.due before 1700000000
hours as numbers | action.due within {from: 9, to: 17, zone: UTC}
hours of twelve | action.due within {from: 9am, to: '12 PM', zone: UTC}
a time of day without a zone | action.due within {from: '09:00', to: '17:00'}
an offset behind UTC | action.due within {from: '09:00', to: '17:00', zone: UTC+2}
a misspelled zone | action.due within {from: '09:00', to: '17:00', zone: Europe/Berln}
days by their full names | action.due within {from: '09:00', to: '17:00', zone: UTC, days: [Monday, weekend]}
a mask in place of a prefix | action.currency in_cidr 10.0.0.0/255.0.0.0
a prefix that is too long | action.currency in_cidr 10.0.0.0/33
look-around | action.currency matches_regex '^(?!EUR)'
";

const RULES: &str = "
words of another language | {name: a, on: refund, if: {}, then: block}
the action beside the rule's keys | {id: a, action: refund, effect: block}
nothing but an identifier | {id: a}
`deny` | {id: a, scope: {action: refund}, effect: deny}
`permit` | {id: a, scope: {action: refund}, effect: permit}
`approve` | {id: a, scope: {action: refund}, effect: approve}
`warn` | {id: a, scope: {action: refund}, effect: warn}
an effect in capital letters | {id: a, scope: {action: refund}, effect: BLOCK}
a scope that is a word | {id: a, scope: refund, effect: block}
a scope that is a list | {id: a, scope: [refund], effect: block}
a scope of every action | {id: a, scope: {action: '*'}, effect: block}
a scope of a role | {id: a, scope: {role: support}, effect: block}
a scope of nothing | {id: a, scope: , effect: block}
a mode that is `on` | {id: a, scope: {action: refund}, effect: block, mode: on}
a severity of logs | {id: a, scope: {action: refund}, effect: block, severity: warn}
a percentage over 100 | {id: a, scope: {action: refund}, effect: block, rollout: 120}
a percentage with its sign | {id: a, scope: {action: refund}, effect: block, rollout: 25%}
a percentage over 100 with its sign | {id: a, scope: {action: refund}, effect: block, rollout: 150%}
a rollout by a bare name | {id: a, scope: {action: refund}, effect: block, rollout: {percentage: 25, by: tenant}}
";

const FIELDS: &str = "
`float` | a: float
`int` | a: int
`Bool` | a: Bool
`money` | a: money
`text` | a: text
`datetime` | a: datetime
`array` | a: array
`object` | a: object
`enum` | a: enum
a type in brackets | a: [string]
a type of items as a map | 'a: {type: list, of: {type: string}}'
a list of nothing | 'a: {type: list}'
a field without a type | 'a: {optional: true}'
a key of another language | 'a: {type: string, required: false}'
";

#[test]
fn conditions_as_other_languages_have_them() {
    assert_golden("newcomer_condition", &table(CONDITIONS, condition));
}

#[test]
fn comparisons_as_other_languages_have_them() {
    assert_golden("newcomer_comparison", &table(COMPARISONS, comparison));
}

#[test]
fn rules_as_other_languages_have_them() {
    assert_golden("newcomer_rule", &table(RULES, rule));
}

#[test]
fn types_as_other_languages_have_them() {
    let case = |name: &str, text: &str| field(name, text.trim_matches('\''));
    assert_golden("newcomer_type", &table(FIELDS, case));
}

#[test]
fn settings_as_other_languages_have_them() {
    assert_golden(
        "newcomer_policy",
        &[
            policy("no default", "language: audit/2\nrules: []\n"),
            policy("no rules", "language: audit/2\ndefault: block\n"),
            policy(
                "words for settings",
                "language: audit/2\ndefault: deny\ncombine: Deny-Overrides\non_missing: skip\non_error: deny\nrules: []\n",
            ),
            policy(
                "a mode for every action",
                "language: audit/2\ndefault: block\nmodes: {'*': dry-run}\nrules: []\n",
            ),
            schema("no actions", "language: audit/2\nactor: {fields: {}}\n"),
        ],
    );
}
