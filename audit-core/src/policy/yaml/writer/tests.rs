//! What was written comes back from our reader, and reads well.

use proptest::prelude::*;

use super::{number, text};
use crate::policy::yaml::{Node, Scalar, read};

/// What our reader finds as a key, as a value, as an item in brackets, and as a value in brackets.
fn read_back(written: &str) -> Vec<Node> {
    let page = format!("a:\n  - {written}: {written}\nb: [{written}, {{c: {written}, d: 1}}]\n");
    let document = read(&page);
    assert!(document.failure.is_none(), "{page}{:?}", document.failure);
    let root = document.root.unwrap();
    let [key, value] = root.get("a").unwrap().items().unwrap()[0]
        .entries()
        .unwrap()[0]
        .clone();
    let items = root.get("b").unwrap().items().unwrap().to_vec();
    let inner = items[1].get("c").unwrap().clone();
    vec![key, value, items[0].clone(), inner]
}

fn assert_text(original: &str) {
    for node in read_back(&text(original)) {
        assert_eq!(node.scalar(), Some(Scalar::Text), "{original:?}");
        assert_eq!(node.text().map(|text| &**text), Some(original));
    }
}

#[test]
fn odd_texts_come_back_as_they_were() {
    for original in [
        "",
        " ",
        "~",
        "-",
        "--",
        "---",
        "...",
        ":",
        ": ",
        "#",
        "a #b",
        "a: b",
        "?",
        "? a",
        "- a",
        "!a",
        "&a",
        "*a",
        "%a",
        "@a",
        "`a",
        "|",
        ">",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        "\"",
        "\\",
        "'a'",
        "null",
        "Null",
        "true",
        "FALSE",
        "yes",
        "No",
        "on",
        "Off",
        "y",
        "N",
        "1",
        "-1",
        "+1",
        "1.0",
        "0x1f",
        "0o17",
        "1_000",
        "1e3",
        ".5",
        ".inf",
        "-.INF",
        ".nan",
        "12:30",
        "2026-01-01",
        "<<",
        "=",
        " a",
        "a ",
        "a\n",
        "\na",
        "a\nb",
        "a\tb",
        "\r\n",
        "\0",
        "\u{1b}[31m",
        "\u{7f}",
        "\u{85}",
        "\u{a0}",
        "\u{2028}",
        "\u{202e}",
        "\u{feff}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{e000}",
        "\u{1ffff}",
        "\u{10ffff}",
        "größe",
        "a\u{308}",
        "日本",
        "🦀",
        "a.b",
        "a-b",
        "a/b",
        "_",
    ] {
        assert_text(original);
    }
}

#[test]
fn a_text_stands_without_quotes_where_no_reader_takes_it_for_something_else() {
    for plain in [
        "refund",
        "block_large-refund.v2",
        "Europe/Berlin",
        "_",
        "A1",
        "e3",
        "inf",
        "x",
    ] {
        assert_eq!(text(plain), plain);
    }
    for (odd, written) in [
        ("yes", "\"yes\""),
        ("1.0", "\"1.0\""),
        ("New York", "\"New York\""),
        ("größe", "\"größe\""),
        ("say \"a\\b\"", r#""say \"a\\b\"""#),
        ("\u{1b}\u{202e}\u{e0041}", r#""\x1b\u202e\U000e0041""#),
    ] {
        assert_eq!(text(odd), written);
    }
}

#[test]
fn numbers_are_written_as_people_write_them() {
    for (original, written) in [
        (0.0, "0"),
        (-0.0, "-0.0"),
        (1000.0, "1000"),
        (-2.5, "-2.5"),
        (0.1, "0.1"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (1e16, "1.0e+16"),
        (1.5e300, "1.5e+300"),
        (5e-324, "5.0e-324"),
        (f64::INFINITY, ".inf"),
        (f64::NEG_INFINITY, "-.inf"),
        (f64::NAN, ".nan"),
    ] {
        assert_eq!(number(original), written);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_text_comes_back_as_it_was(original in any::<String>()) {
        assert_text(&original);
    }

    #[test]
    fn every_number_comes_back_to_the_last_bit(bits in any::<u64>()) {
        let original = f64::from_bits(bits);
        for node in read_back(&number(original)).into_iter().skip(1) {
            #[allow(clippy::cast_precision_loss, reason = "as the reader of the language does it")]
            let found = match node.scalar().unwrap() {
                Scalar::Unsigned(whole) => whole as f64,
                Scalar::Negative(whole) => whole as f64,
                Scalar::Float(number) => number,
                other => panic!("{original:?} came back as {other:?}"),
            };
            prop_assert!(found.to_bits() == bits || (found.is_nan() && original.is_nan()), "{original:?} {found:?}");
        }
    }
}
