//! What the claims of a token say.

use std::time::Duration;

use audit_core::Actor;
use serde_json::{Value, json};

use crate::signed::{LATE, assert_untrusted, bearing, now, signed, signed_as, strategy};
use crate::support::{failure, find, head, tenant};

#[test]
fn a_signed_token_names_the_tenant() {
    let token = signed(&json!({"tenant_id": "acme", "exp": LATE}));
    assert_eq!(
        tenant(&strategy(), &bearing(&token)).as_deref(),
        Some("acme")
    );
    for scheme in ["bearer", "BEARER", "Bearer  "] {
        let request = head(&[("authorization", format!("{scheme} {token}").as_bytes())]);
        assert_eq!(
            tenant(&strategy(), &request).as_deref(),
            Some("acme"),
            "{scheme}"
        );
    }
}

#[test]
fn an_expired_token_is_refused_and_the_leeway_is_configured() {
    let expired = signed(&json!({"tenant_id": "acme", "exp": 1_000_000_000}));
    assert_untrusted(&strategy(), &expired, "it has expired");
    // Whatever is configured: hours ago is expired.
    let patient = strategy().leeway(Duration::MAX);
    assert_untrusted(&patient, &expired, "it has expired");
    let hours_ago = signed(&json!({"tenant_id": "acme", "exp": now() - 7200}));
    assert_untrusted(&patient, &hours_ago, "it has expired");

    let just_now = signed(&json!({"tenant_id": "acme", "exp": now() - 100}));
    assert_untrusted(&strategy(), &just_now, "it has expired");
    assert_eq!(
        tenant(&patient, &bearing(&just_now)).as_deref(),
        Some("acme")
    );
    let strict = strategy().leeway(Duration::ZERO);
    assert_untrusted(&strict, &just_now, "it has expired");
}

#[test]
fn a_token_that_is_not_valid_yet_is_refused() {
    let early = signed(&json!({"tenant_id": "acme", "exp": LATE, "nbf": LATE - 1}));
    assert_untrusted(&strategy(), &early, "it is not valid yet");
    let valid = signed(&json!({"tenant_id": "acme", "exp": LATE, "nbf": 1}));
    assert_eq!(
        tenant(&strategy(), &bearing(&valid)).as_deref(),
        Some("acme")
    );
    let odd = signed(&json!({"tenant_id": "acme", "exp": LATE, "nbf": "soon"}));
    assert_untrusted(&strategy(), &odd, "claim `nbf` is not of its kind");
}

#[test]
fn a_token_without_an_end_is_refused() {
    for exp in [json!(null), json!("tomorrow"), json!(-5)] {
        let mut claims = json!({"tenant_id": "acme"});
        if !exp.is_null() {
            claims["exp"] = exp;
        }
        assert_untrusted(
            &strategy(),
            &signed(&claims),
            "claim `exp` is missing, or not of its kind",
        );
    }
}

#[test]
fn a_token_whose_end_is_no_number_is_refused() {
    for exp in [json!([LATE]), json!({"at": LATE})] {
        let token = signed(&json!({"tenant_id": "acme", "exp": exp}));
        assert_untrusted(&strategy(), &token, "it is no signed JSON Web Token");
    }
}

#[test]
fn the_tenant_is_a_text_and_a_tenants_name() {
    let with = |name: Value| signed(&json!({"tenant_id": name, "exp": LATE}));
    for odd in [
        json!(7),
        json!(null),
        json!(["acme"]),
        json!({"id": "acme"}),
        json!(true),
    ] {
        assert_untrusted(&strategy(), &with(odd), "claim `tenant_id` is no text");
    }
    let token = signed(&json!({"exp": LATE}));
    assert_untrusted(&strategy(), &token, "claim `tenant_id` is missing");
    assert_untrusted(
        &strategy(),
        &with(json!("")),
        "claim `tenant_id`: a tenant's name is empty, expected at least one character",
    );
    let failure = failure(&strategy(), &bearing(&with(json!("s3cret\n"))));
    assert!(failure.reason().contains("U+000A"), "{failure}");
    assert!(!failure.to_string().contains("s3cret"), "{failure}");
}

#[test]
fn issuer_and_audience_are_checked_where_they_are_given() {
    let strategy = strategy()
        .issuer("login")
        .audience("invoices")
        .audience("orders");
    let with = |issuer: Value, audience: Value| {
        signed(&json!({"tenant_id": "acme", "exp": LATE, "iss": issuer, "aud": audience}))
    };
    for audience in [json!("invoices"), json!(["mail", "orders"])] {
        let token = with(json!("login"), audience);
        assert_eq!(tenant(&strategy, &bearing(&token)).as_deref(), Some("acme"));
    }
    let other = with(json!("elsewhere"), json!("invoices"));
    assert_untrusted(&strategy, &other, "it is of another issuer");
    let other = with(json!("login"), json!("mail"));
    assert_untrusted(&strategy, &other, "it is for another audience");
    let none = signed(&json!({"tenant_id": "acme", "exp": LATE, "iss": "login"}));
    assert_untrusted(
        &strategy,
        &none,
        "claim `aud` is missing, or not of its kind",
    );
    let none = signed(&json!({"tenant_id": "acme", "exp": LATE, "aud": "orders"}));
    assert_untrusted(
        &strategy,
        &none,
        "claim `iss` is missing, or not of its kind",
    );
}

#[test]
fn a_token_for_an_audience_is_not_for_a_service_that_names_none() {
    let token = signed(&json!({"tenant_id": "acme", "exp": LATE, "aud": "mail"}));
    assert_untrusted(&strategy(), &token, "it is for another audience");
}

#[test]
fn header_and_claims_are_configured() {
    let strategy = strategy()
        .header("x-token")
        .unwrap()
        .claim("org")
        .actor_claim("sub");
    let token = signed(&json!({"org": "acme", "tenant_id": "globex", "sub": "alice", "exp": LATE}));
    let request = head(&[("x-token", token.as_bytes())]);
    let found = find(&strategy, &request).unwrap().unwrap();
    assert_eq!(&**found.tenant(), "acme");
    assert_eq!(found.found_actor().and_then(Actor::id), Some("alice"));
    assert_eq!(tenant(&strategy, &bearing(&token)), None);

    let nobody = signed(&json!({"org": "acme", "exp": LATE}));
    let found = find(&strategy, &head(&[("x-token", nobody.as_bytes())]))
        .unwrap()
        .unwrap();
    assert_eq!(found.found_actor(), None);
    let odd = signed(&json!({"org": "acme", "exp": LATE, "sub": 7}));
    let failure = failure(&strategy, &head(&[("x-token", odd.as_bytes())]));
    assert_eq!(failure.reason(), "claim `sub` names nobody");
}

#[test]
fn a_token_with_a_claim_twice_is_refused_whichever_it_is() {
    let begins = [("tenant_id", json!("acme")), ("exp", json!(LATE))];
    let with = |more: &[(&'static str, Value)]| signed_as(&[&begins, more].concat());
    for twins in [
        with(&[("tenant_id", json!("globex"))]),
        with(&[("tenant_id", json!("acme"))]),
        with(&[("org", json!("a")), ("org", json!("b"))]),
    ] {
        assert_untrusted(&strategy(), &twins, "one of its claims is there twice");
    }
    // Within another claim it is none.
    let within = with(&[("more", json!({"tenant_id": "globex"}))]);
    assert_eq!(
        tenant(&strategy(), &bearing(&within)).as_deref(),
        Some("acme")
    );
    // One that the library reads itself.
    let ends = with(&[("exp", json!(LATE))]);
    assert_untrusted(&strategy(), &ends, "it is no signed JSON Web Token");
}
