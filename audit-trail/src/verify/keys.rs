//! [`Keys`]: by whom checkpoints may be signed.

use crate::note::{Checkpoint, KeyRotation, SignedNote, VerifierKey};
use crate::store::{StoreError, StoreErrorKind, StoreReader, fact_name};

use super::damage::{Damage, DamageKind};

/// By whom the checkpoints of a trail may be signed: keys, and up to how many records each of them.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    trusted: Vec<Trusted>,
}

/// A key, and how many records it may sign for at most, if it handed over to another.
#[derive(Clone, Debug)]
struct Trusted {
    key: VerifierKey,
    until: Option<u64>,
}

impl Keys {
    /// These keys, those before them and those after them, as the trail tells: each hand-over is signed by both keys, and says
    /// from how many records on the old one signs no more. A key hands over once: what comes second is not followed.
    ///
    /// # Errors
    /// The trail can't be read.
    pub fn trusting(
        keys: impl IntoIterator<Item = VerifierKey>,
        reader: &mut dyn StoreReader,
    ) -> Result<Self, StoreError> {
        let trusted = keys.into_iter().map(|key| Trusted { key, until: None });
        let mut keys = Self {
            trusted: trusted.collect(),
        };
        let rotations = rotations(reader)?;
        keys.go_back(&rotations);
        for rotation in &rotations {
            if keys.knows(rotation.new_key()) {
                continue;
            }
            let hands_over =
                |known: &&mut Trusted| known.key == *rotation.old() && known.until.is_none();
            if let Some(old) = keys.trusted.iter_mut().find(hands_over) {
                old.until = Some(rotation.size());
                keys.trusted.push(Trusted {
                    key: rotation.new_key().clone(),
                    until: None,
                });
            }
        }
        Ok(keys)
    }

    /// This key, and those before it: each handed over to the next, as the trail tells, and the next agreed.
    ///
    /// # Errors
    /// The trail can't be read.
    pub fn leading_to(key: &VerifierKey, reader: &mut dyn StoreReader) -> Result<Self, StoreError> {
        let mut keys = Self {
            trusted: vec![Trusted {
                key: key.clone(),
                until: None,
            }],
        };
        keys.go_back(&rotations(reader)?);
        Ok(keys)
    }

    /// Adds those that handed over to one that is trusted, in front, as that one agreed.
    fn go_back(&mut self, rotations: &[KeyRotation]) {
        for rotation in rotations.iter().rev() {
            if self.knows(rotation.new_key()) && !self.knows(rotation.old()) {
                let old = Trusted {
                    key: rotation.old().clone(),
                    until: Some(rotation.size()),
                };
                self.trusted.insert(0, old);
            }
        }
    }

    fn knows(&self, key: &VerifierKey) -> bool {
        self.trusted.iter().any(|known| known.key == *key)
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
        let keys: Vec<VerifierKey> = stored.lines().map(read).collect::<Result<_, _>>()?;
        let rotations = rotations(reader)?;
        let until = |key: &VerifierKey| {
            let hands_over = |rotation: &&KeyRotation| rotation.old() == key;
            rotations.iter().find(hands_over).map(KeyRotation::size)
        };
        let trusted = keys.into_iter().map(|key| Trusted {
            until: until(&key),
            key,
        });
        Ok(Self {
            trusted: trusted.collect(),
        })
    }

    /// Whether there is none.
    pub fn are_none(&self) -> bool {
        self.trusted.is_empty()
    }

    /// The one that signs now.
    pub fn current(&self) -> Option<&VerifierKey> {
        self.trusted.last().map(|known| &known.key)
    }

    /// All of them, whatever they may sign for.
    pub(crate) fn all(&self) -> Vec<VerifierKey> {
        self.trusted.iter().map(|known| known.key.clone()).collect()
    }

    /// What a checkpoint says, if it is signed by one of these.
    pub(crate) fn open(&self, note: &str, size: u64) -> Result<Checkpoint, Damage> {
        let wrong = |error: &dyn std::fmt::Display| {
            let found = format!("the checkpoint over {size} records is not to be trusted: {error}");
            Damage::new(DamageKind::WrongKey, size.saturating_sub(1), found)
        };
        let note: SignedNote = note.parse().map_err(|error| wrong(&error))?;
        // What it says of its size counts once a key has signed it that may sign for so many.
        let claimed = Checkpoint::parse(note.text())
            .map_err(|error| wrong(&error))?
            .size();
        let may = self
            .trusted
            .iter()
            .filter(|known| known.until.is_none_or(|until| claimed <= until));
        let keys: Vec<VerifierKey> = may.map(|known| known.key.clone()).collect();
        Checkpoint::open(&note, &keys).map_err(|error| wrong(&error))
    }
}

/// The hand-overs that a trail tells of, in order. What is none, not signed by both keys, or of another trail that the same key
/// signs is passed over.
fn rotations(reader: &mut dyn StoreReader) -> Result<Vec<KeyRotation>, StoreError> {
    let told = reader.fact(fact_name::ROTATIONS)?.unwrap_or_default();
    let origin = reader.fact(fact_name::ORIGIN)?;
    let mut rotations = KeyRotation::all_in(&told);
    rotations.retain(|one| origin.as_ref().is_none_or(|origin| one.origin() == origin));
    Ok(rotations)
}
