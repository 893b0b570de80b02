//! [`KeyInUse`]: the key that signs, and whether another process has handed it over.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use crate::note::{KeyFileError, KeyRotation, TrailKey, VerifierKey};
use crate::store::{ReadFact, StoreError, fact_name};

/// The key that signs.
pub(crate) struct KeyInUse {
    key: TrailKey,
    /// Where it was read from, unless it was given.
    file: Option<PathBuf>,
    /// What the handles of the trail show.
    shown: Arc<Mutex<VerifierKey>>,
}

/// Why the key that signs now is not at hand.
#[derive(Debug)]
pub(crate) enum Lacking {
    /// There is no file to read it from.
    NoFile,
    /// The file gives none.
    File(KeyFileError),
    /// Another key is in the file.
    Holds(PathBuf, String),
}

impl KeyInUse {
    /// This key, from this file.
    pub(crate) fn new(key: TrailKey, file: Option<PathBuf>) -> Self {
        let shown = Arc::new(Mutex::new(key.verifier().clone()));
        Self { key, file, shown }
    }

    /// What checks that which is signed now, for others to read.
    pub(crate) fn shown(&self) -> Arc<Mutex<VerifierKey>> {
        Arc::clone(&self.shown)
    }

    pub(crate) const fn key(&self) -> &TrailKey {
        &self.key
    }

    /// Whether a key that another process has made can be had at all.
    pub(super) const fn has_file(&self) -> bool {
        self.file.is_some()
    }

    /// Signs with this one from now on.
    pub(super) fn replace(&mut self, key: TrailKey) {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = key.verifier().clone();
        drop(shown);
        self.key = key;
    }

    /// Signs with the key that took over, if the file holds it by now.
    pub(super) fn follow(&mut self, successor: &VerifierKey) -> Result<(), Lacking> {
        let file = self.file.as_ref().ok_or(Lacking::NoFile)?;
        let key = TrailKey::load(file).map_err(Lacking::File)?;
        if key.verifier() != successor {
            return Err(Lacking::Holds(file.clone(), key.verifier().called()));
        }
        self.replace(key);
        Ok(())
    }
}

/// The key that signs the trail instead of this one by now, if this one handed over to another.
///
/// That a trail names another key is not enough: whoever can write its file could so keep it from being signed.
pub(crate) fn successor(
    origin: &str,
    key: &VerifierKey,
    fact: &ReadFact<'_>,
) -> Result<Option<VerifierKey>, StoreError> {
    let keys = fact(fact_name::KEYS)?.unwrap_or_default();
    if keys.lines().next_back() == Some(&key.to_string()) {
        return Ok(None);
    }
    let told = fact(fact_name::ROTATIONS)?.unwrap_or_default();
    Ok(KeyRotation::successor(origin, key, &KeyRotation::all_in(&told)).cloned())
}

impl fmt::Display for Lacking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile => {
                f.write_str("the key was given when the trail was opened, not its file")
            }
            Self::File(error) => match std::error::Error::source(error) {
                Some(source) => write!(f, "{error}: {source}"),
                None => error.fmt(f),
            },
            Self::Holds(file, key) => {
                write!(f, "key file `{}` holds `{}`", file.display(), key)
            }
        }
    }
}
