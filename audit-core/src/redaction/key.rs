//! [`RedactionKey`]: the secret behind hashed values.

use std::fmt;
use std::sync::Arc;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::contain::shown;
use crate::value::Value;

use super::{HASHED, Redaction, hash};

/// Names what is hashed, so that the key can serve other ends without meeting these hashes.
const PREFIX: &[u8] = b"audit-redaction/v1\n";
/// The bytes of a hash that are shown.
const SHOWN: usize = 16;

/// How long a name may be.
const LONGEST_NAME: usize = 32;

/// The secret behind hashed values: with the same key equal values have equal hashes, in every process; without
/// it a hash can't be guessed by trying values. `Debug` shows nothing of it but its name.
///
/// A program that changes its key gives each a [name](Self::named), which stands in the hashes, so that it is known which key made
/// one: [`Runtime::set_redaction_key`](crate::Runtime::set_redaction_key).
#[derive(Clone)]
pub struct RedactionKey {
    secret: Option<[u8; 32]>,
    name: Option<Arc<str>>,
}

impl RedactionKey {
    /// A key of your own, shared by the processes whose records are searched together.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self {
            secret: Some(bytes),
            name: None,
        }
    }

    /// The same with a name, which its hashes show: `hmac-sha256:NAME:` and 32 hexadecimal digits.
    ///
    /// ```
    /// use audit_core::RedactionKey;
    /// # let bytes = [7; 32];
    /// let key = RedactionKey::named("2026-11", bytes)?;
    /// assert_eq!(key.name(), Some("2026-11"));
    /// assert!(RedactionKey::named("November 2026", bytes).is_err());
    /// # Ok::<(), audit_core::KeyNameError>(())
    /// ```
    ///
    /// # Errors
    /// The name is empty, longer than 32 bytes, or has other characters than `a` to `z`, `0` to `9`, `_` and `-`.
    pub fn named(name: &str, bytes: [u8; 32]) -> Result<Self, KeyNameError> {
        if !is_name(name) {
            return Err(KeyNameError(shown(name)));
        }
        Ok(Self {
            name: Some(Arc::from(name)),
            ..Self::new(bytes)
        })
    }

    /// The name, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
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
        Self {
            secret: None,
            name: None,
        }
    }

    /// A key that nobody knows, so that its hashes can be compared with no others.
    ///
    /// # Errors
    /// The operating system gives no random bytes.
    pub(crate) fn random() -> Result<Self, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        Ok(Self::new(bytes))
    }

    /// What is done to a value under this key: without a secret nothing is hashed.
    pub(crate) fn done(&self, how: Redaction) -> Redaction {
        match how {
            Redaction::Hash | Redaction::Seal if self.secret.is_none() => Redaction::Mask,
            how => how,
        }
    }

    /// The hash of a value: `hmac-sha256:`, the name and a colon if there is one, and 32 hexadecimal digits. `None` without a
    /// secret.
    pub(crate) fn hash(&self, value: &Value<'_>) -> Option<String> {
        let secret = self.secret?;
        // A key shorter than a block is filled up with zeros (RFC 2104 §2).
        let mut block = [0; 64];
        block
            .iter_mut()
            .zip(secret)
            .for_each(|(place, byte)| *place = byte);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        mac.update(PREFIX);
        hash::feed(value, &mut |bytes| mac.update(bytes));
        let mut text = String::from(HASHED);
        if let Some(name) = &self.name {
            text.push_str(name);
            text.push(':');
        }
        for byte in mac.finalize().into_bytes().iter().take(SHOWN) {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(digit.into(), 16));
            }
        }
        Some(text)
    }
}

/// Whether a key can be called like this.
fn is_name(name: &str) -> bool {
    let fits = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-');
    !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(fits)
}

/// Whether a text is the hash of a value, made with some key.
pub(super) fn is_hash(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(HASHED) else {
        return false;
    };
    let (name, digits) = rest.rsplit_once(':').unwrap_or(("", rest));
    let is_named = digits.len() == rest.len() || is_name(name);
    is_named && digits.len() == SHOWN * 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

impl fmt::Debug for RedactionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "RedactionKey({name}, ..)"),
            None => f.write_str("RedactionKey(..)"),
        }
    }
}

/// A name that no key may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyNameError(String);

impl fmt::Display for KeyNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no name of a redaction key: expected 1 to {LONGEST_NAME} of `a` to `z`, `0` to `9`, `_` and `-`",
            self.0
        )
    }
}

impl std::error::Error for KeyNameError {}

/// The key in force, and those that were before it.
#[derive(Clone, Debug)]
pub(crate) struct RedactionKeys {
    pub(crate) in_force: RedactionKey,
    /// The newest first.
    before: Vec<RedactionKey>,
}

impl RedactionKeys {
    /// A first key.
    pub(crate) fn new(key: RedactionKey) -> Self {
        Self {
            in_force: key,
            before: Vec::new(),
        }
    }

    /// This key in force, and the one that was before all others.
    pub(crate) fn changed(&self, key: RedactionKey) -> Self {
        let was = std::iter::once(&self.in_force);
        Self {
            in_force: key,
            before: was.chain(&self.before).cloned().collect(),
        }
    }

    /// The hash of a value under each key, the newest first, each once.
    pub(crate) fn forms(&self, value: &Value<'_>) -> Vec<String> {
        let mut forms: Vec<String> = Vec::new();
        for key in std::iter::once(&self.in_force).chain(&self.before) {
            let form = key.hash(value);
            forms.extend(form.filter(|form| !forms.contains(form)));
        }
        forms
    }
}
