//! [`Shelves`]: what the memos of all threads need of a bus, and is gone when the bus is.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// Where a thread's memo keeps what it needs of a bus. The bus empties it when something of that is to go: a thread may never
/// look at its memo again.
pub(in crate::bus) struct Shelf<K>(Mutex<Kept<K>>);

struct Kept<K> {
    things: Vec<K>,
    /// Whether the bus is gone.
    is_gone: bool,
}

/// The shelves of all threads, for one bus.
pub(in crate::bus) struct Shelves<K>(Mutex<Vec<Weak<Shelf<K>>>>);

impl<K> Shelf<K> {
    /// Keeps it. It is handed back where the bus is gone.
    pub(in crate::bus) fn put(&self, thing: K) -> Option<K> {
        let mut kept = self.lock();
        if kept.is_gone {
            return Some(thing);
        }
        kept.things.push(thing);
        None
    }

    /// Keeps nothing of it any more. What is dropped may run foreign code.
    pub(in crate::bus) fn clear(&self) {
        let things = std::mem::take(&mut self.lock().things);
        drop(things);
    }

    pub(in crate::bus) fn is_gone(&self) -> bool {
        self.lock().is_gone
    }

    fn lock(&self) -> MutexGuard<'_, Kept<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Shelves<K> {
    /// One more, until it is dropped.
    pub(in crate::bus) fn add(&self) -> Arc<Shelf<K>> {
        let shelf = Arc::new(Shelf(Mutex::new(Kept {
            things: Vec::new(),
            is_gone: false,
        })));
        let mut all = self.lock();
        // Room is made only where it would grow.
        if all.len() == all.capacity() {
            all.retain(|shelf| shelf.strong_count() > 0);
        }
        all.push(Arc::downgrade(&shelf));
        shelf
    }

    /// Keeps nothing of it any more, on all threads. What is dropped may run foreign code.
    pub(in crate::bus) fn clear(&self) {
        for shelf in self.all() {
            shelf.clear();
        }
    }

    fn all(&self) -> Vec<Arc<Shelf<K>>> {
        self.lock().iter().filter_map(Weak::upgrade).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Weak<Shelf<K>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> Default for Shelves<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K> Drop for Shelves<K> {
    fn drop(&mut self) {
        for shelf in self.all() {
            shelf.lock().is_gone = true;
            shelf.clear();
        }
    }
}

impl<K> fmt::Debug for Shelves<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Shelves").field(&self.lock().len()).finish()
    }
}
