//! Comparisons: the field, the operator, and whether both sides fit.

use crate::language2_mistakes::golden::{assert_golden, condition, rule};

#[test]
fn a_field_is_one_that_the_schema_declares() {
    let of = |name, subject: &str| {
        condition(
            name,
            &format!("{{subject: {subject}, operator: equals, value: 'x'}}"),
        )
    };
    let global = |name, scope: &str, subject: &str| {
        rule(
            name,
            &format!(
                "{{id: a, scope: {scope}, effect: block, when: {{subject: {subject}, operator: equals, value: x}}}}"
            ),
        )
    };
    assert_golden(
        "subject",
        &[
            of("a misspelled field", "action.curency"),
            of("a field of another domain", "action.role"),
            of("a field that does not exist", "actor.shoe_size"),
            of("a misspelled domain", "acton.currency"),
            of("no domain", "currency"),
            of("no field", "action"),
            of("nothing behind the dot", "action."),
            of("a part that does not exist", "action.address.citi"),
            of("a part of a text", "actor.role.name"),
            of("a part of a list", "actor.groups.first"),
            of("a name that holds a dot", "action.dotted.name"),
            of("a quoted path", "'action.curency'"),
            of("a number", "5"),
            of("a list", "[action, currency]"),
            of("a map without a field", "{domain: action}"),
            of("a map with an empty path", "{domain: action, field: []}"),
            of(
                "a map with a misspelled part",
                "{domain: action, field: [address, citi]}",
            ),
            of(
                "a map with a misspelled domain",
                "{domain: actions, field: currency}",
            ),
            of("what comes with every request", "request.tennant"),
            global(
                "a field of an action in a global rule",
                "{global: true}",
                "action.currency",
            ),
            global(
                "a field of an action in a rule for actors",
                "{actor: bob}",
                "action.currency",
            ),
            global(
                "actions that declare it differently",
                "{action: [refund, payout]}",
                "action.currency",
            ),
            global(
                "actions of which one does not declare it",
                "{action: [refund, payout]}",
                "action.note",
            ),
        ],
    );
}

#[test]
fn an_operator_exists_and_can_compare_the_field() {
    let of = |name, operator: &str| {
        condition(
            name,
            &format!("{{subject: action.amount, operator: {operator}, value: 1}}"),
        )
    };
    let on = |name, subject: &str, operator: &str| {
        condition(
            name,
            &format!("{{subject: {subject}, operator: {operator}, value: 1}}"),
        )
    };
    assert_golden(
        "operator",
        &[
            of("a sign", "'>='"),
            of("an unquoted sign", "=="),
            of("a short word", "gte"),
            of("another word", "regex"),
            of("a misspelled word", "greater_then"),
            of("a negated word", "not_contains"),
            of("between", "between"),
            of("a number", "5"),
            of("nothing", ""),
            on("of texts on a number", "action.amount", "starts_with"),
            on("of numbers on a text", "action.currency", "less_than"),
            on("of numbers on a time", "action.due", "greater_than"),
            on("of times on a text", "action.currency", "before"),
            on("of single values on a list", "actor.groups", "equals"),
            on("of single values on a map", "action.address", "equals"),
            on(
                "`exists` of what is always there",
                "action.currency",
                "exists",
            ),
            on("of texts on a boolean", "action.urgent", "matches"),
        ],
    );
}

#[test]
fn both_sides_have_one_type() {
    let of = |name, subject: &str, operator: &str, value: &str| {
        condition(
            name,
            &format!("{{subject: {subject}, operator: {operator}, value: {value}}}"),
        )
    };
    let field = |name, subject: &str, operator: &str, other: &str| {
        of(name, subject, operator, &format!("{{subject: {other}}}"))
    };
    assert_golden(
        "sides",
        &[
            field(
                "a decimal equals an integer",
                "action.amount",
                "equals",
                "actor.level",
            ),
            field(
                "a decimal above a number",
                "action.amount",
                "greater_than",
                "action.share",
            ),
            field("a text in a text", "action.currency", "in", "actor.role"),
            field(
                "a text in a list of numbers",
                "action.currency",
                "in",
                "action.lines",
            ),
            field(
                "a list that contains a number",
                "actor.groups",
                "contains",
                "action.count",
            ),
            field(
                "a text that contains a number",
                "action.currency",
                "contains",
                "action.count",
            ),
            field(
                "a time before a text",
                "action.due",
                "before",
                "action.currency",
            ),
            field(
                "a pattern from a field",
                "action.currency",
                "matches",
                "actor.role",
            ),
            field(
                "a network from a field",
                "action.currency",
                "in_cidr",
                "actor.role",
            ),
            field(
                "a field that does not exist",
                "action.currency",
                "equals",
                "actor.roel",
            ),
            of(
                "the path of a field as a literal",
                "action.amount",
                "greater_than",
                "actor.limit",
            ),
            of("no value", "action.amount", "equals", ""),
            condition(
                "no key for the value",
                "{subject: action.amount, operator: equals}",
            ),
            condition(
                "a misspelled key for the value",
                "{subject: action.amount, operator: equals, vale: 5}",
            ),
            condition(
                "a misspelled key for the subject",
                "{subjct: action.amount, operator: equals, value: 5}",
            ),
            condition("no operator and no value", "{subject: action.amount}"),
            of(
                "a map that is none of the forms",
                "action.amount",
                "equals",
                "{field: actor.limit}",
            ),
            of(
                "a field and more",
                "action.amount",
                "equals",
                "{subject: actor.limit, times: 2}",
            ),
            of(
                "a literal and more",
                "action.amount",
                "equals",
                "{literal: 5, subject: actor.limit}",
            ),
            of(
                "a list beside `equals`",
                "action.currency",
                "equals",
                "[EUR, USD]",
            ),
            of("one text beside `in`", "action.currency", "in", "EUR"),
            of("an empty list", "action.currency", "in", "[]"),
            of(
                "mistakes in a list",
                "action.count",
                "in",
                "[1, x, 2.5, null, [3]]",
            ),
            of(
                "a value twice",
                "action.amount",
                "in",
                "[1, 1.0, '1.00', x]",
            ),
            of("`exists` with a word", "action.note", "exists", "maybe"),
        ],
    );
}
