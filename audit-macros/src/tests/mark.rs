//! Which attributes inside an impl block with `#[component]` are ours, and that all others stay as they are.

use super::message::{mistakes, one};

/// What a component of one method becomes; `of` is what it says besides its name.
fn expanded(of: &str, method: &str) -> String {
    super::expand(&source(of, method)).to_string()
}

fn source(of: &str, method: &str) -> String {
    format!("#[component(\"a\"{of})] impl A {{ {method} }}")
}

#[test]
fn a_mark_is_known_alone_and_behind_the_path_of_its_crate() {
    for (of, path) in [
        ("", "health"),
        ("", "audit_core::health"),
        ("", "::audit_core::health"),
        (", crate = judge", "health"),
        (", crate = judge", "judge::health"),
        (", crate = judge", "::judge::health"),
        (", crate = ::judge", "judge::health"),
        (", crate = judge", "audit_core::health"),
        (
            ", crate = crate::facade::inner",
            "crate::facade::inner::health",
        ),
    ] {
        let expanded = expanded(of, &format!("#[{path}] fn f(&self) -> Health {{ H }}"));
        assert!(!expanded.contains("health]"), "{expanded}");
        assert!(expanded.contains(". health ("), "{expanded}");
    }
}

#[test]
fn a_foreign_attribute_of_the_same_word_stays_as_it_is() {
    for (of, attribute) in [
        ("", "other::health"),
        ("", "x::activate"),
        ("", "x::provides"),
        ("", "contracts::requires(x > 0)"),
        ("", "contracts::requires"),
        ("", "judge::health"),
        ("", "audit_core::other::health"),
        ("", "other::audit_core::health"),
        (", crate = crate::facade", "judge::health"),
        (", crate = crate::facade", "facade::health"),
        ("", "health::other"),
        ("", "healthy"),
        ("", "test"),
        ("", "cfg_attr(x, contracts::requires(x > 0))"),
        ("", "cfg_attr(x, inline, other::health)"),
    ] {
        let method = format!("#[{attribute}] fn f(&self) {{}}");
        assert_eq!(mistakes(&source(of, &method)), [], "{attribute}");
        let expanded = expanded(of, &method);
        let method = method.parse::<proc_macro2::TokenStream>().unwrap();
        assert!(expanded.contains(&method.to_string()), "{expanded}");
        assert!(!expanded.contains("let __parts = __parts"), "{expanded}");
    }
}

#[test]
fn a_mark_of_ours_behind_a_condition_is_refused() {
    for (of, behind) in [
        ("", "runnable(\"a\")"),
        ("", "audit_core::runnable(\"a\")"),
        (", crate = judge", "judge::runnable(\"a\")"),
    ] {
        one(
            &source(
                of,
                &format!("#[cfg_attr(any(x, y = \"z\"), inline, {behind})] fn f(&self) {{}}"),
            ),
            "cfg_attr",
            "`#[runnable]` can't stand inside `cfg_attr`: put `#[cfg(..)]` on the function",
        );
    }
}

#[test]
fn one_under_another_name_that_a_component_did_not_know_explains_itself() {
    for (method, traces) in [
        ("#[r(\"a\")] /// Says.\n fn f() {}", 1),
        ("#[judge::runnable(\"a\")] fn f() {}", 1),
        ("#[crate::facade::subscribe(\"a\")] fn f() {}", 1),
        (
            "#[cfg_attr(x, inline, judge::runnable(\"a\"))] fn f() {}",
            1,
        ),
        ("#[other(\"a\", b)] const A: u8 = 1;", 0),
        ("#[doc = \"a\"] fn g() {}", 0),
        ("#[contracts::requires(x > 0)] fn g() {}", 0),
        ("#[cfg_attr(x, doc = \"a\")] fn g() {}", 0),
    ] {
        let expanded = expanded("", method);
        let trace = "# [rustfmt :: audit_component]";
        assert_eq!(expanded.matches(trace).count(), traces, "{expanded}");
    }
    for kind in ["runnable", "subscribe"] {
        for item in ["fn f() {}", "fn f(&self) {}"] {
            let source = format!("#[{kind}(\"a\")] #[rustfmt::audit_component] {item}");
            let message = format!(
                "`#[{kind}]` has another name here, by which `#[component]` does not know it: write `#[{kind}]`"
            );
            let found = mistakes(&source).into_iter().map(|(_, words)| words);
            assert_eq!(found.collect::<Vec<_>>(), [message]);
            assert!(!super::expand(&source).to_string().contains("static"));
        }
    }
}
