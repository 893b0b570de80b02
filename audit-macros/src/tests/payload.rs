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
            "enum A { #[sensitive(masc)] B(u8) }",
            "unknown word `masc`, did you mean `mask`?: expected one of `mask`, `hash`, `seal`, `drop`",
        ),
        (
            "enum A { #[sensitive(mask)] B, C(u8) }",
            "`B` has no members that could be kept out of records",
        ),
        (
            r#"#[serde(into = "Wire")] struct A { #[sensitive(mask)] a: u8 }"#,
            "with `into` another type is written, whose members bear no mark of these: derive `Sensitive` for that, or mark the type itself",
        ),
        (
            r#"enum A { #[serde(serialize_with = "f")] B(#[sensitive(mask)] u8) }"#,
            "`B` is marked and has `serialize_with` too: give its content a type that serializes like this, and mark that",
        ),
        (
            r#"enum A { #[sensitive(mask)] #[serde(with = "f")] B { a: u8 } }"#,
            "`B` is marked and has `with` too: give its content a type that serializes like this, and mark that",
        ),
        (
            r#"#[serde(tag = "t")] enum A { B(#[sensitive(mask)] Inner) }"#,
            "the content of `B` is written beside its tag, so that it has no place of its own: mark the members of its type",
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
fn what_keeps_its_marks_is_no_mistake() {
    for source in [
        r#"#[sensitive(mask)] #[serde(into = "Wire")] struct A { a: u8 }"#,
        r#"#[serde(tag = "t", content = "c")] enum A { B(#[sensitive(mask)] Inner) }"#,
        r#"#[serde(tag = "t")] enum A { B { #[sensitive(mask)] a: u8 } }"#,
        r#"#[serde(tag = "t")] enum A { #[serde(untagged)] B(#[sensitive(mask)] u8) }"#,
        r#"enum A { #[serde(with = "f")] B(u8), C(#[sensitive(mask)] u8) }"#,
    ] {
        let told = told(source);
        assert!(!told.contains("compile_error"), "{source}: {told}");
    }
}

#[test]
fn the_mark_of_a_variant_holds_for_all_its_members() {
    let told = told(
        "enum A { #[sensitive(mask)] B(u8, #[sensitive(drop)] u8, #[sensitive(hash)] u8), C(u8) }",
    );
    assert_eq!(told.matches("member :: mask").count(), 2, "{told}");
    assert_eq!(told.matches("member :: drop").count(), 1, "{told}");
    assert!(!told.contains("member :: hash"), "{told}");
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
