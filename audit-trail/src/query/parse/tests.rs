use audit_core::{Effect, EventKind, Status, Timestamp};
use std::time::Duration;

use crate::query::{Condition, Literal, Order, Pattern, Query, Test};

fn now() -> Timestamp {
    "2026-11-29T12:00:00Z".parse().unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What is wrong with a text.
fn mistakes(text: &str) -> String {
    Query::parse(text, now()).unwrap_err().to_string()
}

#[test]
fn each_form_of_a_term_asks_for_what_it_says() {
    let query = Query::new;
    for (text, built) in [
        ("", query()),
        ("  ", query()),
        (r#"actor:"al ice""#, query().actor("al ice")),
        (r#"actor:"al*""#, query().actor("al*")),
        (
            r#"actor:al"*"*"#,
            query().with(Condition::Actor({
                let mut pattern = Pattern::from("al*");
                pattern.push_run();
                pattern
            })),
        ),
        ("actor:al?c*", query().actor(Pattern::wild("al?c*"))),
        (r#"actor:"a\"b\\\u{e9}\n""#, query().actor("a\"b\\\u{e9}\n")),
        (
            "effect:block,require_approval",
            query()
                .effect(Effect::Block)
                .effect(Effect::RequireApproval),
        ),
        (
            "effect:block effect:require_approval",
            query()
                .effect(Effect::RequireApproval)
                .effect(Effect::Block),
        ),
        (
            "-rule:x,y",
            query()
                .without(Condition::Rule("x".into()))
                .without(Condition::Rule("y".into())),
        ),
        ("outcome:un*,open", query().outcome(Status::Unknown).open()),
        ("kind:sink_failure", query().kind(EventKind::SinkFailure)),
        ("since:24h", query().since(at("2026-11-28T12:00:00Z"))),
        (
            "until:2026-11-01",
            query().until(at("2026-11-01T00:00:00Z")),
        ),
        (
            "since:2026-11-01T08:00Z",
            query().since(at("2026-11-01T08:00:00Z")),
        ),
        (
            "since:2026-11-01T08:00",
            query().since(at("2026-11-01T08:00:00Z")),
        ),
        (
            "since:2026-11-01T08:00+02:00",
            query().since(at("2026-11-01T06:00:00Z")),
        ),
        (
            "took>5ms",
            query().took_at_least(Duration::from_nanos(5_000_001)),
        ),
        (
            "took>=5ms took<1s",
            query()
                .took_at_least(Duration::from_millis(5))
                .took_at_most(Duration::from_nanos(999_999_999)),
        ),
        ("seq:100..200", query().seq(100..=200)),
        ("seq:100..", query().seq_from(100)),
        ("seq:..200", query().seq_to(200)),
        ("seq:150", query().seq(150..=150)),
        ("order:oldest", query().order(Order::Oldest)),
        (
            "field.action.amount>1000",
            query().field("action.amount", Test::More(1000_i64.into())),
        ),
        (
            "field.data.by:bob",
            query().field("data.by", Test::Equals("bob".into())),
        ),
        (
            "field.data.by:5",
            query().field("data.by", Test::Equals(5_i64.into())),
        ),
        (
            r#"field.data.by:"5""#,
            query().field("data.by", Test::Equals("5".into())),
        ),
        ("field.data.by:*", query().field("data.by", Test::Exists)),
        (
            "field.data.by:null",
            query().field("data.by", Test::Equals(Literal::null())),
        ),
        (
            r#"field.data."odd key".0<=-1.5"#,
            query().field(
                crate::FieldPath::new(["data", "odd key", "0"]),
                Test::AtMost((-1.5).into()),
            ),
        ),
    ] {
        assert_eq!(Query::parse(text, now()), Ok(built), "{text}");
    }
}

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let text = "actr:alice effect:blok,allow alice since:yesterday took:5ms -seq:1 ";
    assert_eq!(
        mistakes(text).lines().collect::<Vec<_>>(),
        [
            "column 1: unknown key `actr`, did you mean `actor`? expected one of `kind`, `name`, `actor`, `tenant`, \
             `action`, `resource`, `effect`, `rule`, `outcome`, `mode`, `id`, `call`, `field`, `seq`, `since`, `until`, \
             `took`, `order`",
            "column 19: unknown effect `blok`, did you mean `block`? expected one of `allow`, `block`, `require_approval`",
            "column 30: `alice` says nothing that is asked for, expected a key and a value such as `actor:alice`",
            "column 42: `yesterday` is no time, expected a time such as `2026-11-01T08:00Z`, a day such as `2026-11-01`, \
             or how long ago such as `90s`, `15m`, `24h`, `7d` or `2w`",
            "column 52: `took` takes no `:`, expected `took>`, `took>=`, `took<` or `took<=`",
            "column 62: `seq` can't be excluded with `-`",
        ]
    );
}

#[test]
fn a_mistake_names_what_was_found_and_what_is_accepted() {
    for (text, message) in [
        (
            "kind:decisions",
            "column 6: unknown kind `decisions`, did you mean `decision`? expected one of `decision`, `outcome`, \
          `event`, `operation`, `tenant`, `policy`, `mode`, `approval`, `sink_failure`, `loss`, `retention`, `erasure`, \
          `lifecycle`, `access`",
        ),
        (
            "outcome:won",
            "column 9: unknown outcome `won`, expected one of `completed`, `failed`, `panicked`, `cancelled`, \
          `refused`, `unknown`, `open`",
        ),
        (
            "mode:x*",
            "column 6: unknown mode `x*`, expected one of `off`, `shadow`, `enforce`",
        ),
        (
            "order:old",
            "column 7: unknown order `old`, expected one of `newest`, `oldest`",
        ),
        (
            "actor:",
            "column 6: a value is missing behind `:`, an empty text is written `\"\"`",
        ),
        (
            "actor:a,",
            "column 8: a value is missing behind `,`, an empty text is written `\"\"`",
        ),
        (
            "actor:\"al ice",
            "column 7: `\"al ice` has no closing quote",
        ),
        (
            r#"actor:"a\x""#,
            r#"column 9: unknown escape `\x`, expected `\"`, `\\`, `\n`, `\r`, `\t` or `\u{..}`"#,
        ),
        (
            "actor.id:x",
            "column 1: `actor` has no parts, a field of the record is asked for as `field.actor.id`",
        ),
        (
            "field:x",
            "column 1: `field` needs a path, such as `field.action.amount>1000`",
        ),
        (
            "field.:x",
            "column 7: a name is missing behind `.`, expected one such as `action.amount`",
        ),
        (
            "field.a>x*",
            "column 9: `x*` has wildcards, which `>` can't compare; a text with such letters stands in quotes",
        ),
        (
            "actor>alice",
            "column 1: `actor` takes no `>`, expected `actor:`",
        ),
        (
            "actor=alice",
            "column 1: `actor=alice` has no sign that is known, expected `:`, `<`, `<=`, `>` or `>=`",
        ),
        (
            "seq:5..1",
            "column 5: `5..1` is no place in the trail, expected one such as `150`, `100..200`, `100..` or `..200`",
        ),
        (
            "seq:..",
            "column 5: `..` is no place in the trail, expected one such as `150`, `100..200`, `100..` or `..200`",
        ),
        ("since:1h,2h", "column 1: `since` takes one value"),
        ("since:1h since:2h", "column 10: `since` is said twice"),
        ("took>1ms took>=2ms", "column 10: `took>=` is said twice"),
        (
            "took>5",
            "column 6: `5` is no length of time, expected one such as `5ms`, `90s` or `1h30m`",
        ),
        ("took<0ns", "column 6: nothing takes less than `0ns`"),
        (
            "id:7",
            "column 4: `7` is no UUID of version 7 such as `01a205f0-d476-7000-8000-000000000001`",
        ),
        (
            "é:\u{1b}[0m",
            "column 1: unknown key `é`, expected one of `kind`, `name`, `actor`, `tenant`, `action`, `resource`, \
          `effect`, `rule`, `outcome`, `mode`, `id`, `call`, `field`, `seq`, `since`, `until`, `took`, `order`",
        ),
        (
            "mode:\u{1b}[0m",
            "column 6: unknown mode `\\u{1b}[0m`, expected one of `off`, `shadow`, `enforce`",
        ),
    ] {
        assert_eq!(mistakes(text), message, "{text}");
    }
}

#[test]
fn a_place_counts_letters_and_not_bytes() {
    let error = Query::parse("actor:ééé mode:ü", now()).unwrap_err();
    let mistake = &error.mistakes()[0];
    assert_eq!((mistake.column, mistake.length), (16, 1));
}

#[test]
fn a_query_that_asks_for_too_much_is_refused() {
    let many = format!("actor:{}", vec!["a"; 129].join(","));
    assert_eq!(
        mistakes(&many),
        "column 1: the query asks for more than 128 values, at most 128 are accepted"
    );
    let long = format!("actor:{}", "a".repeat(16 * 1024));
    assert_eq!(
        mistakes(&long),
        "column 1: the query has 16390 bytes, at most 16384 are read"
    );
}

#[test]
fn the_page_on_queries_speaks_of_every_key_and_its_examples_are_queries() {
    let page = include_str!("../../../../docs/trail-query.md");
    for key in crate::query::key::Key::ALL {
        let is_named = [format!("`{key}`"), format!("`{key}.PATH`")];
        assert!(
            is_named.iter().any(|name| page.contains(name.as_str())),
            "nothing is said of `{key}`"
        );
    }
    let mut examples = 0;
    for block in page.split("```query\n").skip(1) {
        let (block, _) = block.split_once("```").unwrap();
        for text in block.lines() {
            examples += 1;
            let read = Query::parse(text, now());
            assert!(read.is_ok(), "{text}: {read:?}");
        }
    }
    assert_eq!(examples, 16);
    let (_, session) = page.split_once("```text\n$ ").unwrap();
    let mut lines = session.lines();
    let told = mistakes(lines.next().unwrap());
    for (told, shown) in told.lines().zip(lines) {
        assert!(told.starts_with(shown.trim_end_matches("...")), "{told}");
    }
}
