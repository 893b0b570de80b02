//! [`Readers`]: connections to read by, opened when they are needed and used again.

use std::sync::{Mutex, PoisonError};

use crate::store::{OpenReader, StoreReader};

use super::error::TrailError;

/// How many readers wait to be used again.
const KEPT: usize = 8;

/// Readers of one store.
pub(super) struct Readers {
    open: OpenReader,
    idle: Mutex<Vec<Box<dyn StoreReader>>>,
}

impl Readers {
    pub(super) fn new(open: OpenReader) -> Self {
        Self {
            open,
            idle: Mutex::default(),
        }
    }

    /// Reads by a reader that nobody else uses meanwhile. One that failed is not used again.
    pub(super) fn with<T>(
        &self,
        read: impl FnOnce(&mut dyn StoreReader) -> Result<T, TrailError>,
    ) -> Result<T, TrailError> {
        let idle = self.lock().pop();
        let mut reader = match idle {
            Some(reader) => reader,
            None => (self.open)()?,
        };
        let read = read(&mut *reader)?;
        let mut idle = self.lock();
        if idle.len() < KEPT {
            idle.push(reader);
        }
        Ok(read)
    }

    /// How readers are opened.
    pub(super) fn opener(&self) -> &OpenReader {
        &self.open
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Box<dyn StoreReader>>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
