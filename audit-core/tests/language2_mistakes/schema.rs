//! Declared fields.

use crate::language2_mistakes::golden::{assert_golden, field, schema};

#[test]
fn a_field_is_declared_completely() {
    assert_golden(
        "field",
        &[
            field("a type that does not exist", "amount: decimel"),
            field(
                "types that people expect",
                "{a: int, b: float, c: datetime, d: text, e: object, f: array}",
            ),
            field("a type that is no word", "amount: 5"),
            field("a type that is a list", "amount: [decimal]"),
            field("nothing at all", "amount:"),
            field("a list of nothing", "amount: list"),
            field("a map of nothing", "amount: map"),
            field("a list without `of`", "amount: {type: list}"),
            field("a map without `fields`", "amount: {type: map}"),
            field("a list of maps", "amount: {type: list, of: map}"),
            field(
                "`of` beside another type",
                "amount: {type: string, of: string}",
            ),
            field(
                "`fields` beside a list",
                "amount: {type: list, of: string, fields: {}}",
            ),
            field("no type", "amount: {optional: true}"),
            field("a misspelled key", "amount: {type: string, optinal: true}"),
            field(
                "a key of another language",
                "amount: {type: string, required: false}",
            ),
            field(
                "flags that are no booleans",
                "amount: {type: string, optional: yes, nullable: 'true'}",
            ),
            field(
                "a redaction that does not exist",
                "amount: {type: string, sensitive: masked}",
            ),
            field(
                "a redaction inside a map",
                "amount: {type: map, fields: {a: {type: string, sensitive: mask}, b: {type: map, fields: {c: {type: string, sensitive: drop}}}}}",
            ),
            field("a name twice", "{amount: decimal, amount: string}"),
            field("the name of the action's type", "type: string"),
            field("a name that is no text", "1: string"),
            field(
                "an unknown type inside a map",
                "a: {type: map, fields: {b: {type: list, of: strin}}}",
            ),
        ],
    );
}

#[test]
fn actions_and_domains_are_maps_with_fields() {
    assert_golden(
        "domain",
        &[
            schema(
                "an action twice",
                "language: audit/2\nactions:\n  a: {fields: {}}\n  a: {fields: {}}\n",
            ),
            schema(
                "an action without fields",
                "language: audit/2\nactions:\n  a:\n  b: {}\n",
            ),
            schema("actions as a list", "language: audit/2\nactions: [a, b]\n"),
            schema(
                "fields without the key",
                "language: audit/2\nactions:\n  a: {amount: decimal}\n",
            ),
            schema(
                "fields that are not there",
                "language: audit/2\nactions: {a: {fields: }}\nactor:\n",
            ),
            schema(
                "`sensitive` as version 1 writes it",
                "language: audit/2\nactions: {}\nactor: {fields: {email: string}, sensitive: {email: hash}}\n",
            ),
        ],
    );
}
