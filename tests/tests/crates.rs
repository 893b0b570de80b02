//! Crates of users, built whole: what the compiler and clippy say of them, and what they do when they run.

#![cfg(test)]

#[path = "crates/diagnostic.rs"]
mod diagnostic;
#[path = "crates/fixture.rs"]
mod fixture;

use diagnostic::{Diagnostic, bare};
use fixture::Fixture;

#[test]
fn a_renamed_dependency_and_a_re_export_are_found() {
    Fixture::new("renamed")
        .dependency("judge = { package = \"audit-core\", {at} }")
        .run();
}

#[test]
fn nothing_relies_on_names_that_a_crate_may_shadow() {
    Fixture::new("shadowed").run();
}

#[test]
fn a_crate_that_bears_no_warning_gets_none_in_either_edition() {
    for edition in ["2021", "2024"] {
        let strict = Fixture::new("strict").edition(edition);
        assert_eq!(strict.said("clippy"), [], "edition {edition}");
    }
}

#[test]
fn the_manifest_says_what_an_uninstalled_runtime_means() {
    Fixture::new("defaults")
        .manifest("[package.metadata.audit]\nuninstalled = \"run\"\n")
        .run();
}

#[test]
fn switched_off_the_functions_are_as_they_were_written() {
    Fixture::new("off").feature("off").run();
}

/// The same crate with and without its attributes: the compiler says the same of both, as far as is compared.
fn assert_said_alike(
    name: &'static str,
    command: &str,
    least: usize,
    compared: fn(&Diagnostic) -> Diagnostic,
) {
    let of = |fixture: Fixture| -> Vec<_> { fixture.said(command).iter().map(compared).collect() };
    let with = of(Fixture::new(name));
    let without = of(Fixture::new(name).edited("bare", bare));
    assert!(without.len() >= least, "{name}: {without:#?}");
    let lost: Vec<_> = without.iter().filter(|said| !with.contains(said)).collect();
    let added: Vec<_> = with.iter().filter(|said| !without.contains(said)).collect();
    assert!(
        lost.is_empty() && added.is_empty(),
        "{name}: lost {lost:#?}\nadded {added:#?}"
    );
    assert_eq!(with.len(), without.len(), "{name}: said twice");
}

#[test]
fn what_is_unused_is_warned_of_as_without_an_attribute() {
    assert_said_alike("warned", "check", 20, Diagnostic::clone);
}

#[test]
fn clippy_says_the_same_as_without_an_attribute() {
    assert_said_alike("warned", "clippy", 20, Diagnostic::clone);
}

/// Labels beside the mistake may differ: inside an async block the compiler does not say which signature asked.
#[test]
fn a_type_error_in_a_body_is_said_in_the_same_words_at_the_same_place() {
    assert_said_alike("mistyped", "check", 13, Diagnostic::headline);
}

/// In other words at times: what is an argument to the user is a variable bound from it to the compiler.
#[test]
fn a_borrow_error_in_a_body_is_said_at_the_same_place() {
    assert_said_alike("misborrowed", "check", 5, Diagnostic::kind);
}

#[test]
fn switched_off_the_compiler_says_what_it_says_without_attributes() {
    let off = Fixture::new("warned").feature("off").said("check");
    let without = Fixture::new("warned").edited("bare", bare).said("check");
    assert_eq!(off, without);
}
