//! [`RedactionKey`]: the secret behind hashed values.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::value::Value;

use super::hash;

/// Names what is hashed, so that the key can serve other ends without meeting these hashes.
const PREFIX: &[u8] = b"audit-redaction/v1\n";
/// The bytes of a hash that are shown.
const SHOWN: usize = 16;

/// The secret behind hashed values: with the same key equal values have equal hashes, in every process; without
/// it a hash can't be guessed by trying values. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct RedactionKey([u8; 32]);

impl RedactionKey {
    /// A key of your own, shared by the processes whose records are searched together.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A key that nobody knows, so that its hashes can be compared with no others.
    ///
    /// # Errors
    /// The operating system gives no random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The hash of a value: `hmac-sha256:` and 32 hexadecimal digits.
    pub(crate) fn hash(&self, value: &Value<'_>) -> String {
        // A key shorter than a block is filled up with zeros (RFC 2104 §2).
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(self.0)
            .for_each(|(place, byte)| *place = byte);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(PREFIX);
        hash::feed(value, &mut |bytes| mac.update(bytes));
        let mut text = String::from("hmac-sha256:");
        for byte in mac.finalize().into_bytes().iter().take(SHOWN) {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
        text
    }
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedactionKey(..)")
    }
}
