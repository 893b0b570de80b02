//! A store that can be made to hang, fail and panic.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};

use audit_core::Timestamp;
use audit_trail::SqliteStore;
use audit_trail::store::{
    Batch, Head, OpenReader, Opening, Session, Store, StoreError, StoreErrorKind, TellOpening,
};

/// What a store does when it is asked to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Manner {
    #[default]
    Works,
    Hangs,
    Fails,
    FailsOnce,
    FailsInAppending,
    FailsInPruning,
    Panics,
}

/// What a store is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    Append,
    Draw,
    Prune,
    Other,
}

/// Says how a store behaves.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gate(Arc<(Mutex<State>, Condvar)>);

#[derive(Debug, Default)]
struct State {
    manner: Manner,
    index_hangs: bool,
    hanging: usize,
}

impl Gate {
    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    pub(crate) fn open(&self) {
        self.set(|state| (state.manner, state.index_hangs) = (Manner::Works, false));
    }

    /// Writing hangs from now on.
    pub(crate) fn hang(&self) {
        self.set(|state| state.manner = Manner::Hangs);
    }

    /// Writing fails from now on.
    pub(crate) fn fail(&self) {
        self.set(|state| state.manner = Manner::Fails);
    }

    /// Writing fails once.
    pub(crate) fn fail_once(&self) {
        self.set(|state| state.manner = Manner::FailsOnce);
    }

    /// Appending fails from now on, all else works.
    pub(crate) fn fail_in_appending(&self) {
        self.set(|state| state.manner = Manner::FailsInAppending);
    }

    /// Taking records out fails from now on, all else works.
    pub(crate) fn fail_in_pruning(&self) {
        self.set(|state| state.manner = Manner::FailsInPruning);
    }

    /// Writing panics from now on.
    pub(crate) fn panic(&self) {
        self.set(|state| state.manner = Manner::Panics);
    }

    /// Drawing columns hangs from now on, all else works.
    pub(crate) fn hang_in_drawing(&self) {
        self.set(|state| (state.manner, state.index_hangs) = (Manner::Works, true));
    }

    /// Waits until the writer hangs in its store.
    pub(crate) fn wait_until_it_hangs(&self) {
        let mut state = self.0.0.lock().unwrap();
        while state.hanging == 0 {
            state = self.0.1.wait(state).unwrap();
        }
    }

    fn pass(&self, work: Work) -> Result<(), StoreError> {
        let is_index = work == Work::Draw;
        let mut state = self.0.0.lock().unwrap();
        while state.manner == Manner::Hangs || (is_index && state.index_hangs) {
            state.hanging += 1;
            self.0.1.notify_all();
            state = self.0.1.wait(state).unwrap();
            state.hanging -= 1;
        }
        let manner = state.manner;
        if manner == Manner::FailsOnce {
            state.manner = Manner::Works;
        }
        drop(state);
        match manner {
            Manner::Fails | Manner::FailsOnce => {
                Err(StoreError::new(StoreErrorKind::Full, "no room on the disk"))
            }
            Manner::Panics => panic!("the store's own mistake"),
            Manner::FailsInAppending if work == Work::Append => {
                Err(StoreError::new(StoreErrorKind::Full, "no room on the disk"))
            }
            Manner::FailsInPruning if work == Work::Prune => {
                Err(StoreError::new(StoreErrorKind::Full, "no room on the disk"))
            }
            Manner::Works | Manner::Hangs | Manner::FailsInAppending | Manner::FailsInPruning => {
                Ok(())
            }
        }
    }
}

/// SQLite behind a gate.
pub(crate) struct GateStore {
    store: SqliteStore,
    gate: Gate,
}

impl GateStore {
    pub(crate) fn open(path: &Path, gate: &Gate) -> Self {
        Self {
            store: SqliteStore::open(path).unwrap(),
            gate: gate.clone(),
        }
    }
}

impl Store for GateStore {
    fn begin(
        &mut self,
        opening: &Opening,
        tell: &TellOpening<'_>,
    ) -> Result<(Session, Head), StoreError> {
        self.gate.pass(Work::Other)?;
        self.store.begin(opening, tell)
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        self.store.head()
    }

    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, StoreError> {
        self.gate.pass(Work::Append)?;
        self.store.append(batch)
    }

    fn index(&mut self, at_most: usize) -> Result<Head, StoreError> {
        self.gate.pass(Work::Draw)?;
        self.store.index(at_most)
    }

    fn prune(&mut self, ranges: &[(u64, u64)], record: &[u8]) -> Result<Head, StoreError> {
        self.gate.pass(Work::Prune)?;
        self.store.prune(ranges, record)
    }

    fn end(&mut self, at: Timestamp) -> Result<(), StoreError> {
        self.gate.pass(Work::Other)?;
        self.store.end(at)
    }

    fn set_fact(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.gate.pass(Work::Other)?;
        self.store.set_fact(name, value)
    }

    fn opener(&self) -> OpenReader {
        self.store.opener()
    }
}
