//! [`KeyRotation`]: one key hands over to the next.

use std::fmt;
use std::str::FromStr;

use super::error::{KeyError, NoteError};
use super::key::TrailKey;
use super::signed::SignedNote;
use super::verifier::VerifierKey;

/// The second line, which no checkpoint can have, so that neither passes for the other.
const TITLE: &str = "audit-trail key rotation v1";

/// One key hands over to the next: a note that names both and that both signed, so that whoever trusts the old key can go on
/// to the new one, and nobody can be handed a key that he does not hold. Its text is
/// `<origin>\naudit-trail key rotation v1\n<size>\n<old verifier key>\n<new verifier key>\n`: checkpoints over more records than
/// that are the new key's alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRotation {
    origin: String,
    size: u64,
    old: VerifierKey,
    new: VerifierKey,
    note: SignedNote,
}

/// Why one key does not follow another.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RotationError {
    /// The note is none, or not signed by both.
    Note(NoteError),
    /// A line names no key.
    Key {
        /// The line, from 1 on.
        line: usize,
        /// What is wrong with it.
        error: KeyError,
    },
    /// It is of another trail.
    Origin {
        /// Its trail.
        found: String,
        /// Ours.
        expected: String,
    },
    /// It hands over from a key that is not the one in use.
    NotInUse {
        /// The key that hands over.
        found: String,
        /// The one that is trusted at this point.
        expected: String,
    },
    /// It hands over to the same key.
    Same {
        /// The key.
        key: String,
    },
    /// It hands over to a key that signed the trail before: a key hands over once.
    Former {
        /// The key.
        key: String,
    },
}

impl KeyRotation {
    /// Hands over the trail with this origin from one key to the next, once it has so many records.
    ///
    /// # Errors
    /// The origin is empty or has control characters, or the keys are the same.
    pub fn new(
        origin: &str,
        size: u64,
        old: &TrailKey,
        new: &TrailKey,
    ) -> Result<Self, RotationError> {
        let (from, to) = (old.verifier().clone(), new.verifier().clone());
        if from == to {
            return Err(RotationError::Same { key: from.called() });
        }
        let text = format!("{origin}\n{TITLE}\n{size}\n{from}\n{to}\n");
        let note = SignedNote::sign(text, old).map_err(RotationError::Note)?;
        // Read again, as whoever checks it will.
        Self::of(note.and_signed_by(new))
    }

    fn of(note: SignedNote) -> Result<Self, RotationError> {
        let malformed = |line, problem| RotationError::Note(NoteError::Malformed { line, problem });
        let lines: Vec<&str> = note.text().lines().collect();
        let &[origin, title, size, old, new] = lines.as_slice() else {
            return Err(malformed(lines.len(), "a rotation has five lines"));
        };
        if origin.is_empty() {
            return Err(malformed(1, "expected the origin of a log"));
        }
        if title != TITLE {
            let problem = "expected `audit-trail key rotation v1`";
            return Err(malformed(2, problem));
        }
        let size = size
            .parse()
            .map_err(|_| malformed(3, "expected the number of records"))?;
        let key = |line, text: &str| {
            text.parse()
                .map_err(|error| RotationError::Key { line, error })
        };
        let (old, new): (VerifierKey, VerifierKey) = (key(4, old)?, key(5, new)?);
        if old == new {
            return Err(RotationError::Same { key: old.called() });
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            old,
            new,
            note,
        })
    }

    /// The trail whose key changes.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many records the old key may sign for at most.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The key that hands over.
    pub const fn old(&self) -> &VerifierKey {
        &self.old
    }

    /// The key that takes over. To be trusted once [`KeyRotation::verify`] accepted the rotation.
    pub const fn new_key(&self) -> &VerifierKey {
        &self.new
    }

    /// The note that says so.
    pub const fn note(&self) -> &SignedNote {
        &self.note
    }

    /// Checks that the key which is trusted for this trail hands over to another, and that the other agrees. Returned is
    /// that other key.
    ///
    /// # Errors
    /// It is of another trail or from another key, or one of the two did not sign it.
    pub fn verify(
        &self,
        origin: &str,
        trusted: &VerifierKey,
    ) -> Result<&VerifierKey, RotationError> {
        if self.origin != origin {
            return Err(RotationError::Origin {
                found: self.origin.clone(),
                expected: origin.to_owned(),
            });
        }
        if self.old != *trusted {
            return Err(RotationError::NotInUse {
                found: self.old.called(),
                expected: trusted.called(),
            });
        }
        for key in [&self.old, &self.new] {
            let signers = self.note.verify(std::slice::from_ref(key));
            signers.map_err(RotationError::Note)?;
        }
        Ok(&self.new)
    }

    /// All keys of a trail in their order: the one that is trusted first, and those that follow from it by these
    /// rotations.
    ///
    /// # Errors
    /// The first rotation that does not follow, as [`KeyRotation::verify`] finds it.
    pub fn follow<'r>(
        origin: &str,
        trusted: VerifierKey,
        rotations: impl IntoIterator<Item = &'r Self>,
    ) -> Result<Vec<VerifierKey>, RotationError> {
        let mut keys = Vec::new();
        let mut in_use = trusted;
        for rotation in rotations {
            let next = rotation.verify(origin, &in_use)?.clone();
            keys.push(std::mem::replace(&mut in_use, next));
        }
        keys.push(in_use);
        Ok(keys)
    }

    /// What stands behind each rotation where a trail keeps several: no note holds such a line.
    pub(crate) const BEHIND: &str = "\u{1e}\n";

    /// Those that a trail keeps, in their order. What is none, or not signed by both keys, is passed over.
    pub(crate) fn all_in(kept: &str) -> Vec<Self> {
        let read = kept
            .split(Self::BEHIND)
            .filter_map(|note| note.parse::<Self>().ok());
        read.filter(|rotation| rotation.verify(&rotation.origin, &rotation.old).is_ok())
            .collect()
    }

    /// The key to which one of a trail came by these rotations in their order; nothing if it did not hand over.
    pub(crate) fn successor<'r>(
        origin: &str,
        key: &VerifierKey,
        rotations: &'r [Self],
    ) -> Option<&'r VerifierKey> {
        let of_trail = rotations.iter().filter(|one| one.origin == origin);
        of_trail.fold(None, |last, rotation| {
            if last.unwrap_or(key) == &rotation.old && &rotation.new != key {
                Some(&rotation.new)
            } else {
                last
            }
        })
    }
}

impl FromStr for KeyRotation {
    type Err = RotationError;

    fn from_str(note: &str) -> Result<Self, RotationError> {
        Self::of(note.parse().map_err(RotationError::Note)?)
    }
}

impl fmt::Display for KeyRotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.note.fmt(f)
    }
}

impl fmt::Display for RotationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(_) => f.write_str("the rotation of a key"),
            Self::Key { line, .. } => write!(f, "the rotation of a key, line {line}"),
            Self::Origin { found, expected } => {
                let (found, expected) = (found.escape_debug(), expected.escape_debug());
                write!(f, "the rotation is of `{found}`; expected `{expected}`")
            }
            Self::NotInUse { found, expected } => {
                write!(f, "`{found}` hands over; the key in use is `{expected}`")
            }
            Self::Same { key } => write!(f, "`{key}` hands over to itself"),
            Self::Former { key } => write!(
                f,
                "`{key}` signed the trail before; expected a key that never did"
            ),
        }
    }
}

impl std::error::Error for RotationError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Note(error) => Some(error),
            Self::Key { error, .. } => Some(error),
            Self::Origin { .. }
            | Self::NotInUse { .. }
            | Self::Same { .. }
            | Self::Former { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
