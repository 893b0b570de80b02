//! Tenants in headers.

use audit_tenant::HeaderStrategy;
use audit_tenant::StrategyErrorKind::{Ambiguous, Malformed};

use crate::support::{assert_failed, failure, head, tenant};

#[test]
fn a_header_names_the_tenant() {
    let strategy = HeaderStrategy::new();
    let request = head(&[("x-tenant-id", b"acme"), ("accept", b"*/*")]);
    assert_eq!(tenant(&strategy, &request).as_deref(), Some("acme"));
    assert_eq!(tenant(&strategy, &head(&[("accept", b"*/*")])), None);
}

#[test]
fn the_name_of_the_header_is_configured_in_any_case() {
    let strategy = HeaderStrategy::named("X-Organisation").unwrap();
    let request = head(&[("x-organisation", b"acme"), ("x-tenant-id", b"globex")]);
    assert_eq!(tenant(&strategy, &request).as_deref(), Some("acme"));
    let error = HeaderStrategy::named("x tenant\r\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`x tenant\\r\\n` is no name of a header, expected letters, digits and `-`, such as `x-tenant-id`"
    );
}

#[test]
fn two_headers_are_ambiguous_even_if_they_are_equal() {
    let strategy = HeaderStrategy::new();
    for second in [b"globex".as_slice(), b"acme"] {
        let request = head(&[("x-tenant-id", b"acme"), ("x-tenant-id", second)]);
        assert_failed(&strategy, &request, Ambiguous, "more than once");
    }
    // As a proxy joins them.
    let request = head(&[("x-tenant-id", b"acme, globex")]);
    assert_failed(&strategy, &request, Ambiguous, "comma");
}

#[test]
fn what_is_no_name_of_a_tenant_is_refused() {
    let strategy = HeaderStrategy::new();
    let long = "a".repeat(10_000);
    let cases: [(&[u8], &str); 9] = [
        (b"", "is empty"),
        (b"   ", "begins or ends with a space"),
        (b" acme", "begins or ends with a space"),
        (long.as_bytes(), "has 10000 bytes"),
        (b"acme\xff", "is not UTF-8"),
        (b"\xc3", "is not UTF-8"),
        ("acme\u{85}".as_bytes(), "U+0085"),
        ("ac\u{200b}me".as_bytes(), "U+200B"),
        ("\u{202e}emca".as_bytes(), "U+202E"),
    ];
    for (value, reason) in cases {
        let request = head(&[("x-tenant-id", value)]);
        assert_failed(&strategy, &request, Malformed, reason);
    }
    // A tab, the one control character that a header may hold.
    assert_failed(
        &strategy,
        &head(&[("x-tenant-id", b"ac\tme")]),
        Malformed,
        "U+0009",
    );
}

#[test]
fn a_name_of_many_languages_is_a_name() {
    let strategy = HeaderStrategy::new();
    let request = head(&[("x-tenant-id", "bücher & söhne".as_bytes())]);
    assert_eq!(
        tenant(&strategy, &request).as_deref(),
        Some("bücher & söhne")
    );
}

#[test]
fn a_failure_names_strategy_and_header_and_quotes_no_value() {
    let request = head(&[("x-tenant-id", b"s3cret "), ("x-tenant-id", b"t0ken")]);
    let text = failure(&HeaderStrategy::new(), &request).to_string();
    assert_eq!(
        text,
        "strategy `header`: header `x-tenant-id` stands in the request more than once, expected it once"
    );
    let text = failure(
        &HeaderStrategy::new(),
        &head(&[("x-tenant-id", b"s3cret ")]),
    )
    .to_string();
    assert!(!text.contains("s3cret"), "{text}");
}
