//! Comparisons: the field, the operator, and whether both sides fit.

use crate::language_2_mistakes::golden::{assert_golden, comparison, condition, rule, table};

const SUBJECTS: &str = "
a misspelled field | action.curency
a field of another domain | action.role
a field that does not exist | actor.shoe_size
a misspelled domain | acton.currency
no domain | currency
no field | action
nothing behind the dot | action.
a part that does not exist | action.address.citi
a part of a text | actor.role.name
a part of a list | actor.groups.first
a name that holds a dot | action.dotted.name
a quoted path | 'action.curency'
a number | 5
a list | [action, currency]
a map without a field | {domain: action}
a map with an empty path | {domain: action, field: []}
a map with a misspelled part | {domain: action, field: [address, citi]}
a map with a misspelled domain | {domain: actions, field: currency}
what comes with every request | request.tennant
";

const SCOPED: &str = "
a field of an action in a global rule | {global: true}, when: {subject: action.currency
a field of an action in a rule for actors | {actor: bob}, when: {subject: action.currency
actions that declare it differently | {action: [refund, payout]}, when: {subject: action.currency
actions of which one does not declare it | {action: [refund, payout]}, when: {subject: action.note
";

const OPERATORS: &str = "
a sign | action.amount '>=' 1
an unquoted sign | action.amount == 1
a short word | action.amount gte 1
another word | action.amount regex 1
a misspelled word | action.amount greater_then 1
a negated word | action.amount not_contains 1
between | action.amount between 1
a number | action.amount 5 1
of texts on a number | action.amount starts_with 1
of numbers on a text | action.currency less_than 1
of numbers on a time | action.due greater_than 1
of times on a text | action.currency before 1
of single values on a list | actor.groups equals 1
of single values on a map | action.address equals 1
`exists` of what is always there | action.currency exists 1
of texts on a boolean | action.urgent matches 1
";

const FIELDS: &str = "
a decimal equals an integer | action.amount equals {subject: actor.level}
a decimal above a number | action.amount greater_than {subject: action.share}
a text in a text | action.currency in {subject: actor.role}
a text in a list of numbers | action.currency in {subject: action.lines}
a list that contains a number | actor.groups contains {subject: action.count}
a text that contains a number | action.currency contains {subject: action.count}
a time before a text | action.due before {subject: action.currency}
a pattern from a field | action.currency matches {subject: actor.role}
a network from a field | action.currency in_cidr {subject: actor.role}
a field that does not exist | action.currency equals {subject: actor.roel}
";

const VALUES: &str = "
the path of a field as a literal | action.amount greater_than actor.limit
no value | action.amount equals
a map that is none of the forms | action.amount equals {field: actor.limit}
a field and more | action.amount equals {subject: actor.limit, times: 2}
a literal and more | action.amount equals {literal: 5, subject: actor.limit}
a list beside `equals` | action.currency equals [EUR, USD]
one text beside `in` | action.currency in EUR
an empty list | action.currency in []
mistakes in a list | action.count in [1, x, 2.5, null, [3]]
a value twice | action.amount in [1, 1.0, '1.00', x]
`exists` with a word | action.note exists maybe
";

const KEYS: &str = "
no key for the value | {subject: action.amount, operator: equals}
a misspelled key for the value | {subject: action.amount, operator: equals, vale: 5}
a misspelled key for the subject | {subjct: action.amount, operator: equals, value: 5}
no operator and no value | {subject: action.amount}
an operator that is nothing | {subject: action.amount, operator: , value: 1}
";

#[test]
fn a_field_is_one_that_the_schema_declares() {
    let mut cases = table(SUBJECTS, |name, subject| {
        condition(
            name,
            &format!("{{subject: {subject}, operator: equals, value: 'x'}}"),
        )
    });
    cases.extend(table(SCOPED, |name, scope| {
        rule(
            name,
            &format!("{{id: a, effect: block, scope: {scope}, operator: equals, value: x}}}}"),
        )
    }));
    assert_golden("subject", &cases);
}

#[test]
fn an_operator_exists_and_can_compare_the_field() {
    assert_golden("operator", &table(OPERATORS, comparison));
}

#[test]
fn a_field_on_the_right_has_the_type_of_the_one_on_the_left() {
    assert_golden("sides", &table(FIELDS, comparison));
}

#[test]
fn a_value_has_one_of_the_forms() {
    let mut cases = table(VALUES, comparison);
    cases.extend(table(KEYS, condition));
    assert_golden("value", &cases);
}
