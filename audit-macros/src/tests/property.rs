//! What holds for any input: no order matters, and nothing panics.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

const ARGUMENTS: [&str; 12] = [
    "action = \"pay\"",
    "fields(a, b = a + 1)",
    "actor = a",
    "tenant = \"acme\"",
    "resource = x.y",
    "snapshot(s = 1)",
    "mask(a)",
    "hash(b)",
    "ret",
    "err",
    "delivery = \"durable\"",
    "durable_timeout = \"1s\"",
];

const WORDS: [&str; 46] = [
    "fn",
    "struct",
    "impl",
    "const",
    "async",
    "unsafe",
    "extern",
    "\"C\"",
    "pub",
    "where",
    "mut",
    "self",
    "&",
    "->",
    "!",
    "<",
    ">",
    ":",
    "::",
    ",",
    ";",
    "=",
    "..",
    "...",
    "'a",
    "#",
    "_",
    "a",
    "r#type",
    "\"\"",
    "1",
    "|",
    "action",
    "fields",
    "mask",
    "ret",
    "delivery",
    "on_refuse",
    "explain",
    "crate",
    "Pin",
    "Future",
    "()",
    "{}",
    "[]",
    "dyn",
];

fn soup() -> impl Strategy<Value = String> {
    let word = select(&WORDS[..]).prop_map(str::to_owned).boxed();
    let tree = word.prop_recursive(3, 40, 8, |inner| {
        (
            prop::collection::vec(inner, 0..8),
            select(&[("(", ")"), ("{", "}"), ("[", "]")][..]),
        )
            .prop_map(|(words, (open, close))| format!("{open} {} {close}", words.join(" ")))
    });
    prop::collection::vec(tree, 0..16).prop_map(|trees| trees.join(" "))
}

fn tokens(text: &str) -> TokenStream {
    text.parse().unwrap_or_default()
}

proptest! {
    #[test]
    fn the_order_of_arguments_changes_nothing(
        written in subsequence(&ARGUMENTS[..], 0..=ARGUMENTS.len())
            .prop_flat_map(|chosen| (Just(chosen.clone()), Just(chosen).prop_shuffle())),
    ) {
        let (sorted, shuffled) = written;
        let item = "fn f(a: u8, b: u8) -> Result<u8, E> { Ok(a) }";
        let of = |arguments: &[&str]| {
            let kind = if arguments.iter().any(|a| a.starts_with("durable")) { "admit" } else { "audit" };
            expand(&format!("#[{kind}({})] {item}", arguments.join(", "))).to_string()
        };
        let (first, second) = (of(&sorted), of(&shuffled));
        // Mistakes come in the order in which they were written.
        let letters = |text: &str| { let mut letters: Vec<char> = text.chars().collect(); letters.sort_unstable(); letters };
        if first.contains("compile_error") {
            prop_assert_eq!(letters(&first), letters(&second));
        } else {
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn no_arguments_panic(soup in soup()) {
        let item = tokens("fn f(a: u8, self_: &str) -> Result<u8, E> { Ok(a) }");
        for kind in [Kind::Audit, Kind::Admit] {
            let _ = attribute(kind, tokens(&soup), item.clone(), &Defaults::default());
        }
        for kind in [Kind::Subscribe, Kind::Runnable] {
            let _ = free(kind, tokens(&soup), item.clone());
            let marked = format!("impl A {{ #[{}({soup})] fn f(&self, a: u8) {{}} }}", kind.word());
            let _ = component(tokens(&soup), tokens(&marked));
        }
    }

    #[test]
    fn no_item_panics(soup in soup(), front in select(&["", "fn f", "fn f()", "pub async fn f(", "fn f() ->"][..])) {
        for kind in [Kind::Audit, Kind::Admit] {
            let item = tokens(&format!("{front} {soup}"));
            let expanded = attribute(kind, TokenStream::new(), item.clone(), &Defaults::default()).to_string();
            // What was written is never lost.
            prop_assert!(item.is_empty() || !expanded.is_empty());
        }
        for (kind, lead) in [(Kind::Subscribe, "\"a.*\""), (Kind::Runnable, "\"a\"")] {
            let item = tokens(&format!("{front} {soup}"));
            let expanded = free(kind, tokens(lead), item.clone()).to_string();
            prop_assert!(item.is_empty() || !expanded.is_empty());
        }
    }

    #[test]
    fn no_impl_block_panics(soup in soup(), mark in select(&["", "#[runnable(\"a\")]", "#[activate] fn f(", "#[requires] fn f("][..])) {
        for block in [format!("impl A {{ {mark} {soup} }}"), format!("impl {soup} {{ {mark} }}"), soup.clone()] {
            let item = tokens(&block);
            let expanded = component(tokens("\"a\""), item.clone()).to_string();
            prop_assert!(item.is_empty() || !expanded.is_empty());
        }
    }

    /// Whatever stands in a block besides marked functions comes out as it went in.
    #[test]
    fn what_is_not_marked_is_not_changed(soup in soup()) {
        let item = tokens(&format!("impl A {{ const B: u8 = 1; fn f(&self) {{ {soup} }} c! {{ {soup} }} }}"));
        let expanded = component(tokens("\"a\""), item.clone()).to_string();
        prop_assert!(expanded.starts_with(&item.to_string()), "{}\n{}", expanded, item);
    }
}
