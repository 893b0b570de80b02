//! [`TrailKey`]: the private half of a key, by which a trail signs its checkpoints.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use zeroize::Zeroizing;

use super::error::KeyError;
use super::verifier::{ED25519, VerifierKey, bytes_of, check_id, check_name, parts};

const PREFIX: &str = "PRIVATE+KEY+";
const FORM: &str = "PRIVATE+KEY+<name>+<8 hexadecimal digits>+<base64>";

/// The private half of a key, by which a trail signs its checkpoints. `Debug` shows nothing of it, and it is wiped from memory when
/// it goes.
#[derive(Clone)]
pub struct TrailKey {
    key: SigningKey,
    verifier: VerifierKey,
}

impl TrailKey {
    /// A new key of this name, which should be the origin of the trail that it signs for: C2SP `tlog-checkpoint`,
    /// "Signatures".
    ///
    /// # Errors
    /// The name is empty or has a space, a `+` or a control character in it; the operating system gives no random bytes.
    pub fn generate(name: &str) -> Result<Self, KeyError> {
        check_name(name)?;
        let mut seed = Zeroizing::new([0; 32]);
        getrandom::fill(seed.as_mut()).map_err(|error| KeyError::Random {
            message: error.to_string(),
        })?;
        Self::from_seed(name, &seed)
    }

    /// The key of this name that a secret of 32 bytes makes (RFC 8032, section 5.1.5), as a vault may hand it out.
    ///
    /// # Errors
    /// The name is empty or has a space, a `+` or a control character in it.
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        let key = SigningKey::from_bytes(seed);
        let verifier = VerifierKey::new(name, key.verifying_key())?;
        Ok(Self { key, verifier })
    }

    /// The public half, which may be shown to everybody.
    pub const fn verifier(&self) -> &VerifierKey {
        &self.verifier
    }

    /// The name of the key.
    pub fn name(&self) -> &str {
        self.verifier.name()
    }

    /// The whole key as text, in the form of Go's `sumdb/note`: `PRIVATE+KEY+<name>+<hash>+<base64>`. Whoever reads it can sign in
    /// the trail's name.
    pub fn to_secret_text(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([ED25519; 33]);
        let (_, seed) = bytes.split_at_mut(1);
        seed.copy_from_slice(self.key.as_bytes());
        let base64 = Zeroizing::new(STANDARD.encode(*bytes));
        let (name, id) = (self.name(), self.verifier.id());
        Zeroizing::new(format!("{PREFIX}{name}+{id:08x}+{}", *base64))
    }

    pub(super) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }
}

impl FromStr for TrailKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let form = KeyError::Form { accepted: FORM };
        let text = text.strip_prefix(PREFIX).ok_or_else(|| form.clone())?;
        let (name, id, bytes) = parts(text, FORM)?;
        let decoded = Zeroizing::new(STANDARD.decode(bytes).map_err(|_| form)?);
        let key = Self::from_seed(name, bytes_of(&decoded, FORM)?)?;
        check_id(id, &key.verifier)?;
        Ok(key)
    }
}

impl fmt::Debug for TrailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrailKey({})", self.verifier.called())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key of the documentation of Go's `sumdb/note`.
    const KEY: &str =
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";

    #[test]
    fn a_key_of_another_implementation_is_read_and_written() {
        let key: TrailKey = KEY.parse().unwrap();
        assert_eq!(
            key.verifier().to_string(),
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
        );
        assert_eq!(*key.to_secret_text(), KEY);
    }

    #[test]
    fn nothing_of_the_secret_is_shown() {
        let key = TrailKey::generate("example.com/trail").unwrap();
        let text = key.to_secret_text();
        let secret = text.rsplit_once('+').unwrap().1;
        let shown = format!("{key:?} {:?}", key.verifier());
        assert!(shown.starts_with("TrailKey(example.com/trail+"), "{shown}");
        assert!(!shown.contains(secret), "{shown}");
        let seed = format!("{:?}", key.key.as_bytes());
        assert!(!shown.contains(&seed), "{shown}");
        for broken in [
            KEY.replace("c74f20a3", "c74f20a4"),
            format!("{KEY}="),
            KEY.replace("+AY", "+AZ"),
        ] {
            let error = broken.parse::<TrailKey>().unwrap_err().to_string();
            assert!(!error.contains("EKFALV"), "{error}");
        }
    }

    #[test]
    fn two_keys_are_never_the_same() {
        let [first, second] = [(); 2].map(|()| TrailKey::generate("name").unwrap());
        assert_ne!(first.verifier(), second.verifier());
    }

    #[test]
    fn a_name_that_a_note_could_not_bear_is_refused() {
        for name in ["", "a b", "a+b", "a\nb", "a\u{a0}b", "a\0b", "a\u{2003}"] {
            assert!(
                matches!(TrailKey::generate(name), Err(KeyError::Name { found }) if found == name),
                "{name:?}"
            );
        }
        TrailKey::generate("schlüssel.example/prüfpfad-1").unwrap();
    }
}
