//! Keys and algorithms.

use audit_tenant::TokenStrategy;
use audit_tenant::jsonwebtoken::{Algorithm, DecodingKey, Header, encode};
use serde_json::json;

use crate::signed::{
    ED25519_PUBLIC, LATE, SECRET, assert_untrusted, bearing, ed25519, key, signed_by, strategy,
};
use crate::support::tenant;

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

#[test]
fn while_keys_are_changed_a_token_by_either_counts_and_by_no_other() {
    let (old, other) = ([8; 32], [9; 32]);
    let strategy = strategy().or_key(key(&old)).unwrap();
    let claims = json!({"tenant_id": "acme", "exp": LATE});
    for secret in [SECRET, &old] {
        let token = signed_by(Algorithm::HS256, secret, &claims);
        assert_eq!(tenant(&strategy, &bearing(&token)).as_deref(), Some("acme"));
        let expired = signed_by(
            Algorithm::HS256,
            secret,
            &json!({"tenant_id": "acme", "exp": 1}),
        );
        assert_untrusted(&strategy, &expired, "it has expired");
    }
    let token = signed_by(Algorithm::HS256, &other, &claims);
    assert_untrusted(&strategy, &token, "its signature is not of the key");
    // One of another kind, or too short, is none.
    let strategy = strategy.or_key(key(b"short"));
    assert_eq!(
        strategy.unwrap_err().to_string(),
        "the key has 40 bits, expected at least 256"
    );
    let strategy = crate::signed::strategy().or_key(ed25519().1);
    assert_eq!(
        strategy.unwrap_err().to_string(),
        "the key is not of the kind that `HS256` takes"
    );
}
