//! [`Keys`]: by whom checkpoints may be signed.

use crate::note::{Checkpoint, KeyRotation, SignedNote, VerifierKey};
use crate::store::{StoreError, StoreErrorKind, StoreReader, fact_name};

use super::damage::{Damage, DamageKind};

/// By whom the checkpoints of a trail may be signed: keys, and hand-overs from one to the next.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    trusted: Vec<VerifierKey>,
}

impl Keys {
    /// These keys, and those they handed over to, as a trail tells: each hand-over is signed by the key before.
    ///
    /// # Errors
    /// The trail can't be read.
    pub fn trusting(
        keys: impl IntoIterator<Item = VerifierKey>,
        reader: &mut dyn StoreReader,
    ) -> Result<Self, StoreError> {
        let mut trusted: Vec<VerifierKey> = keys.into_iter().collect();
        for rotation in rotations(reader)? {
            // One that does not follow from what is trusted leaves things as they are.
            let follows = trusted.contains(rotation.old()) && !trusted.contains(rotation.new_key());
            if follows && rotation.verify(rotation.origin(), rotation.old()).is_ok() {
                trusted.push(rotation.new_key().clone());
            }
        }
        Ok(Self { trusted })
    }

    /// This key, and those before it: each handed over to the next, as the trail tells, and the next agreed.
    ///
    /// # Errors
    /// The trail can't be read.
    pub fn leading_to(key: &VerifierKey, reader: &mut dyn StoreReader) -> Result<Self, StoreError> {
        let mut trusted = vec![key.clone()];
        for rotation in rotations(reader)?.iter().rev() {
            let leads = trusted.contains(rotation.new_key()) && !trusted.contains(rotation.old());
            if leads && rotation.verify(rotation.origin(), rotation.old()).is_ok() {
                trusted.push(rotation.old().clone());
            }
        }
        trusted.reverse();
        Ok(Self { trusted })
    }

    /// The keys that the trail names itself. They prove that nobody without a key changed it, and nothing about who has one.
    ///
    /// # Errors
    /// The trail can't be read, or names what is no key.
    pub fn stored(reader: &mut dyn StoreReader) -> Result<Self, StoreError> {
        let stored = reader.fact(fact_name::KEYS)?.unwrap_or_default();
        let read = |line: &str| {
            line.parse().map_err(|error: crate::note::KeyError| {
                let message = "the trail names a key that is none";
                StoreError::new(StoreErrorKind::Damaged, message).because(error)
            })
        };
        let trusted = stored.lines().map(read).collect::<Result<_, _>>()?;
        Ok(Self { trusted })
    }

    /// Whether there is none.
    pub fn are_none(&self) -> bool {
        self.trusted.is_empty()
    }

    /// The one that signs now.
    pub fn current(&self) -> Option<&VerifierKey> {
        self.trusted.last()
    }

    /// What a checkpoint says, if it is signed by one of these.
    pub(crate) fn open(&self, note: &str, size: u64) -> Result<Checkpoint, Damage> {
        let wrong = |error: &dyn std::fmt::Display| {
            let found = format!("the checkpoint over {size} records is not to be trusted: {error}");
            Damage::new(DamageKind::WrongKey, size.saturating_sub(1), found)
        };
        let note: SignedNote = note.parse().map_err(|error| wrong(&error))?;
        Checkpoint::open(&note, &self.trusted).map_err(|error| wrong(&error))
    }
}

/// The hand-overs that a trail tells of. What is none is passed over.
fn rotations(reader: &mut dyn StoreReader) -> Result<Vec<KeyRotation>, StoreError> {
    let told = reader.fact(fact_name::ROTATIONS)?.unwrap_or_default();
    let notes = told.split(fact_name::BETWEEN);
    Ok(notes.filter_map(|note| note.parse().ok()).collect())
}
