//! [`Key`]: what bindings are signed with.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Comes before the key where its public name is made, so that the name can't serve as anything else.
const NAMED: &[u8] = b"audit-tenant key\n";
/// Bytes of a block of SHA-256.
const BLOCK: usize = 64;
/// The hexadecimal digits of a key's name.
const NAME_DIGITS: usize = 16;

/// The secret behind signed bindings: 32 random bytes that the service has from its configuration and the database in a table that
/// only its owner reads. It is wiped from memory when its last clone goes, and `Debug` shows nothing but its public name.
///
/// ```
/// use audit_tenant::postgres::Key;
/// // As `openssl rand -hex 32` makes it; a secret of the service, not of its sources.
/// let key = Key::from_hex("5fd9c25b5d4cd1ea0bd6a7b9e8bd4d0e3c0c1c4f2c0b8be2ab64bd5d1f2f7a11")?;
/// assert_eq!(key.name().len(), 16);
/// assert!(!format!("{key:?}").contains("5fd9"));
/// # Ok::<(), audit_tenant::postgres::InvalidKey>(())
/// ```
#[derive(Clone)]
pub struct Key {
    bytes: Arc<Zeroizing<[u8; Self::BYTES]>>,
    name: Arc<str>,
}

impl Key {
    /// How many bytes it has.
    pub const BYTES: usize = 32;

    /// A key of these bytes, which have to be random.
    pub fn new(bytes: [u8; Self::BYTES]) -> Self {
        let digest = Sha256::new()
            .chain_update(NAMED)
            .chain_update(bytes)
            .finalize();
        let mut name = hex(&digest);
        name.truncate(NAME_DIGITS);
        Self {
            bytes: Arc::new(Zeroizing::new(bytes)),
            name: name.into(),
        }
    }

    /// A key from 64 hexadecimal digits.
    ///
    /// # Errors
    /// They are no such digits, or not so many.
    pub fn from_hex(digits: &str) -> Result<Self, InvalidKey> {
        let mut bytes = Zeroizing::new([0; Self::BYTES]);
        if digits.len() != 2 * Self::BYTES {
            return Err(InvalidKey(()));
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks(2)) {
            let digit = |at: usize| {
                pair.get(at)
                    .and_then(|digit| char::from(*digit).to_digit(16))
            };
            let (Some(high), Some(low)) = (digit(0), digit(1)) else {
                return Err(InvalidKey(()));
            };
            // Both are below 16.
            *byte = u8::try_from(high * 16 + low).map_err(|_| InvalidKey(()))?;
        }
        Ok(Self::new(*bytes))
    }

    /// The name by which the database finds it: no secret, and the same wherever the key is.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn bytes(&self) -> &[u8] {
        &**self.bytes
    }

    /// What HMAC makes of it (RFC 2104), as the database keeps it: the key, filled up to a block of the hash, each byte with `0x36` in
    /// the inner block and with `0x5c` in the outer one.
    pub(super) fn blocks(&self) -> [Zeroizing<[u8; BLOCK]>; 2] {
        [0x36, 0x5c].map(|pad| {
            let mut block = Zeroizing::new([pad; BLOCK]);
            for (byte, of_key) in block.iter_mut().zip(self.bytes()) {
                *byte ^= of_key;
            }
            block
        })
    }

    /// HMAC-SHA-256 (RFC 2104) of a text, in hexadecimal digits.
    pub(super) fn sign(&self, text: &str) -> String {
        // A key of any length is taken; an empty signature would be refused like any that is wrong.
        Hmac::<Sha256>::new_from_slice(self.bytes()).map_or_else(
            |_| String::new(),
            |mac| hex(&mac.chain_update(text).finalize().into_bytes()),
        )
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Key")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Bytes in small hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

/// What was given is no key. It is not quoted, as it may nearly be one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidKey(());

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "this is no key, expected {} hexadecimal digits, as `openssl rand -hex {}` makes them",
            2 * Key::BYTES,
            Key::BYTES
        )
    }
}

impl Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_hmac_of_rfc_4231() {
        // Its first test case has a key of 20 bytes; HMAC fills it up with zeroes.
        let mut bytes = [0; Key::BYTES];
        bytes[..20].fill(0x0b);
        assert_eq!(
            Key::new(bytes).sign("Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
    }

    #[test]
    fn a_key_is_read_from_hexadecimal_digits_and_nothing_else() {
        let key = Key::from_hex(&"0a".repeat(32)).unwrap();
        assert_eq!(key.bytes(), [10; 32]);
        assert_eq!(key.name(), Key::from_hex(&"0A".repeat(32)).unwrap().name());
        for wrong in [
            "",
            "0a",
            &"0a".repeat(33),
            &"0g".repeat(32),
            &"ä".repeat(32),
        ] {
            let error = Key::from_hex(wrong).unwrap_err().to_string();
            assert!(error.contains("64 hexadecimal digits"), "{error}");
        }
    }

    #[test]
    fn keys_tell_nothing_of_themselves_but_their_name() {
        let key = Key::new([0x5a; 32]);
        assert_eq!(
            format!("{key:?}"),
            format!("Key {{ name: {:?}, .. }}", key.name())
        );
        assert!(!key.name().contains("5a5a"));
    }
}
