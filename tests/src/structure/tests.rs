//! The checker has to be seen red before its green means anything.

use super::{Floors, Source, circle, read_floors, violations};

const TABLE: &str = "\
# House
| 0 | `elsewhere` |
## Floors
### audit-core
| Floor | Rooms |
| ---: | --- |
| 0 | `value`, `clock` |
| 1 | `policy` |
### audit-cli
| 0 | `report` |
## Libraries
| 9 | `nowhere` |
";

fn floors() -> Floors {
    read_floors(TABLE).remove("audit-core").unwrap()
}

fn sources(files: &[(&str, &str)]) -> Vec<Source> {
    files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

/// The crate of the table with the given text in `value`, the lowest floor.
fn with_value(text: &str) -> Vec<String> {
    let files = [
        ("lib.rs", "use crate::Anything;"),
        ("value.rs", text),
        ("clock.rs", ""),
        ("policy/mod.rs", "use crate::value::Value;"),
    ];
    violations(&sources(&files), Some(&floors())).unwrap()
}

#[test]
fn the_table_is_read_per_crate_and_only_in_its_section() {
    let all = read_floors(TABLE);
    assert_eq!(all.keys().collect::<Vec<_>>(), ["audit-cli", "audit-core"]);
    assert_eq!(
        floors(),
        Floors::from([
            ("value".into(), 0),
            ("clock".into(), 0),
            ("policy".into(), 1)
        ])
    );
}

#[test]
fn imports_that_go_down_pass() {
    assert_eq!(with_value("fn pure() {}"), Vec::<String>::new());
}

#[test]
fn an_upward_import_is_found_on_every_road() {
    let expected = "value.rs:1: `value` (floor 0) imports `policy` (floor 1); imports only go down";
    for road in [
        "use crate::policy::Rule;",
        "use crate::{value::Value, policy::{self, Rule}};",
        "use crate::{clock, policy as other};",
        "use super::policy::*;",
        "fn f() -> crate::policy::Rule { g() }",
        "fn f() { assert!(g::<crate::policy::Rule>()); }",
        "macro_rules! m { () => { $crate::policy::Rule } }",
        "mod inner { use super::super::policy::Rule; }",
        "#[cfg(test)] mod tests { } use crate::policy::Rule;",
    ] {
        assert!(
            with_value(road).contains(&expected.to_owned()),
            "{road}: {:?}",
            with_value(road)
        );
    }
}

#[test]
fn the_same_floor_is_not_below() {
    assert_eq!(
        with_value("\nuse crate::clock::Clock;"),
        ["value.rs:2: `value` (floor 0) imports `clock` (floor 0); imports only go down"]
    );
}

#[test]
fn the_crate_root_is_above_everyone() {
    for road in ["use crate::Rule;", "use super::Rule;"] {
        assert_eq!(
            with_value(road),
            [
                "value.rs:1: `value` reaches up to the crate root for `Rule`; name the module it lives in"
            ]
        );
    }
    assert_eq!(with_value("use crate::*;").len(), 1);
}

#[test]
fn comments_strings_tests_and_macros_of_the_root_are_no_imports() {
    for text in [
        "/// See [`crate::policy::Rule`].\n// crate::policy::Rule\nfn f() { \"crate::policy::Rule\"; }",
        "#[cfg(test)] mod tests { use crate::policy::Rule; }",
        "#[cfg(test)] use crate::policy::Rule;",
        "fn f() { crate::named!(a) }",
        "pub(crate) fn f(self) { self.x }",
        "use crate::value::Other; mod inner { use super::Other; }",
    ] {
        assert_eq!(with_value(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn the_table_and_the_modules_name_each_other() {
    let found = violations(
        &sources(&[("value.rs", ""), ("policy.rs", ""), ("event/mod.rs", "")]),
        Some(&floors()),
    )
    .unwrap();
    assert_eq!(
        found,
        [
            "`event` has no floor",
            "`clock` has a floor and does not exist"
        ]
    );
    let found = violations(&sources(&[("a.rs", ""), ("b.rs", "")]), None).unwrap();
    assert_eq!(found, ["no table of floors for its modules: a, b"]);
    assert_eq!(
        violations(&sources(&[("lib.rs", ""), ("a.rs", "")]), None).unwrap(),
        Vec::<String>::new()
    );
}

#[test]
fn siblings_in_a_circle_are_found() {
    let found = violations(
        &sources(&[
            (
                "policy/mod.rs",
                "pub use self::read::Reader; use self::model::Rule;",
            ),
            ("policy/read.rs", "use super::check::Check;"),
            ("policy/check/mod.rs", "mod kind;"),
            (
                "policy/check/kind.rs",
                "use crate::policy::{model::Rule, Policy};",
            ),
            ("policy/model.rs", "fn f() { super::read::g() }"),
        ]),
        None,
    );
    assert_eq!(
        found.unwrap(),
        ["circle in `policy`: check -> model -> read -> check"]
    );
}

#[test]
fn a_diamond_is_no_circle() {
    let edges = [("a", vec!["b", "c"]), ("b", vec!["d"]), ("c", vec!["d"])];
    let edges = edges
        .into_iter()
        .map(|(from, to)| (from.to_owned(), to.into_iter().map(String::from).collect()))
        .collect();
    assert_eq!(circle(&edges), None);
}

#[test]
fn a_file_that_is_not_rust_is_named() {
    assert!(
        violations(&sources(&[("value.rs", "fn f( {")]), None)
            .unwrap_err()
            .starts_with("value.rs: ")
    );
}
