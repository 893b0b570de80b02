//! `#[derive(Sensitive)]`: what it writes, and what it says of mistakes.

use crate::expand::payload;

/// What the compiler is told of a type.
fn told(source: &str) -> String {
    payload(source.parse().unwrap()).to_string()
}

#[test]
fn the_form_of_a_payload_reads_like_this() {
    let tokens = payload(
        r#"#[serde(rename_all = "camelCase")] pub struct Payment<'a, T: Clone = u8> where T: 'a {
            /// Who.
            pub id: u64,
            #[sensitive(mask)] #[serde(rename = "card")] number: &'a str,
            #[sensitive(drop)] pin: T,
        }"#
        .parse()
        .unwrap(),
    );
    let found = prettyplease::unparse(&syn::parse2(tokens).unwrap());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/golden/payload.out.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &found).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(found, expected, "UPDATE_GOLDEN=1 accepts what was found");
}

#[test]
fn each_mistake_says_what_is_accepted() {
    for (source, message) in [
        (
            "struct A { #[sensitive(masc)] a: u8 }",
            "unknown word `masc`, did you mean `mask`?: expected one of `mask`, `hash`, `seal`, `drop`",
        ),
        (
            "struct A { #[sensitive(mask, hash)] a: u8 }",
            "found `mask` and `hash`, expected one word",
        ),
        (
            "struct A { #[sensitive(mask)] #[sensitive(mask)] a: u8 }",
            "found `mask` and `mask`, expected one word",
        ),
        (
            "struct A { #[sensitive(crate = other)] a: u8 }",
            "`crate` stands at the type, not at its members",
        ),
        (
            r#"struct A { #[sensitive(mask)] #[serde(serialize_with = "f")] a: u8 }"#,
            "`a` is marked and has `serialize_with` too: give it a type that serializes like this, and mark that",
        ),
        (
            "struct A { #[sensitive(mask)] #[serde(flatten)] a: B }",
            "`a` is flattened, so that it has no place of its own: mark the members of its type",
        ),
        (
            "struct A { #[sensitive] a: B }",
            "found `#[sensitive]`, expected `#[sensitive(mask)]`, or `hash`, `seal` or `drop` in its place",
        ),
        (
            "struct A { #[sensitive()] a: B }",
            "found `#[sensitive()]`, expected `#[sensitive(mask)]`, or `hash`, `seal` or `drop` in its place",
        ),
        (
            "union A { a: u8 }",
            "`Sensitive` can't be derived for a union: nobody knows which of its members is there",
        ),
    ] {
        let told = told(source);
        assert!(told.contains(&format!("{message:?}")), "{source}: {told}");
    }
}

#[test]
fn every_mistake_is_told_at_once() {
    let told = told("struct A { #[sensitive(masc)] a: u8, #[sensitive(hsah)] b: u8 }");
    assert_eq!(told.matches("compile_error").count(), 2, "{told}");
}

#[test]
fn the_core_is_found_where_the_type_says() {
    let told = told("#[sensitive(crate = my::audit)] struct A { #[sensitive(mask)] a: u8 }");
    assert!(told.contains("my :: audit :: __private"), "{told}");
    assert!(!told.contains("audit_core"), "{told}");
}
