//! [`RedactionKey`]: the secret behind hashed values.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::value::Value;

use super::{Redaction, hash};

/// Names what is hashed, so that the key can serve other ends without meeting these hashes.
const PREFIX: &[u8] = b"audit-redaction/v1\n";
/// The bytes of a hash that are shown.
const SHOWN: usize = 16;

/// The secret behind hashed values: with the same key equal values have equal hashes, in every process; without
/// it a hash can't be guessed by trying values. `Debug` shows nothing of it.
#[derive(Clone)]
pub struct RedactionKey(Option<[u8; 32]>);

impl RedactionKey {
    /// A key of your own, shared by the processes whose records are searched together.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Some(bytes))
    }

    /// No secret at all: what would be hashed is masked, as anybody could guess a hash without one. For what is shown once,
    /// and compared with nothing.
    ///
    /// ```
    /// use audit_core::{Action, Policy, RedactionKey, Runtime};
    ///
    /// let policy = Policy::from_strings(
    ///     "language: audit/2\nactions: {pay: {fields: {card: {type: string, sensitive: hash}}}}\n",
    ///     "language: audit/2\ndefault: allow\nrules: []\n",
    ///     None,
    /// )?;
    /// let runtime = Runtime::builder().policy(policy).redaction_key(RedactionKey::none()).build()?;
    /// let explanation = runtime.explain(&Action::new("pay").with("card", "4111"));
    /// let card = explanation.action.fields().get("card").and_then(|card| card.as_str());
    /// assert_eq!(card, Some("***"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub const fn none() -> Self {
        Self(None)
    }

    /// A key that nobody knows, so that its hashes can be compared with no others.
    ///
    /// # Errors
    /// The operating system gives no random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self(Some(bytes)))
    }

    /// What is done to a value under this key: without a secret nothing is hashed.
    pub(crate) fn done(&self, how: Redaction) -> Redaction {
        match how {
            Redaction::Hash | Redaction::Seal if self.0.is_none() => Redaction::Mask,
            how => how,
        }
    }

    /// The hash of a value: `hmac-sha256:` and 32 hexadecimal digits. `None` without a secret.
    pub(crate) fn hash(&self, value: &Value<'_>) -> Option<String> {
        let secret = self.0?;
        // A key shorter than a block is filled up with zeros (RFC 2104 §2).
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(secret)
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
        Some(text)
    }
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RedactionKey(..)")
    }
}
