//! Which observers and recorders are running on this thread, so that none is told of what it does itself.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};

/// The key of nobody.
const NOBODY: u64 = 0;

thread_local! {
    /// The outermost observer that is running on this thread: mostly the only one.
    static OUTERMOST: Cell<u64> = const { Cell::new(NOBODY) };
    /// Those that run because it asked for a decision.
    static WITHIN: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The highest bit is that of what lies at an address: no key that was handed out is among these.
const AT_ADDRESS: u64 = 1 << 63;

/// An observer or recorder that is running on this thread, until dropped.
pub(crate) struct Active(u64);

impl Active {
    /// `None` if it is running already.
    #[inline]
    pub(crate) fn enter(key: u64) -> Option<Self> {
        match OUTERMOST.get() {
            NOBODY => OUTERMOST.set(key),
            outermost if outermost == key => return None,
            _ => enter_within(key)?,
        }
        Some(Self(key))
    }

    /// The same for what lies at an address, wherever and however often it is known under a key: its own lock may be in its hands.
    #[inline]
    pub(crate) fn enter_at<T: ?Sized>(there: &T) -> Option<Self> {
        let address = std::ptr::from_ref(there).addr();
        Self::enter(AT_ADDRESS | address as u64)
    }
}

#[cold]
fn enter_within(key: u64) -> Option<()> {
    WITHIN.with_borrow_mut(|within| {
        let idle = !within.contains(&key);
        idle.then(|| within.push(key))
    })
}

impl Drop for Active {
    #[inline]
    fn drop(&mut self) {
        if OUTERMOST.get() == self.0 {
            OUTERMOST.set(NOBODY);
        } else {
            WITHIN.with_borrow_mut(|within| within.retain(|key| *key != self.0));
        }
    }
}

/// Those that are running on a thread, in whose doing something arises.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    keys: Vec<u64>,
    /// One more that is not told, though nothing of it is its doing.
    except: Option<u64>,
}

impl Running {
    /// Those on this thread.
    pub(crate) fn here() -> Self {
        // A thread that ends keeps no list any more.
        let mut keys = WITHIN
            .try_with(|within| within.borrow().clone())
            .unwrap_or_default();
        keys.extend(Some(OUTERMOST.get()).filter(|key| *key != NOBODY));
        Self { keys, except: None }
    }

    /// Whether there is none.
    pub(crate) fn is_nobody(&self) -> bool {
        self.keys.is_empty()
    }

    /// These, and one more that is not told.
    pub(crate) fn and(mut self, key: Option<u64>) -> Self {
        self.except = key;
        self
    }

    /// Has them running on this thread too, until what this returns is dropped: what arises here meanwhile is their doing.
    pub(crate) fn enter(&self) -> Vec<Active> {
        self.keys
            .iter()
            .filter_map(|key| Active::enter(*key))
            .collect()
    }

    pub(crate) fn has(&self, key: u64) -> bool {
        self.keys.contains(&key) || self.except == Some(key)
    }
}

/// A number that no other observer or recorder of this process has.
pub(crate) fn next_key() -> u64 {
    static KEYS: AtomicU64 = AtomicU64::new(NOBODY + 1);
    KEYS.fetch_add(1, Ordering::Relaxed)
}
