//! What is a tenant's name, and what is none.

use audit_core::{InScope, Scope, TenantId, tenant};

/// What is said of a name that is none.
fn refused(name: &str) -> String {
    let error = TenantId::new(name).unwrap_err();
    assert_eq!(TenantId::try_from(name).unwrap_err(), error);
    assert_eq!(TenantId::try_from(name.to_owned()).unwrap_err(), error);
    // Refused wherever it would be bound.
    assert_eq!(Scope::new().tenant(name).unwrap_err(), error);
    assert_eq!(tenant::scope(name).unwrap_err(), error);
    error.to_string()
}

#[test]
fn names_as_people_give_them_are_taken_as_they_are() {
    let longest = "a".repeat(255);
    for name in [
        "a",
        "acme",
        "ACME",
        "acme inc.",
        "3f8a-77",
        "a/b:c\\d\"e'f",
        "مؤسسة",
        "株式会社",
        "Straße",
        "🦀",
        "*",
        &longest,
    ] {
        let tenant = TenantId::new(name).unwrap();
        assert_eq!((&*tenant, tenant.to_string()), (name, name.to_owned()));
        assert_eq!(tenant::scope(name).unwrap().tenant_id(), Some(tenant));
    }
    assert_ne!(TenantId::new("acme"), TenantId::new("Acme"));
}

#[test]
fn an_empty_name_is_refused_everywhere() {
    assert_eq!(
        refused(""),
        "a tenant's name is empty, expected at least one character"
    );
}

#[test]
fn a_name_is_as_long_as_it_has_bytes() {
    let told = |bytes: usize| format!("a tenant's name has {bytes} bytes, expected at most 255");
    assert_eq!(refused(&"a".repeat(256)), told(256));
    assert_eq!(refused(&"a".repeat(10_000)), told(10_000));
    // 128 characters of two bytes each.
    assert_eq!(refused(&"ß".repeat(128)), told(256));
    assert!(TenantId::new("ß".repeat(127)).is_ok());
}

#[test]
fn characters_that_nobody_sees_are_refused_with_their_place_and_without_the_name() {
    for (name, number, at) in [
        ("a\0b", "0000", 1),
        ("\n", "000A", 0),
        ("acme\r", "000D", 4),
        ("ac\u{7f}me", "007F", 2),
        ("ac\u{85}me", "0085", 2),
        ("ac\u{ad}me", "00AD", 2),
        ("ac\u{200b}me", "200B", 2),
        ("ac\u{202e}em", "202E", 2),
        ("ß\u{2066}acme", "2066", 2),
        ("acme\u{2028}", "2028", 4),
        ("\u{feff}acme", "FEFF", 0),
        ("acme\u{e0041}", "E0041", 4),
    ] {
        let expected = format!(
            "a tenant's name has the character U+{number} at byte {at}, expected none that nobody sees"
        );
        assert_eq!(refused(name), expected, "{name:?}");
    }
}

#[test]
fn a_space_stands_within_a_name_and_at_no_end_of_it() {
    let told = "a tenant's name begins or ends with a space, expected none there";
    for name in [" ", " acme", "acme ", "\u{a0}acme", "acme\u{3000}"] {
        assert_eq!(refused(name), told, "{name:?}");
    }
    assert!(TenantId::new("acme inc").is_ok());
}

#[test]
fn a_name_that_is_none_leaves_bound_what_was() {
    let outer = super::scope_of("acme");
    outer.run(|| {
        assert!(Scope::new().tenant("").is_err());
        assert_eq!(super::bound().as_deref(), Some("acme"));
    });
    let bound =
        audit_core::testing::block_on(async { super::bound() }.in_scope(super::scope_of("globex")));
    assert_eq!(bound.as_deref(), Some("globex"));
}
