//! [`SignedNote`]: a text and who signed it.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::error::{NoteError, called};
use super::key::TrailKey;
use super::verifier::{VerifierKey, check_name};

/// A note is refused beyond this many bytes, and this many signatures, as Go's `sumdb/note` does; C2SP `signed-note`, "Format", asks for
/// a limit of 16 signatures or more.
const MOST_BYTES: usize = 1_000_000;
const MOST_SIGNATURES: usize = 100;

/// How a signature line begins: an em dash and a space.
const DASH: &str = "\u{2014} ";

/// A text and who signed it: C2SP `signed-note`. Its `Display` is the note as it is kept, and parsing it gives the same
/// note again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedNote {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// One signature of a note, by whatever algorithm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// The name of the key.
    pub name: String,
    /// The first bytes of the key's hash.
    pub id: u32,
    /// The signature itself.
    pub bytes: Vec<u8>,
}

impl SignedNote {
    /// Signs a text.
    ///
    /// # Errors
    /// The text does not end with a line end, or has a control character in it.
    pub fn sign(text: impl Into<String>, key: &TrailKey) -> Result<Self, NoteError> {
        let text = text.into();
        check_text(&text)?;
        Ok(Self::of_sound_text(text, key))
    }

    pub(super) fn of_sound_text(text: String, key: &TrailKey) -> Self {
        let signatures = Vec::new();
        Self { text, signatures }.and_signed_by(key)
    }

    /// The same note with the signature of one more key: while a key is replaced, both sign. A key that signed it
    /// already does not sign it again.
    #[must_use]
    pub fn and_signed_by(mut self, key: &TrailKey) -> Self {
        let verifier = key.verifier();
        if self.signature_of(verifier).is_none() {
            self.signatures.push(NoteSignature {
                name: verifier.name().to_owned(),
                id: verifier.id(),
                bytes: key.sign(self.text.as_bytes()).to_vec(),
            });
        }
        self
    }

    /// The text that is signed, with its last line end. Not to be trusted before [`SignedNote::verify`].
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its signatures, in order. Not to be trusted before [`SignedNote::verify`].
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Checks the signatures of the keys that are known, and returns those keys: one at least. Signatures of other keys are
    /// passed over, as C2SP `signed-note`, "Signatures", demands.
    ///
    /// # Errors
    /// No key that is known signed it, or one that is named as a signer did not.
    pub fn verify<'k>(&self, known: &'k [VerifierKey]) -> Result<Vec<&'k VerifierKey>, NoteError> {
        let mut signers: Vec<&VerifierKey> = Vec::new();
        for (at, signature) in self.signatures.iter().enumerate() {
            let Some(key) = known.iter().find(|key| signature.is_of(key)) else {
                continue;
            };
            if !key.has_signed(self.text.as_bytes(), &signature.bytes) {
                return Err(NoteError::BadSignature {
                    line: self.text.matches('\n').count() + 2 + at,
                    key: key.called(),
                });
            }
            if !signers.contains(&key) {
                signers.push(key);
            }
        }
        if signers.is_empty() {
            let signed_by = self.signatures.iter();
            return Err(NoteError::UnknownKey {
                signed_by: signed_by
                    .map(|signature| called(&signature.name, signature.id))
                    .collect(),
                known: known.iter().map(VerifierKey::called).collect(),
            });
        }
        Ok(signers)
    }

    pub(super) fn signature_of(&self, key: &VerifierKey) -> Option<&NoteSignature> {
        self.signatures
            .iter()
            .find(|signature| signature.is_of(key))
    }
}

impl NoteSignature {
    fn is_of(&self, key: &VerifierKey) -> bool {
        self.name == key.name() && self.id == key.id()
    }

    fn read(line: &str) -> Result<Self, &'static str> {
        let accepted = "expected a signature: a dash (U+2014), the name of a key, and base64, with a space between them";
        let (name, base64) = line
            .strip_prefix(DASH)
            .and_then(|line| line.split_once(' '))
            .ok_or(accepted)?;
        check_name(name).map_err(|_| "the name of a key has no space, `+` or control character")?;
        let bytes = STANDARD.decode(base64).map_err(|_| accepted)?;
        match bytes.split_first_chunk() {
            Some((id, signature)) if !signature.is_empty() => Ok(Self {
                name: name.to_owned(),
                id: u32::from_be_bytes(*id),
                bytes: signature.to_vec(),
            }),
            _ => Err("a signature has more than the 4 bytes of its key's hash"),
        }
    }
}

/// The text of a note ends with a line end and holds no other control character of ASCII.
fn check_text(text: &str) -> Result<(), NoteError> {
    let unfit = |c: char| c < ' ' && c != '\n';
    if let Some(at) = text.find(unfit) {
        return Err(malformed_at(text, at, "there is a control character"));
    }
    if !text.ends_with('\n') {
        let problem = "the text ends without a line end";
        return Err(malformed_at(text, text.len(), problem));
    }
    Ok(())
}

fn malformed_at(text: &str, at: usize, problem: &'static str) -> NoteError {
    let before = text.get(..at).unwrap_or(text);
    NoteError::Malformed {
        line: 1 + before.matches('\n').count(),
        problem,
    }
}

impl FromStr for SignedNote {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.len() > MOST_BYTES {
            let problem = "the note is longer than 1,000,000 bytes";
            return Err(malformed_at(note, 0, problem));
        }
        check_text(note)?;
        // The last empty line: the text may have empty lines of its own.
        let Some((text, signed)) = note.rsplit_once("\n\n") else {
            let problem = "the note ends without an empty line and signatures";
            return Err(malformed_at(note, note.len(), problem));
        };
        let text = format!("{text}\n");
        let first = text.matches('\n').count() + 2;
        let mut signatures = Vec::new();
        for (line, written) in (first..).zip(signed.lines()) {
            if signatures.len() == MOST_SIGNATURES {
                let problem = "the note has more than 100 signatures";
                return Err(NoteError::Malformed { line, problem });
            }
            let signature = NoteSignature::read(written);
            signatures.push(signature.map_err(|problem| NoteError::Malformed { line, problem })?);
        }
        if signatures.is_empty() {
            let problem = "the note ends without signatures";
            return Err(NoteError::Malformed {
                line: first,
                problem,
            });
        }
        Ok(Self { text, signatures })
    }
}

impl fmt::Display for SignedNote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for NoteSignature { name, id, bytes } in &self.signatures {
            let signature = [&id.to_be_bytes(), &bytes[..]].concat();
            writeln!(f, "{DASH}{name} {}", STANDARD.encode(signature))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
