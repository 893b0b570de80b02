//! Tokens as an issuer signs them, and keys.

use std::time::{SystemTime, UNIX_EPOCH};

use audit_tenant::StrategyErrorKind::Untrusted;
use audit_tenant::TokenStrategy;
use audit_tenant::jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, encode};
use http::request::Parts;
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::support::{failure, head};

pub(crate) const SECRET: &[u8] =
    b"a secret of sixty-four bytes, which is enough for each of HS256-512";
/// Far away: 2100-01-01.
pub(crate) const LATE: u64 = 4_102_444_800;

pub(crate) fn key(secret: &[u8]) -> DecodingKey {
    DecodingKey::from_secret(secret).unwrap()
}

pub(crate) fn strategy() -> TokenStrategy {
    TokenStrategy::new(Algorithm::HS256, key(SECRET)).unwrap()
}

pub(crate) fn signed_by(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
    let key = EncodingKey::from_secret(secret).unwrap();
    encode(&Header::new(algorithm), claims, &key).unwrap()
}

pub(crate) fn signed(claims: &Value) -> String {
    signed_by(Algorithm::HS256, SECRET, claims)
}

/// One that says these claims in this order, be some of them there twice.
pub(crate) fn signed_as(claims: &[(&str, Value)]) -> String {
    struct Claims<'c>(&'c [(&'c str, Value)]);
    impl Serialize for Claims<'_> {
        fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
            to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
        }
    }
    let key = EncodingKey::from_secret(SECRET).unwrap();
    encode(&Header::new(Algorithm::HS256), &Claims(claims), &key).unwrap()
}

pub(crate) fn bearing(token: &str) -> Parts {
    head(&[("authorization", format!("Bearer {token}").as_bytes())])
}

pub(crate) fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

#[track_caller]
pub(crate) fn assert_untrusted(strategy: &TokenStrategy, token: &str, reason: &str) {
    let failure = failure(strategy, &bearing(token));
    assert_eq!(failure.kind(), Untrusted, "{failure}");
    assert_eq!(failure.to_string(), format!("strategy `token`: {reason}"));
}

/// The key pair of RFC 8037 §A.1 and §A.2.
pub(crate) const ED25519_PUBLIC: [u8; 32] = [
    0xd7, 0x5a, 0x98, 0x01, 0x82, 0xb1, 0x0a, 0xb7, 0xd5, 0x4b, 0xfe, 0xd3, 0xc9, 0x64, 0x07, 0x3a,
    0x0e, 0xe1, 0x72, 0xf3, 0xda, 0xa6, 0x23, 0x25, 0xaf, 0x02, 0x1a, 0x68, 0xf7, 0x07, 0x51, 0x1a,
];
pub(crate) const ED25519_SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4,
    0x44, 0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];

pub(crate) fn ed25519() -> (EncodingKey, DecodingKey) {
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
