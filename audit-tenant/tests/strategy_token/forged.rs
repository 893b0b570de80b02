//! Tokens that are none, or not to be trusted.

use audit_tenant::StrategyErrorKind::{Ambiguous, Untrusted};
use audit_tenant::jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use audit_tenant::{ChainStrategy, HeaderStrategy, TokenStrategy};
use serde_json::json;

use crate::signed::{LATE, SECRET, assert_untrusted, bearing, signed, signed_by, strategy};
use crate::support::{failure, head, tenant};

#[test]
fn no_token_and_another_scheme_are_not_this_strategys() {
    assert_eq!(tenant(&strategy(), &head(&[])), None);
    for value in [
        b"Basic YWxpY2U6cHc=".as_slice(),
        b"Bearerx",
        b"Bear",
        b"",
        b"Basic \xff",
    ] {
        assert_eq!(
            tenant(&strategy(), &head(&[("authorization", value)])),
            None
        );
    }
}

#[test]
fn an_unsigned_token_is_refused() {
    // {"alg":"none"} and {"tenant_id":"acme","exp":4102444800}
    let claims = signed(&json!({"tenant_id": "acme", "exp": LATE}));
    let claims = claims.split('.').nth(1).unwrap();
    for header in [
        "eyJhbGciOiJub25lIn0",
        "eyJhbGciOiJOb25lIn0",
        "eyJ0eXAiOiJKV1QifQ",
    ] {
        for signature in ["", "AAAA"] {
            let token = format!("{header}.{claims}.{signature}");
            assert_untrusted(&strategy(), &token, "it is no signed JSON Web Token");
        }
    }
}

#[test]
fn a_signature_by_another_key_or_for_other_claims_is_refused() {
    let claims = json!({"tenant_id": "acme", "exp": LATE});
    let forged = signed_by(Algorithm::HS256, &[7; 32], &claims);
    assert_untrusted(&strategy(), &forged, "its signature is not of the key");

    let good = signed(&claims);
    let other = signed(&json!({"tenant_id": "globex", "exp": LATE}));
    let (head_and_claims, _) = other.rsplit_once('.').unwrap();
    let (_, signature) = good.rsplit_once('.').unwrap();
    let mixed = format!("{head_and_claims}.{signature}");
    assert_untrusted(&strategy(), &mixed, "its signature is not of the key");
}

#[test]
fn a_huge_token_is_refused_before_it_is_read() {
    let long = |length: usize| {
        let padding = "x".repeat(length);
        signed(&json!({"tenant_id": "acme", "exp": LATE, "padding": padding}))
    };
    let token = long(6100);
    assert!(token.len() > TokenStrategy::MAX_BYTES);
    let found = token.len();
    assert_untrusted(
        &strategy(),
        &token,
        &format!("it has {found} bytes, expected at most 8192"),
    );
    let token = long(5900);
    assert!(token.len() <= TokenStrategy::MAX_BYTES);
    assert_eq!(
        tenant(&strategy(), &bearing(&token)).as_deref(),
        Some("acme")
    );
}

#[test]
fn what_is_no_token_is_refused() {
    let good = signed(&json!({"tenant_id": "acme", "exp": LATE}));
    let padded = format!("{good}=");
    let twice = format!("{good}, Bearer {good}");
    let deep = format!("eyJhbGciOiJIUzI1NiJ9.{}.AAAA", "W1tb".repeat(1000));
    for token in ["", "a", "a.b", "a.b.c.d", "..", "💥", &padded, &twice] {
        let failure = failure(&strategy(), &bearing(token));
        assert_eq!(failure.kind(), Untrusted, "{token}: {failure}");
    }
    assert_untrusted(&strategy(), &deep, "its signature is not of the key");
    let bytes = failure(&strategy(), &head(&[("authorization", b"Bearer \xff\xfe")]));
    assert_eq!(bytes.kind(), Untrusted);
}

#[test]
fn an_extension_that_must_be_understood_is_refused() {
    let mut header = Header::new(Algorithm::HS256);
    header.crit = Some(vec!["tenant".to_owned()]);
    let key = EncodingKey::from_secret(SECRET).unwrap();
    let token = encode(&header, &json!({"tenant_id": "acme", "exp": LATE}), &key).unwrap();
    assert_untrusted(&strategy(), &token, "it is no signed JSON Web Token");
}

#[test]
fn two_headers_are_ambiguous_even_if_they_are_equal() {
    let token = format!(
        "Bearer {}",
        signed(&json!({"tenant_id": "acme", "exp": LATE}))
    );
    let header = ("authorization", token.as_bytes());
    assert_eq!(
        failure(&strategy(), &head(&[header, header])).kind(),
        Ambiguous
    );
}

#[test]
fn a_later_strategy_papers_over_no_forged_token() {
    let chain = ChainStrategy::first()
        .then(strategy())
        .then(HeaderStrategy::new());
    let forged = signed_by(
        Algorithm::HS256,
        &[7; 32],
        &json!({"tenant_id": "acme", "exp": LATE}),
    );
    let forged = format!("Bearer {forged}");
    let request = head(&[
        ("authorization", forged.as_bytes()),
        ("x-tenant-id", b"acme"),
    ]);
    assert_eq!(failure(&chain, &request).kind(), Untrusted);
    let request = head(&[("x-tenant-id", b"acme")]);
    assert_eq!(tenant(&chain, &request).as_deref(), Some("acme"));
}
