//! [`Memo`]: what a thread remembers of a bus: verdicts and routes, by caller and name.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;

/// The most names that a thread remembers of one bus.
const NAMES: usize = 65_536;
/// How many buses a thread remembers.
const BUSES: usize = 4;

/// What a thread remembers of a bus, until something of it changes.
struct Memo<T> {
    bus: u64,
    generation: u64,
    callers: HashMap<u32, HashMap<Arc<str>, Arc<T>, RandomState>, RandomState>,
    names: usize,
}

/// What a thread remembers of some buses.
pub(super) struct Memos<T>(RefCell<Vec<Memo<T>>>);

impl<T> Memos<T> {
    pub(super) const fn new() -> Self {
        Self(RefCell::new(Vec::new()))
    }

    /// What is remembered of a name, for a caller.
    #[inline]
    pub(super) fn get(&self, bus: u64, generation: u64, caller: u32, name: &str) -> Option<Arc<T>> {
        let memos = self.0.try_borrow().ok()?;
        let memo = memos.iter().find(|memo| memo.bus == bus)?;
        if memo.generation != generation {
            return None;
        }
        memo.callers.get(&caller)?.get(name).cloned()
    }

    /// Remembers it. What is forgotten for it is handed back, to be dropped by whoever asked.
    pub(super) fn put(
        &self,
        bus: u64,
        generation: u64,
        caller: u32,
        name: Arc<str>,
        known: Arc<T>,
    ) {
        let Ok(mut memos) = self.0.try_borrow_mut() else {
            return;
        };
        let place = memos.iter().position(|memo| memo.bus == bus);
        let mut memo = match place {
            Some(place) => memos.swap_remove(place),
            None => Memo::new(bus, generation),
        };
        if memo.generation != generation || memo.names >= NAMES {
            memo = Memo::new(bus, generation);
        }
        let names = memo.callers.entry(caller).or_default();
        if names.insert(name, known).is_none() {
            memo.names += 1;
        }
        if memos.len() >= BUSES {
            memos.remove(0);
        }
        memos.push(memo);
    }
}

impl<T> Memo<T> {
    fn new(bus: u64, generation: u64) -> Self {
        Self {
            bus,
            generation,
            callers: HashMap::default(),
            names: 0,
        }
    }
}
