//! Tenants in signed tokens: which are trusted, and that a wrong one never is.

#![cfg(test)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[path = "strategy/support.rs"]
mod support;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use audit_core::Actor;
use audit_tenant::StrategyErrorKind::{Ambiguous, Untrusted};
use audit_tenant::jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use audit_tenant::{ChainStrategy, HeaderStrategy, TokenStrategy};
use http::request::Parts;
use serde_json::{Value, json};

use support::{failure, find, head, tenant};

const SECRET: &[u8] = b"a secret of sixty-four bytes, which is enough for each of HS256-512";
/// Far away: 2100-01-01.
const LATE: u64 = 4_102_444_800;

fn key(secret: &[u8]) -> DecodingKey {
    DecodingKey::from_secret(secret).unwrap()
}

fn strategy() -> TokenStrategy {
    TokenStrategy::new(Algorithm::HS256, key(SECRET)).unwrap()
}

fn signed_by(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret).unwrap();
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

fn signed(claims: &Value) -> String {
    signed_by(Algorithm::HS256, SECRET, claims)
}

fn bearing(token: &str) -> Parts {
    head(&[("authorization", format!("Bearer {token}").as_bytes())])
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[track_caller]
fn assert_untrusted(strategy: &TokenStrategy, token: &str, reason: &str) {
    let failure = failure(strategy, &bearing(token));
    assert_eq!(failure.kind(), Untrusted, "{failure}");
    assert_eq!(failure.to_string(), format!("strategy `token`: {reason}"));
}

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
fn another_algorithm_is_refused_though_the_key_fits() {
    for algorithm in [Algorithm::HS384, Algorithm::HS512] {
        let token = signed_by(
            algorithm,
            SECRET,
            &json!({"tenant_id": "acme", "exp": LATE}),
        );
        assert_untrusted(&strategy(), &token, "it is not signed by `HS256`");
        let strategy = TokenStrategy::new(algorithm, key(SECRET)).unwrap();
        assert_eq!(tenant(&strategy, &bearing(&token)).as_deref(), Some("acme"));
    }
}

#[test]
fn a_token_by_a_public_key_taken_for_a_secret_is_refused() {
    let strategy = TokenStrategy::new(Algorithm::EdDSA, ed25519().1).unwrap();
    let token = signed_by(
        Algorithm::HS256,
        &ED25519_PUBLIC,
        &json!({"tenant_id": "globex", "exp": LATE}),
    );
    assert_untrusted(&strategy, &token, "it is not signed by `EdDSA`");
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

#[test]
fn a_key_must_be_of_the_algorithms_kind_and_long_enough() {
    let refused = |algorithm, key| TokenStrategy::new(algorithm, key).unwrap_err().to_string();
    assert_eq!(
        refused(Algorithm::HS256, key(b"short")),
        "the key has 40 bits, expected at least 256"
    );
    assert_eq!(
        refused(Algorithm::HS512, key(&[7; 63])),
        "the key has 504 bits, expected at least 512"
    );
    assert_eq!(
        refused(Algorithm::EdDSA, key(SECRET)),
        "the key is not of the kind that `EdDSA` takes"
    );
    assert_eq!(
        refused(Algorithm::HS256, ed25519().1),
        "the key is not of the kind that `HS256` takes"
    );
    assert_eq!(
        refused(Algorithm::ES256, DecodingKey::from_ec_der(&[4; 12])),
        "the key can't be read as one of the algorithm's"
    );
    let weak = DecodingKey::from_rsa_raw_components(&[0xc1; 128], &[1, 0, 1]);
    assert_eq!(
        refused(Algorithm::RS256, weak),
        "the key has 1024 bits, expected at least 2048"
    );
}

#[test]
fn no_text_shows_the_key_which_is_wiped_as_it_goes() {
    fn is_wiped<K: zeroize::ZeroizeOnDrop>(key: K) -> K {
        key
    }
    is_wiped(key(SECRET));
    let shown = format!(
        "{:?}",
        TokenStrategy::new(Algorithm::HS256, key(&[123; 32])).unwrap()
    );
    assert!(shown.contains("HS256"), "{shown}");
    assert!(!shown.contains("123"), "{shown}");
}

/// The key pair of RFC 8037 §A.1 and §A.2.
const ED25519_PUBLIC: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
    0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];
const ED25519_SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

fn ed25519() -> (EncodingKey, DecodingKey) {
    // PKCS #8 (RFC 8410 §7) around the secret key.
    let mut der = vec![
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    der.extend(ED25519_SECRET);
    (
        EncodingKey::from_ed_der(&der),
        DecodingKey::from_ed_der(&ED25519_PUBLIC),
    )
}

#[test]
fn a_token_by_a_public_key_is_checked_by_it() {
    let (secret, public) = ed25519();
    let strategy = TokenStrategy::new(Algorithm::EdDSA, public).unwrap();
    let claims = json!({"tenant_id": "acme", "exp": LATE});
    let token = encode(&Header::new(Algorithm::EdDSA), &claims, &secret).unwrap();
    assert_eq!(tenant(&strategy, &bearing(&token)).as_deref(), Some("acme"));
    let at = token.rfind('.').unwrap() + 1;
    let other = if token[at..].starts_with('A') {
        "B"
    } else {
        "A"
    };
    let broken = format!("{}{other}{}", &token[..at], &token[at + 1..]);
    assert_untrusted(&strategy, &broken, "its signature is not of the key");
}
