//! What words stand for, and that no text costs more than its length.

use super::{Document, Kind, MAX_BYTES, MAX_DEPTH, MAX_MARKS, Node, Scalar, read};
use crate::policy::problem::ProblemKind;

fn root(text: &str) -> Node {
    let document = read(text);
    assert!(document.failure.is_none(), "{:?}", document.failure);
    document.root.unwrap()
}

fn failure(text: &str) -> ProblemKind {
    read(text).failure.expect(text).kind
}

fn plain(text: &str) -> Scalar {
    Scalar::resolve(text, true, None).unwrap()
}

#[test]
fn words_resolve_as_serde_yaml_resolves_them() {
    for word in ["", "~", "null", "Null", "NULL"] {
        assert_eq!(plain(word), Scalar::Null, "{word}");
    }
    assert_eq!(plain("TRUE"), Scalar::Boolean(true));
    assert_eq!(plain("False"), Scalar::Boolean(false));
    for (word, number) in [
        ("0", 0),
        ("+5", 5),
        ("0x1F", 31),
        ("+0b11", 3),
        ("0o17", 15),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(plain(word), Scalar::Unsigned(number), "{word}");
    }
    for (word, number) in [
        ("-1", -1),
        ("-0", 0),
        ("-0x10", -16),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(plain(word), Scalar::Negative(number), "{word}");
    }
    for word in [
        "18446744073709551616",
        "-9223372036854775809",
        "-170141183460469231731687303715884105728",
    ] {
        assert_eq!(plain(word), Scalar::Huge, "{word}");
    }
    for (word, number) in [
        (".5", 0.5),
        ("5.", 5.0),
        ("+1e3", 1e3),
        (".Inf", f64::INFINITY),
        ("-.INF", f64::NEG_INFINITY),
    ] {
        assert_eq!(plain(word), Scalar::Float(number), "{word}");
    }
    assert!(matches!(plain(".nan"), Scalar::Float(number) if number.is_nan()));
    assert!(matches!(
        plain("340282366920938463463374607431768211456"),
        Scalar::Float(_)
    ));
    for word in [
        "yes",
        "on",
        "tRUE",
        "nULL",
        "012",
        "-012",
        "+012",
        "1_000",
        "1e400",
        "inf",
        "nan",
        "infinity",
        "+.nan",
        "-.nan",
        "++5",
        "+-5",
        "--5",
        "0x",
        "0x+1",
        "-0x-1",
        "2026-01-01",
        ".",
        "e3",
        "é",
    ] {
        assert_eq!(plain(word), Scalar::Text, "{word}");
    }
}

#[test]
fn quotes_and_tags_come_before_the_word() {
    let items = root(
        "['5', !!str 5, !!int '5', !!float '5', !!bool 'true', !!null '~', !!other 5, !!int x, !mine 5]",
    );
    let scalars: Vec<Option<Scalar>> = items.items().unwrap().iter().map(Node::scalar).collect();
    let expected = [
        Some(Scalar::Text),
        Some(Scalar::Text),
        Some(Scalar::Unsigned(5)),
        Some(Scalar::Float(5.0)),
        Some(Scalar::Boolean(true)),
        Some(Scalar::Null),
        Some(Scalar::Text),
        None,
        None,
    ];
    assert_eq!(scalars, expected);
}

#[test]
fn places_count_lines_and_characters_from_one() {
    let map = root("é: 1\nb:\n  - xyz\n");
    let [key, list] = &map.entries().unwrap()[1];
    assert_eq!(
        (key.place.line, key.place.column, key.place.length),
        (2, 1, 1)
    );
    let item = &list.items().unwrap()[0];
    assert_eq!(
        (item.place.line, item.place.column, item.place.length),
        (3, 5, 3)
    );
    let value = &map.entries().unwrap()[0][1];
    assert_eq!((value.place.line, value.place.column), (1, 4));
}

#[test]
fn an_alias_is_its_target_at_its_own_place() {
    let map = root("a: &x [1, 2]\nb: *x\n");
    let alias = map.get("b").unwrap();
    assert_eq!(alias.items().unwrap().len(), 2);
    assert_eq!((alias.place.line, alias.place.column), (2, 4));
}

#[test]
fn a_broken_text_keeps_what_came_before() {
    let Document { root, failure } = read("a: 1\nb: [x, {c");
    let root = root.unwrap();
    assert_eq!(failure.unwrap().kind, ProblemKind::YamlSyntax);
    assert!(!root.whole);
    assert_eq!(root.get("a").unwrap().scalar(), Some(Scalar::Unsigned(1)));
    let inner = &root.get("b").unwrap().items().unwrap()[1];
    assert!(!inner.whole);
    assert!(matches!(
        inner.entries().unwrap(),
        [] | [[
            _,
            Node {
                kind: Kind::Cut | Kind::Scalar { .. },
                ..
            }
        ]]
    ));
}

#[test]
fn what_is_not_one_document_is_refused() {
    assert!(read("").root.is_none());
    assert!(read("# only a comment\n").failure.is_none());
    assert_eq!(failure("a: 1\n---\nb: 1\n"), ProblemKind::MultipleDocuments);
    assert_eq!(failure("{a: 1} b"), ProblemKind::MultipleDocuments);
    assert_eq!(
        failure("\u{feff}a: 1\nb: 1\n"),
        ProblemKind::MultipleDocuments
    );
    for text in [
        "a: *nobody",
        "a: &x [*x]",
        "{: 1}",
        "{a: |}",
        "{a: !b}",
        "a: \"",
        "a:\n\tb: 1",
        "a: b: c",
        "@",
        "%",
        "a: !x! y",
        "\0",
    ] {
        assert_eq!(failure(text), ProblemKind::YamlSyntax, "{text:?}");
    }
}

#[test]
fn depth_counts_through_aliases() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(read(&nested(MAX_DEPTH)).failure.is_none());
    assert_eq!(failure(&nested(MAX_DEPTH + 1)), ProblemKind::TooLarge);
    let links: Vec<String> = (1..=MAX_DEPTH)
        .map(|link| format!("- &a{link} [*a{}]\n", link - 1))
        .collect();
    let chain = links.concat();
    assert_eq!(failure(&format!("- &a0 x\n{chain}")), ProblemKind::TooLarge);
}

#[test]
fn hostile_texts_are_refused_quickly() {
    let level = |level: usize| {
        format!(
            "a{level}: &a{level} [{}]\n",
            vec![format!("*a{}", level - 1); 10].join(",")
        )
    };
    let bomb = (1..64).map(level).collect::<Vec<_>>().concat();
    let stairs: Vec<String> = (0..1_000)
        .map(|depth| format!("{}a:\n", " ".repeat(depth)))
        .collect();
    let texts = [
        "a".repeat(MAX_BYTES + 1),
        "- ".repeat(100_000),
        "[".repeat(100_000),
        "{".repeat(100_000),
        "[{a: ".repeat(100_000),
        "? ".repeat(100_000),
        stairs.concat(),
        "[a: 1,".repeat(MAX_MARKS),
        format!("[{}", "*a ".repeat(MAX_MARKS + 1)),
        format!("a0: &a0 x\n{bomb}"),
    ];
    for text in texts {
        let kind = failure(&text);
        assert!(
            matches!(kind, ProblemKind::TooLarge | ProblemKind::YamlSyntax),
            "{kind}: {text:.20}"
        );
    }
}

#[test]
fn long_harmless_texts_are_read() {
    for text in [
        format!("a: {}", "x ".repeat(1_000_000)),
        format!("- {}\n", "x").repeat(200_000),
        format!("[{}]", "a: 1,".repeat(50_000)),
    ] {
        assert!(read(&text).root.is_some());
    }
}
