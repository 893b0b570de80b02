//! [`Memos`]: what a thread remembers of a bus: verdicts and routes, by caller and name.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::caller::Caller;

/// The most names that a thread remembers of one bus.
const NAMES: usize = 65_536;
/// How many buses a thread remembers.
const BUSES: usize = 4;

/// What is remembered of a name, for a caller.
pub(super) trait Known {
    /// Whether it is of these.
    fn is_of(&self, caller: &Caller, name: &str) -> bool;
}

/// What a thread remembers of a bus, until something of it changes.
struct Memo<T> {
    bus: u64,
    generation: u64,
    /// By the hash of caller and name. Of two that share one the later is remembered.
    known: HashMap<u64, Arc<T>, BuildHasherDefault<Hashed>>,
    seed: RandomState,
}

/// What a thread remembers of some buses.
pub(super) struct Memos<T>(RefCell<Vec<Memo<T>>>);

impl<T: Known> Memos<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// What is remembered of a name, for a caller.
    #[inline]
    pub(super) fn get(
        &self,
        bus: u64,
        generation: u64,
        caller: &Caller,
        name: &str,
    ) -> Option<Arc<T>> {
        self.with(bus, generation, caller, name, Arc::clone)
    }

    /// Reads what is remembered of a name, for a caller. What is remembered while it is read is not.
    #[inline]
    pub(super) fn with<R>(
        &self,
        bus: u64,
        generation: u64,
        caller: &Caller,
        name: &str,
        read: impl FnOnce(&Arc<T>) -> R,
    ) -> Option<R> {
        let memos = self.0.try_borrow().ok()?;
        let memo = memos.iter().find(|memo| memo.bus == bus)?;
        if memo.generation != generation {
            return None;
        }
        let known = memo.known.get(&memo.hash(caller, name))?;
        known.is_of(caller, name).then(|| read(known))
    }

    /// Remembers it. What is forgotten for it is dropped when nothing is borrowed here: it may run foreign code.
    pub(super) fn put(
        &self,
        bus: u64,
        generation: u64,
        caller: &Caller,
        name: &str,
        known: Arc<T>,
    ) {
        let mut forgotten = (None, None);
        if let Ok(mut memos) = self.0.try_borrow_mut() {
            let place = memos.iter().position(|memo| memo.bus == bus);
            let known_before = place.map(|place| memos.swap_remove(place));
            let (mut memo, old) = match known_before {
                Some(memo) if memo.generation == generation && memo.known.len() < NAMES => {
                    (memo, None)
                }
                old => (Memo::new(bus, generation), old),
            };
            let hash = memo.hash(caller, name);
            forgotten.0 = memo.known.insert(hash, known);
            forgotten.1 = old;
            if memos.len() >= BUSES {
                let oldest = memos.remove(0);
                forgotten.1.get_or_insert(oldest);
            }
            memos.push(memo);
        }
        drop(forgotten);
    }
}

impl<T> Memo<T> {
    fn new(bus: u64, generation: u64) -> Self {
        Self {
            bus,
            generation,
            known: HashMap::default(),
            seed: RandomState::default(),
        }
    }

    #[inline]
    fn hash(&self, caller: &Caller, name: &str) -> u64 {
        let mut hasher = self.seed.build_hasher();
        hasher.write_u32(caller.number());
        hasher.write(name.as_bytes());
        hasher.finish()
    }
}

/// A key that is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}
