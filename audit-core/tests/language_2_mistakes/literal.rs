//! Literals, type by type; patterns and networks.

use audit_core::Policy;

use crate::language_2_mistakes::golden::{assert_golden, comparison, table};

const INTEGERS: &str = "
an integer in quotes | '5'
an integer with a fraction | 5.5
an integer with a point | 5.0
an integer above 64 bits | 18446744073709551616
an integer below 64 bits | -9223372036854775809
an integer of 50 digits | 12345678901234567890123456789012345678901234567890
an integer with an exponent | 1e3
an integer with marks | 1_000
an integer that is a boolean | true
";

const DECIMALS: &str = "
a decimal of 40 digits | 1234567890123456789012345678901234567890
a decimal of 40 digits in quotes | '1234567890.123456789012345678901234567890'
a decimal of 29 digits | 0.00000000000000000000000000001
a decimal with an exponent | 1e3
a decimal with an exponent in quotes | '1.5E3'
a decimal with commas | '1,000.00'
a decimal with marks | 1_000.00
a decimal without a digit before the point | .5
a decimal without a digit behind the point | 5.
a decimal that is a word | much
a decimal with a currency | '5 EUR'
a decimal that is infinite | .inf
a decimal that is a boolean | false
";

const OTHERS: &str = "
a number in quotes | action.share equals '0.5'
a number that is none | action.share equals .nan
a number that is a word | action.share equals half
a boolean in quotes | action.urgent equals 'true'
a boolean as a word | action.urgent equals yes
a text that is a number | action.currency equals 1.5
a text that is a boolean | action.currency equals true
a text that can't be null | action.currency equals null
a text that is a map | action.currency equals {a: b}
a tag of one's own | action.currency equals !x y
a tag that does not fit | action.currency equals !!int y
null of a part that can't be null | action.address.city equals null
null beside another operator | snapshot.frozen_until before null
a part of a text that is a number | action.currency starts_with 5
an item of another type | actor.groups contains 5
a pattern that is a number | action.currency matches 5
";

const NETWORKS: &str = "
a prefix that is too long | 10.0.0.0/33
an address with three parts | 10.0.0/8
bits behind the prefix | 10.0.0.5/8
no prefix | 10.0.0.1
no prefix in IPv6 | '2001:db8::1'
a prefix that is no number | 10.0.0.0/x
a prefix with a zero in front | 10.0.0.0/08
a mask in place of a prefix | 10.0.0.0/255.0.0.0
bits behind the prefix in IPv6 | '2001:db8::1/32'
a prefix that is too long in IPv6 | '2001:db8::/129'
IPv4 addresses in IPv6 | '::ffff:10.0.0.0/104'
a name | example.org/8
a number | 10.5
an empty text | ''
an empty list | []
mistakes in a list | [10.0.0.0/8, 10.0.0.0/8, 10.0.0.1/8, 5]
";

const EXPRESSIONS: &str = r"
a group that is not closed | 'a(b'
a class that is not closed | '[a-z'
nothing to repeat | '*.txt'
look-around | '^(?!x).*'
a back-reference | '(a)\1'
an escape that does not exist | 'a\q'
a class that does not exist | '\p{Klingon}'
a range the wrong way round | '[z-a]'
an explosion | '(a{1000}){1000}'
a nested explosion | '((a{1000}){1000}){1000}'
many letters of the world | '\w{300}'
a number | 5
";

#[test]
fn a_literal_is_of_the_type_of_its_field() {
    let of = |field: &'static str| {
        move |name: &str, value: &str| comparison(name, &format!("{field} equals {value}"))
    };
    let mut cases = table(INTEGERS, of("action.count"));
    cases.extend(table(DECIMALS, of("action.amount")));
    cases.extend(table(OTHERS, comparison));
    assert_golden("literal", &cases);
}

#[test]
fn a_network_has_an_address_and_a_prefix() {
    let network =
        |name: &str, value: &str| comparison(name, &format!("action.currency in_cidr {value}"));
    assert_golden("network", &table(NETWORKS, network));
}

#[test]
fn a_regular_expression_is_one_and_small_enough() {
    let expression = |name: &str, value: &str| {
        comparison(name, &format!("action.currency matches_regex {value}"))
    };
    let mut cases = table(EXPRESSIONS, expression);
    let nested = format!("'{}{}'", "(".repeat(70), ")".repeat(70));
    cases.push(expression("groups that nest too deep", &nested));
    assert_golden("expression", &cases);
}

#[test]
fn a_list_holds_ten_thousand_literals_and_no_more() {
    let problems = |count: usize| {
        let items: Vec<String> = (0..count).map(|item| item.to_string()).collect();
        let case = comparison("", &format!("action.count in [{}, x]", items.join(",")));
        let error = Policy::from_strings(&case.schema, &case.policy, None).unwrap_err();
        error.problems()[0].to_string()
    };
    assert_eq!(
        problems(10_000),
        "policy:7:56: found a list of 10001 items, at most 10000 are accepted [P110]"
    );
    let in_the_list = problems(9_999);
    assert!(
        in_the_list.ends_with("found the text `x` [P207]"),
        "{in_the_list}"
    );
}
