//! Literals, type by type; patterns and networks.

use crate::language2_mistakes::golden::{Case, assert_golden, condition};

fn of(name: &'static str, subject: &str, operator: &str, value: &str) -> Case {
    condition(
        name,
        &format!("{{subject: {subject}, operator: {operator}, value: {value}}}"),
    )
}

#[test]
fn a_literal_is_of_the_type_of_its_field() {
    let integer = |name, value: &str| of(name, "action.count", "equals", value);
    let decimal = |name, value: &str| of(name, "action.amount", "equals", value);
    let number = |name, value: &str| of(name, "action.share", "equals", value);
    let text = |name, value: &str| of(name, "action.currency", "equals", value);
    assert_golden(
        "literal",
        &[
            integer("an integer in quotes", "'5'"),
            integer("an integer with a fraction", "5.5"),
            integer("an integer with a point", "5.0"),
            integer("an integer above 64 bits", "18446744073709551616"),
            integer("an integer below 64 bits", "-9223372036854775809"),
            integer(
                "an integer of 50 digits",
                "12345678901234567890123456789012345678901234567890",
            ),
            integer("an integer with an exponent", "1e3"),
            integer("an integer with marks", "1_000"),
            integer("an integer that is a boolean", "true"),
            decimal(
                "a decimal of 40 digits",
                "1234567890123456789012345678901234567890",
            ),
            decimal(
                "a decimal of 40 digits in quotes",
                "'1234567890.123456789012345678901234567890'",
            ),
            decimal("a decimal of 29 digits", "0.00000000000000000000000000001"),
            decimal("a decimal with an exponent", "1e3"),
            decimal("a decimal with an exponent in quotes", "'1.5E3'"),
            decimal("a decimal with commas", "'1,000.00'"),
            decimal("a decimal with marks", "1_000.00"),
            decimal("a decimal without a digit before the point", ".5"),
            decimal("a decimal without a digit behind the point", "5."),
            decimal("a decimal that is a word", "much"),
            decimal("a decimal with a currency", "'5 EUR'"),
            decimal("a decimal that is infinite", ".inf"),
            decimal("a decimal that is a boolean", "false"),
            number("a number in quotes", "'0.5'"),
            number("a number that is none", ".nan"),
            number("a number that is a word", "half"),
            of("a boolean in quotes", "action.urgent", "equals", "'true'"),
            of("a boolean as a word", "action.urgent", "equals", "yes"),
            text("a text that is a number", "1.5"),
            text("a text that is a boolean", "true"),
            text("a text that can't be null", "null"),
            text("a text that is a map", "{a: b}"),
            text("a tag of one's own", "!x y"),
            text("a tag that does not fit", "!!int y"),
            of(
                "null of a part that may be null",
                "action.address.city",
                "equals",
                "null",
            ),
            of(
                "null beside another operator",
                "snapshot.frozen_until",
                "before",
                "null",
            ),
            of(
                "a part of a text that is a number",
                "action.currency",
                "starts_with",
                "5",
            ),
            of("an item of another type", "actor.groups", "contains", "5"),
        ],
    );
}

#[test]
fn a_network_has_an_address_and_a_prefix() {
    let network = |name, value: &str| of(name, "action.currency", "in_cidr", value);
    assert_golden(
        "network",
        &[
            network("a prefix that is too long", "10.0.0.0/33"),
            network("an address with three parts", "10.0.0/8"),
            network("bits behind the prefix", "10.0.0.5/8"),
            network("no prefix", "10.0.0.1"),
            network("no prefix in IPv6", "'2001:db8::1'"),
            network("a prefix that is no number", "10.0.0.0/x"),
            network("a prefix with a zero in front", "10.0.0.0/08"),
            network("a mask in place of a prefix", "10.0.0.0/255.0.0.0"),
            network("bits behind the prefix in IPv6", "'2001:db8::1/32'"),
            network("a prefix that is too long in IPv6", "'2001:db8::/129'"),
            network("IPv4 addresses in IPv6", "'::ffff:10.0.0.0/104'"),
            network("a name", "example.org/8"),
            network("a number", "10.5"),
            network("an empty list", "[]"),
            network(
                "mistakes in a list",
                "[10.0.0.0/8, 10.0.0.0/8, 10.0.0.1/8, 5]",
            ),
        ],
    );
}

#[test]
fn a_regular_expression_is_one_and_small_enough() {
    let expression = |name, value: &str| of(name, "action.currency", "matches_regex", value);
    assert_golden(
        "expression",
        &[
            expression("a group that is not closed", "'a(b'"),
            expression("a class that is not closed", "'[a-z'"),
            expression("nothing to repeat", "'*.txt'"),
            expression("look-around", "'^(?!x).*'"),
            expression("a back-reference", "'(a)\\1'"),
            expression("an escape that does not exist", "'a\\q'"),
            expression("a class that does not exist", "'\\p{Klingon}'"),
            expression("a range the wrong way round", "'[z-a]'"),
            expression("an explosion", "'(a{1000}){1000}'"),
            expression("a nested explosion", "'((a{1000}){1000}){1000}'"),
            expression("many letters of the world", "'\\w{300}'"),
            expression(
                "groups that nest too deep",
                &format!("'{}{}'", "(".repeat(70), ")".repeat(70)),
            ),
            expression("a number", "5"),
            of(
                "a pattern that is a number",
                "action.currency",
                "matches",
                "5",
            ),
        ],
    );
}
