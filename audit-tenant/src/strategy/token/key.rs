//! Keys: of the algorithm's kind, readable, and long enough.

use std::error::Error;
use std::fmt;

use audit_core::__private::contain;
use jsonwebtoken::crypto::{CryptoProvider, rust_crypto};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, DecodingKeyKind};

/// Whether tokens by this algorithm can be checked by this key.
pub(super) fn check(algorithm: Algorithm, key: &DecodingKey) -> Result<(), InvalidTokenKey> {
    let provider = provider().ok_or(InvalidTokenKey(Fault::Unreadable))?;
    if key.family() != algorithm.family() {
        return Err(InvalidTokenKey(Fault::OfAnotherKind(algorithm)));
    }
    // A provider may be the program's own, and read what it does not know by panicking.
    let bits = contain(|| {
        let _verifier = (provider.verifier_factory)(&algorithm, key).ok()?;
        bits(provider, key)
    });
    let asked = bits_asked_for(algorithm);
    match bits.ok().flatten() {
        None => Err(InvalidTokenKey(Fault::Unreadable)),
        Some(found) if found < asked => Err(InvalidTokenKey(Fault::TooShort { found, asked })),
        Some(_) => Ok(()),
    }
}

/// The program's cryptography, which is there from here on: without one every token would panic.
fn provider() -> Option<&'static CryptoProvider> {
    CryptoProvider::try_get_default().or_else(|| {
        // Where another thread was faster, that one counts.
        let _chosen = rust_crypto::DEFAULT_PROVIDER.install_default();
        CryptoProvider::try_get_default()
    })
}

/// How long a key has to be, in bits.
fn bits_asked_for(algorithm: Algorithm) -> usize {
    match (algorithm.family(), algorithm) {
        (AlgorithmFamily::Rsa, _) => 2048,
        (_, Algorithm::HS256) => 256,
        (_, Algorithm::HS384) => 384,
        (_, Algorithm::HS512) => 512,
        // The length is the curve's.
        _ => 0,
    }
}

/// How long a key is, in bits.
fn bits(provider: &CryptoProvider, key: &DecodingKey) -> Option<usize> {
    let of_modulus = |modulus: &[u8]| {
        let mut digits = modulus.iter().skip_while(|byte| **byte == 0);
        let first = digits.next().map_or(0, |byte| 8 - byte.leading_zeros());
        usize::try_from(first)
            .ok()
            .map(|first| first + 8 * digits.count())
    };
    match (key.family(), key.kind()) {
        (AlgorithmFamily::Rsa, DecodingKeyKind::SecretOrDer(der)) => {
            let read = (provider.key_utils.rsa_pub_components_from_public_key)(der);
            of_modulus(&read.ok()?.0)
        }
        (_, DecodingKeyKind::RsaModulusExponent { n, .. }) => of_modulus(n),
        (_, DecodingKeyKind::SecretOrDer(bytes)) => Some(8 * bytes.len()),
    }
}

/// What was given is no key for the algorithm. It quotes nothing of the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidTokenKey(Fault);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    OfAnotherKind(Algorithm),
    Unreadable,
    /// So many bits.
    TooShort {
        found: usize,
        asked: usize,
    },
}

impl fmt::Display for InvalidTokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Fault::OfAnotherKind(algorithm) => {
                write!(f, "the key is not of the kind that `{algorithm:?}` takes")
            }
            Fault::Unreadable => f.write_str("the key can't be read as one of the algorithm's"),
            Fault::TooShort { found, asked } => {
                write!(f, "the key has {found} bits, expected at least {asked}")
            }
        }
    }
}

impl Error for InvalidTokenKey {}
