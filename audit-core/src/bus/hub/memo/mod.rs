//! [`Memos`]: what a thread remembers of a bus: verdicts and routes, by caller and name.

mod shelf;

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, BuildHasherDefault, Hasher};
use std::sync::Arc;

use foldhash::fast::RandomState;

use crate::caller::Caller;

use shelf::Shelf;
pub(super) use shelf::Shelves;

/// The most names that a thread remembers of one bus.
const NAMES: usize = 65_536;
/// The most bytes that these take, about: names may be long, and many may be told of one.
const BYTES: usize = 32 << 20;
/// How many buses a thread remembers.
const BUSES: usize = 4;

/// What is remembered of a name, for a caller.
pub(in crate::bus) trait Held {
    /// The same, looked at.
    type Seen<'h>: Known
    where
        Self: 'h;
    /// What it needs, which is there no longer than the bus.
    type Kept;
    /// Looks at it, unless what it needs is gone.
    fn see(&self) -> Option<Self::Seen<'_>>;
}

/// What is remembered of a name, looked at.
pub(in crate::bus) trait Known {
    /// Whether it is of these.
    fn is_of(&self, caller: &Caller, name: &str) -> bool;
    /// How many bytes it takes, about.
    fn bytes(&self) -> usize;
}

/// Which bus it is, and how often what is remembered of it has changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::bus) struct Edition {
    pub(in crate::bus) bus: u64,
    pub(in crate::bus) generation: u64,
}

/// What a thread remembers of a bus, until something of it changes.
struct Memo<H: Held> {
    of: Edition,
    /// By the hash of caller and name. Of two that share one the later is remembered.
    known: HashMap<u64, H, BuildHasherDefault<Hashed>>,
    shelf: Arc<Shelf<H::Kept>>,
    bytes: usize,
    seed: RandomState,
}

/// What a thread remembers of some buses.
pub(in crate::bus) struct Memos<H: Held>(RefCell<Vec<Memo<H>>>);

impl<H: Held> Memos<H> {
    pub(in crate::bus) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// Reads what is remembered of a name, for a caller. What is remembered while it is read is not.
    #[inline]
    pub(in crate::bus) fn with<R>(
        &self,
        of: Edition,
        caller: &Caller,
        name: &str,
        read: impl FnOnce(H::Seen<'_>) -> R,
    ) -> Option<R> {
        let memos = self.0.try_borrow().ok()?;
        let memo = memos.iter().find(|memo| memo.of.bus == of.bus)?;
        if memo.of != of {
            return None;
        }
        let held = memo.known.get(&memo.hash(caller, name))?;
        let seen = held.see()?;
        seen.is_of(caller, name).then(|| read(seen))
    }

    /// Remembers it, and has what it needs kept as long as the bus is there and it is remembered. What is forgotten for it is
    /// dropped when nothing is borrowed here: it may run foreign code. Returns where it is kept.
    pub(in crate::bus) fn put(
        &self,
        shelves: &Shelves<H::Kept>,
        of: Edition,
        (caller, name): (&Caller, &str),
        held: H,
        kept: H::Kept,
    ) -> Option<Arc<Shelf<H::Kept>>> {
        let bytes = held.see().map_or(0, |seen| seen.bytes());
        let mut memos = self.0.try_borrow_mut().ok()?;
        // What is known of buses that are gone goes with the first that is remembered afterwards.
        let mut forgotten: Vec<Memo<H>> = memos
            .extract_if(.., |memo| memo.of.bus != of.bus && memo.shelf.is_gone())
            .collect();
        let place = memos.iter().position(|memo| memo.of.bus == of.bus);
        let mut memo = match place.map(|place| memos.swap_remove(place)) {
            Some(memo) if memo.of == of && memo.has_room(bytes) => memo,
            old => {
                forgotten.extend(old);
                Memo::new(of, shelves)
            }
        };
        let hash = memo.hash(caller, name);
        memo.bytes += bytes;
        let before = memo.known.insert(hash, held);
        let unkept = memo.shelf.put(kept);
        let shelf = Arc::clone(&memo.shelf);
        if memos.len() >= BUSES {
            forgotten.push(memos.remove(0));
        }
        memos.push(memo);
        drop(memos);
        drop((before, unkept, forgotten));
        Some(shelf)
    }

    /// How many names are remembered, and about how many bytes they take.
    #[cfg(test)]
    pub(in crate::bus) fn size(&self) -> (usize, usize) {
        let memos = self.0.borrow();
        let names = memos.iter().map(|memo| memo.known.len()).sum();
        (names, memos.iter().map(|memo| memo.bytes).sum())
    }
}

impl<H: Held> Memo<H> {
    fn new(of: Edition, shelves: &Shelves<H::Kept>) -> Self {
        Self {
            of,
            known: HashMap::default(),
            shelf: shelves.add(),
            bytes: 0,
            seed: RandomState::default(),
        }
    }

    fn has_room(&self, bytes: usize) -> bool {
        self.known.len() < NAMES && self.bytes.saturating_add(bytes) <= BYTES
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

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use super::*;

    type Name = Arc<str>;

    impl Held for Name {
        type Seen<'h> = &'h Self;
        type Kept = Self;

        fn see(&self) -> Option<&Self> {
            Some(self)
        }
    }

    impl Known for &Name {
        fn is_of(&self, _: &Caller, name: &str) -> bool {
            &***self == name
        }

        fn bytes(&self) -> usize {
            self.len()
        }
    }

    const OF: Edition = Edition {
        bus: 1,
        generation: 1,
    };

    fn remember(memos: &Memos<Name>, shelves: &Shelves<Name>, of: Edition, name: &str) -> Name {
        let caller = Caller::named("host", Weak::<()>::new());
        let known: Name = name.into();
        let kept = Arc::clone(&known);
        let put = memos.put(shelves, of, (&caller, name), Arc::clone(&known), kept);
        assert!(put.is_some());
        assert!(memos.with(of, &caller, name, |_| ()).is_some());
        known
    }

    #[test]
    fn neither_many_names_nor_long_ones_take_more_than_there_is_for_them() {
        let (memos, shelves) = (Memos::new(), Shelves::default());
        let (mut most_names, mut most_bytes) = (0, 0);
        let mut watch = |(names, bytes)| {
            most_names = most_names.max(names);
            most_bytes = most_bytes.max(bytes);
        };
        for number in 0..3 * NAMES {
            remember(&memos, &shelves, OF, &number.to_string());
            watch(memos.size());
        }
        let long = "x".repeat(10_000);
        for number in 0..3 * BYTES / long.len() {
            remember(&memos, &shelves, OF, &format!("{long}{number}"));
            watch(memos.size());
        }
        assert_eq!(most_names, NAMES);
        assert!((BYTES / 2..=BYTES).contains(&most_bytes), "{most_bytes}");
    }

    #[test]
    fn what_is_kept_goes_with_its_bus_and_what_is_remembered_with_the_next_that_is() {
        let (memos, shelves) = (Memos::new(), Shelves::default());
        let known = remember(&memos, &shelves, OF, "a");
        assert_eq!(Arc::strong_count(&known), 3);
        drop(shelves);
        assert_eq!(Arc::strong_count(&known), 2);
        let next = Edition { bus: 2, ..OF };
        remember(&memos, &Shelves::default(), next, "b");
        assert_eq!(Arc::strong_count(&known), 1);
    }
}
