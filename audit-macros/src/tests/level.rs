//! What an impl block or a function says of lints and of its conditions, wherever something is written beside it.

use proc_macro2::TokenStream;

fn expanded(source: &str) -> String {
    super::expand(source).to_string()
}

/// The same text with the spaces that tokens are printed with.
fn printed(text: &str) -> String {
    text.parse::<TokenStream>().unwrap().to_string()
}

#[test]
fn the_warning_of_a_pattern_has_the_conditions_and_levels_of_its_block_and_function() {
    let doubt = "const _ : () = { # [deprecated =";
    let own = printed("#[cfg(y)] #[deny(deprecated)]");
    let method = "#[cfg(y)] #[deny(deprecated)] #[subscribe(\"a.[b\")] fn f(&self) {}";
    for block in [
        "#[component(\"a\")] #[cfg(x)] #[allow(deprecated)] impl A { METHOD }",
        "#[component(\"a\")] impl A { #![cfg(x)] #![allow(deprecated)] METHOD }",
    ] {
        let found = expanded(&block.replace("METHOD", method));
        let around = printed("#[cfg(x)] #[allow(deprecated)]");
        assert!(
            found.contains(&format!("{around} {own} {doubt}")),
            "{found}"
        );
        assert_eq!(found.matches(doubt).count(), 1, "{found}");
    }
    let found = expanded(&format!(
        "{} {{}}",
        method.replace("(&self) {}", "()").replacen(
            "#[cfg(y)] #[deny(deprecated)] #[subscribe(\"a.[b\")]",
            "#[subscribe(\"a.[b\")] #[cfg(y)] #[deny(deprecated)]",
            1,
        )
    ));
    assert!(found.contains(&format!("{own} {doubt}")), "{found}");
}

#[test]
fn a_filter_has_the_levels_of_its_function_and_stands_outside_of_what_is_allowed_for_the_call() {
    for (written, level) in [
        (
            "#[allow(deprecated, reason = \"a\")]",
            "#[allow(deprecated, reason = \"a\")]",
        ),
        ("#[warn(deprecated)]", "#[warn(deprecated)]"),
        ("#[deny(deprecated)]", "#[deny(deprecated)]"),
        // Both would be said of a place that has nothing of the kind, or of the call beside it.
        ("#[expect(deprecated)]", "#[allow(deprecated)]"),
        ("#[forbid(deprecated)]", "#[deny(deprecated)]"),
        (
            "#[cfg_attr(x, inline, expect(a), cfg_attr(y, deny(b)))]",
            "#[cfg_attr(x, allow(a), cfg_attr(y, deny(b)))]",
        ),
        (
            "#[cfg_attr(x, inline)] #[inline] #[must_use = \"a\"] #[tool::allow(a)]",
            "",
        ),
    ] {
        let function = format!("{written} fn f(&self) {{}}");
        let block = expanded(&format!(
            "#[component(\"a\")] impl A {{ #[subscribe(\"a\", filter = is_wanted)] {function} }}"
        ));
        let free = expanded(&format!(
            "#[subscribe(\"a\", filter = is_wanted)] {}",
            function.replace("&self", "")
        ));
        for found in [block, free] {
            let (before, _) = found.split_once("let __options =").unwrap();
            let level = printed(level);
            assert!(before.trim_end().ends_with(&level), "{level}: {found}");
            if level.is_empty() {
                assert!(before.trim_end().ends_with([';', '}']), "{found}");
            }
            let (_, behind) = found.split_once(". filter (is_wanted) ;").unwrap();
            let call = printed("#[allow(deprecated)] let __parts =");
            assert!(behind.trim_start().starts_with(&call), "{found}");
        }
    }
}
