//! What each operator means.

use audit_core::{Actor, Fields, Value};

use crate::asked::{Asked, holds};

/// Asks a row of conditions, each with the answer.
fn table(asked: &Asked, rows: &[(&str, bool)]) {
    for (condition, expected) in rows {
        assert_eq!(holds(condition, asked), Some(*expected), "{condition}");
        let negated = format!("{{not: {condition}}}");
        assert_eq!(holds(&negated, asked), Some(!expected), "{negated}");
    }
}

#[test]
fn whole_numbers_are_exact_in_all_of_64_bits() {
    let asked = Asked::pay().with("count", 9_007_199_254_740_993_i64);
    table(
        &asked,
        &[
            (
                "{subject: action.count, operator: equals, value: 9007199254740993}",
                true,
            ),
            (
                "{subject: action.count, operator: equals, value: 9007199254740992}",
                false,
            ),
            (
                "{subject: action.count, operator: greater_than, value: 9007199254740992}",
                true,
            ),
            (
                "{subject: action.count, operator: greater_than, value: 9007199254740993}",
                false,
            ),
            (
                "{subject: action.count, operator: greater_or_equal, value: 9007199254740993}",
                true,
            ),
            (
                "{subject: action.count, operator: less_or_equal, value: 9007199254740992}",
                false,
            ),
            (
                "{subject: action.count, operator: in, value: [1, 9007199254740993]}",
                true,
            ),
        ],
    );
    let asked = Asked::pay().with("count", u64::MAX);
    table(
        &asked,
        &[
            (
                "{subject: action.count, operator: equals, value: 18446744073709551615}",
                true,
            ),
            (
                "{subject: action.count, operator: not_equals, value: 18446744073709551614}",
                true,
            ),
            (
                "{subject: action.count, operator: greater_than, value: 18446744073709551614}",
                true,
            ),
            (
                "{subject: action.count, operator: greater_than, value: 9223372036854775807}",
                true,
            ),
            (
                "{subject: action.count, operator: less_than, value: 9223372036854775807}",
                false,
            ),
            (
                "{subject: action.count, operator: not_equals, value: 5}",
                true,
            ),
        ],
    );
    let asked = Asked::pay().with("count", i64::MIN);
    table(
        &asked,
        &[
            (
                "{subject: action.count, operator: less_or_equal, value: -9223372036854775808}",
                true,
            ),
            (
                "{subject: action.count, operator: greater_or_equal, value: -9223372036854775808}",
                true,
            ),
            (
                "{subject: action.count, operator: less_than, value: -9223372036854775808}",
                false,
            ),
        ],
    );
}

#[test]
fn money_is_a_decimal_and_never_a_float() {
    let asked = Asked::pay().with("money", "12.30").with("other_money", 12);
    table(
        &asked,
        &[
            (
                "{subject: action.money, operator: equals, value: 12.3}",
                true,
            ),
            (
                "{subject: action.money, operator: equals, value: \"12.300\"}",
                true,
            ),
            (
                "{subject: action.money, operator: greater_than, value: 12.29}",
                true,
            ),
            (
                "{subject: action.money, operator: less_or_equal, value: 12.30}",
                true,
            ),
            (
                "{subject: action.money, operator: greater_than, value: {subject: action.other_money}}",
                true,
            ),
            (
                "{subject: action.other_money, operator: in, value: [12.00, 13]}",
                true,
            ),
        ],
    );
    let tenth = Asked::pay().with("money", "0.30");
    table(
        &tenth,
        &[(
            "{subject: action.money, operator: equals, value: 0.3}",
            true,
        )],
    );
    for unfit in [
        Value::from(12.3),
        Value::from("12,30"),
        Value::from("1e3"),
        Value::from("1".repeat(40)),
    ] {
        let asked = Asked::pay().with("money", unfit.clone());
        let condition = "{subject: action.money, operator: greater_than, value: 1}";
        assert_eq!(holds(condition, &asked), None, "{unfit}");
    }
}

#[test]
fn texts_are_compared_exactly() {
    let asked = Asked::pay()
        .with("text", "Ada Lovelace")
        .with("other_text", "Ada");
    table(
        &asked,
        &[
            (
                "{subject: action.text, operator: equals, value: ada lovelace}",
                false,
            ),
            (
                "{subject: action.text, operator: contains, value: Love}",
                true,
            ),
            (
                "{subject: action.text, operator: contains, value: love}",
                false,
            ),
            (
                "{subject: action.text, operator: starts_with, value: {subject: action.other_text}}",
                true,
            ),
            (
                "{subject: action.text, operator: ends_with, value: lace}",
                true,
            ),
            (
                "{subject: action.text, operator: matches, value: \"A*e\"}",
                true,
            ),
            (
                "{subject: action.text, operator: matches, value: \"Ada\"}",
                false,
            ),
            (
                "{subject: action.text, operator: matches, value: \"[!B]da*\"}",
                true,
            ),
            (
                "{subject: action.text, operator: matches_regex, value: \"L.v\"}",
                true,
            ),
            (
                "{subject: action.text, operator: matches_regex, value: \"^Love\"}",
                false,
            ),
            (
                "{subject: action.text, operator: not_in, value: [Ada, Bob]}",
                true,
            ),
        ],
    );
}

#[test]
fn lists_contain_items_and_fields_are_in_lists() {
    let asked = Asked::pay()
        .with("words", vec!["a", "b"])
        .with("numbers", vec![1_i64, 2])
        .with("text", "b")
        .with("count", 3);
    table(
        &asked,
        &[
            (
                "{subject: action.words, operator: contains, value: a}",
                true,
            ),
            (
                "{subject: action.words, operator: contains, value: c}",
                false,
            ),
            (
                "{subject: action.words, operator: contains, value: {subject: action.text}}",
                true,
            ),
            (
                "{subject: action.text, operator: in, value: {subject: action.words}}",
                true,
            ),
            (
                "{subject: action.count, operator: not_in, value: {subject: action.numbers}}",
                true,
            ),
            (
                "{subject: action.numbers, operator: contains, value: 2}",
                true,
            ),
        ],
    );
    let odd = Asked::pay().with("words", vec![Value::from("a"), Value::from(1)]);
    let condition = "{subject: action.words, operator: contains, value: a}";
    assert_eq!(holds(condition, &odd), None);
}

#[test]
fn addresses_lie_in_networks_whatever_way_they_are_written() {
    let asked = |ip: &'static str| Asked::pay().with("ip", ip);
    let private = "{subject: action.ip, operator: in_cidr, value: [10.0.0.0/8, \"fd00::/8\"]}";
    for (ip, expected) in [
        ("10.1.2.3", Some(true)),
        ("::ffff:10.1.2.3", Some(true)),
        ("fd12::1", Some(true)),
        ("11.0.0.0", Some(false)),
        ("fe80::1", Some(false)),
        ("10.1.2", None),
        ("host", None),
    ] {
        assert_eq!(holds(private, &asked(ip)), expected, "{ip}");
    }
}

#[test]
fn times_are_compared_as_points_whatever_their_offset() {
    let asked = Asked::pay().with("when", "2026-11-23T10:00:00+01:00");
    table(
        &asked,
        &[
            (
                "{subject: action.when, operator: equals, value: \"2026-11-23T09:00:00Z\"}",
                true,
            ),
            (
                "{subject: action.when, operator: before, value: \"2026-11-23T09:00:01Z\"}",
                true,
            ),
            (
                "{subject: action.when, operator: after, value: \"2026-11-23T09:00:00Z\"}",
                false,
            ),
        ],
    );
    let no_offset = Asked::pay().with("when", "2026-11-23T10:00:00");
    let condition = "{subject: action.when, operator: after, value: \"2020-01-01T00:00:00Z\"}";
    assert_eq!(holds(condition, &no_offset), None);
}

#[test]
fn a_time_of_day_follows_its_zone_and_may_cross_midnight() {
    // Monday 2026-11-23. Berlin is an hour ahead.
    let at = |time: &'static str| Asked::pay().with("when", time);
    let office = "{subject: action.when, operator: within, value: {from: \"09:00\", to: \"17:30\", zone: Europe/Berlin, days: [mon, tue]}}";
    table(&at("2026-11-23T08:00:00Z"), &[(office, true)]);
    table(&at("2026-11-23T07:59:59Z"), &[(office, false)]);
    table(&at("2026-11-23T16:29:59Z"), &[(office, true)]);
    table(&at("2026-11-23T16:30:00Z"), &[(office, false)]);
    table(&at("2026-11-25T10:00:00Z"), &[(office, false)]);
    // In July it is two hours ahead.
    table(&at("2026-07-20T07:30:00Z"), &[(office, true)]);
    let night = "{subject: action.when, operator: within, value: {from: \"22:00\", to: \"06:00\", zone: UTC, days: [mon]}}";
    table(&at("2026-11-23T23:00:00Z"), &[(night, true)]);
    table(&at("2026-11-24T05:59:59Z"), &[(night, true)]);
    table(&at("2026-11-23T05:00:00Z"), &[(night, false)]);
    table(&at("2026-11-24T06:00:00Z"), &[(night, false)]);
}

#[test]
fn parts_of_maps_are_fields() {
    let place = Fields::new().with("city", "Bern");
    let asked = Asked::pay()
        .with("place", place.clone())
        .with("maybe_place", place);
    table(
        &asked,
        &[
            (
                "{subject: action.place.city, operator: equals, value: Bern}",
                true,
            ),
            (
                "{subject: action.maybe_place.city, operator: equals, value: Bern}",
                true,
            ),
            ("{subject: action.place.zip, operator: exists}", false),
            ("{subject: action.maybe_place, operator: exists}", true),
            (
                "{subject: {domain: action, field: [place, city]}, operator: equals, value: Basel}",
                false,
            ),
        ],
    );
}

#[test]
fn what_comes_with_the_request_is_a_field_too() {
    let mut asked = Asked::pay();
    asked.action = asked.action.on("order-1");
    asked.tenant = Some("acme");
    asked.time = Some("2026-11-23T12:00:00Z".parse().unwrap());
    asked.actor = Actor::new("ada");
    table(
        &asked,
        &[
            (
                "{subject: request.resource, operator: starts_with, value: order-}",
                true,
            ),
            (
                "{subject: request.tenant, operator: equals, value: acme}",
                true,
            ),
            (
                "{subject: request.time, operator: before, value: \"2026-11-23T12:00:01Z\"}",
                true,
            ),
            ("{subject: action.type, operator: equals, value: pay}", true),
        ],
    );
}
