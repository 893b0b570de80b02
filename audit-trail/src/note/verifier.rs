//! [`VerifierKey`]: the public half of a key, by which notes are checked.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use super::error::{KeyError, called};

/// The identifier byte of Ed25519: C2SP `signed-note`, "Signature types".
pub(super) const ED25519: u8 = 1;
const FORM: &str = "<name>+<8 hexadecimal digits>+<base64>";

/// The public half of a key: `<name>+<hash>+<base64>`, as Go's `sumdb/note` writes it. Known to whoever checks a trail.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl VerifierKey {
    pub(super) fn new(name: &str, key: VerifyingKey) -> Result<Self, KeyError> {
        check_name(name)?;
        if key.is_weak() {
            return Err(KeyError::Unfit);
        }
        Ok(Self {
            name: name.to_owned(),
            id: id(name, &key),
            key,
        })
    }

    /// The name of the key, mostly the origin of the trail it signs for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first four bytes of the hash over name and key, which stand before each signature: C2SP `signed-note`,
    /// "Ed25519 signatures".
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// The 32 bytes of the public key: RFC 8032, section 5.1.5.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    pub(crate) fn called(&self) -> String {
        called(&self.name, self.id)
    }

    pub(super) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let Ok(signature) = Signature::from_slice(signature) else {
            return false;
        };
        // Strict: of a message no key has two signatures, and no signature fits two messages.
        self.key.verify_strict(message, &signature).is_ok()
    }
}

/// C2SP `signed-note`, "Format": a name is not empty and has no Unicode space, no plus, and as a part of a note no control
/// character.
pub(super) fn check_name(name: &str) -> Result<(), KeyError> {
    let unfit = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.contains(unfit) {
        return Err(KeyError::Name {
            found: name.to_owned(),
        });
    }
    Ok(())
}

fn id(name: &str, key: &VerifyingKey) -> u32 {
    let mut hasher = Sha256::new();
    hasher.update(name);
    hasher.update([b'\n', ED25519]);
    hasher.update(key.as_bytes());
    let [a, b, c, d, ..] = <[u8; 32]>::from(hasher.finalize());
    u32::from_be_bytes([a, b, c, d])
}

/// Name, hash and bytes without the identifier byte, of either half of a key.
pub(super) fn parts<'t>(
    text: &'t str,
    accepted: &'static str,
) -> Result<(&'t str, &'t str, &'t str), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form { accepted });
    };
    check_name(name)?;
    Ok((name, id, bytes))
}

/// The 32 bytes behind the identifier byte.
pub(super) fn bytes_of<'d>(
    decoded: &'d [u8],
    accepted: &'static str,
) -> Result<&'d [u8; 32], KeyError> {
    match decoded.split_first() {
        Some((&ED25519, bytes)) => bytes.try_into().map_err(|_| KeyError::Form { accepted }),
        Some((&found, _)) => Err(KeyError::Algorithm { found }),
        None => Err(KeyError::Form { accepted }),
    }
}

/// Whether the hash that is written with a key is its own, in lower case as it is always written.
pub(super) fn check_id(found: &str, key: &VerifierKey) -> Result<(), KeyError> {
    if found == format!("{:08x}", key.id) {
        return Ok(());
    }
    Err(KeyError::Id {
        found: found.to_owned(),
        expected: key.id,
    })
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, bytes) = parts(text, FORM)?;
        let decoded = STANDARD.decode(bytes);
        let decoded = decoded.map_err(|_| KeyError::Form { accepted: FORM })?;
        let key = VerifyingKey::from_bytes(bytes_of(&decoded, FORM)?);
        let key = Self::new(name, key.map_err(|_| KeyError::Unfit)?)?;
        check_id(id, &key)?;
        Ok(key)
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = vec![ED25519];
        bytes.extend_from_slice(self.key.as_bytes());
        let Self { name, id, .. } = self;
        write!(f, "{name}+{id:08x}+{}", STANDARD.encode(bytes))
    }
}

impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifierKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the documentation of Go's `sumdb/note`.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    #[test]
    fn a_key_of_another_implementation_is_read_and_written() {
        let key: VerifierKey = KEY.parse().unwrap();
        assert_eq!(key.name(), "PeterNeumann");
        assert_eq!(key.id(), 0xc74f_20a3);
        assert_eq!(key.to_string(), KEY);
    }

    #[test]
    fn a_key_that_is_none_is_refused_with_a_reason() {
        let refused = |text: &str| text.parse::<VerifierKey>().unwrap_err().to_string();
        let form = "this is no key; expected `<name>+<8 hexadecimal digits>+<base64>`";
        assert_eq!(refused(""), form);
        assert_eq!(refused("PeterNeumann+c74f20a3"), form);
        assert_eq!(refused(&format!("{KEY}\n")), form);
        assert_eq!(refused(&KEY.replace("10TW", "10T")), form);
        assert_eq!(
            refused(&KEY.replace("c74f20a3", "c74f20a4")),
            "the key has the hash `c74f20a4`; its name and bytes have `c74f20a3`"
        );
        assert!(refused(&KEY.replace("c74f20a3", "C74F20A3")).starts_with("the key has the hash"));
        assert_eq!(
            refused(&KEY.replace("ARpc", "Ahpc")),
            "the key is of type 2; expected 1, which is Ed25519"
        );
        assert_eq!(
            refused(&KEY.replace("Peter", "Peter ")),
            "`Peter Neumann` is no name of a key; expected text without spaces, `+` and control characters"
        );
        assert_eq!(
            refused("+c74f20a3+AA=="),
            "`` is no name of a key; expected text without spaces, `+` and control characters"
        );
    }

    /// The point 1, whose signatures anybody can make.
    #[test]
    fn a_key_under_which_anybody_can_sign_is_refused() {
        let mut bytes = [0; 33];
        bytes[..2].copy_from_slice(&[ED25519, 1]);
        let text = format!("name+00000000+{}", STANDARD.encode(bytes));
        assert_eq!(text.parse::<VerifierKey>(), Err(KeyError::Unfit));
    }
}
