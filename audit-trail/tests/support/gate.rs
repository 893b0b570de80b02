//! A store that can be made to hang, fail and panic.

use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use audit_core::Timestamp;
use audit_trail::note::TrailKey;
use audit_trail::store::{
    Batch, Head, MakeChange, OpenReader, Opening, Pruned, Session, Store, StoreError,
    StoreErrorKind, StoreReader, StoredCheckpoint, TellOpening, Visit,
};
use audit_trail::tree::TilePlace;
use audit_trail::{Aggregation, Cursor, Page, Query, SqliteStore, Tally, Trail, TrailOptions};

use super::SOON;

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
#[derive(Clone, Default)]
pub(crate) struct Gate(Arc<(Mutex<State>, Condvar)>);

/// What a failure of a store comes from.
type Cause = Box<dyn std::error::Error + Send + Sync>;

#[derive(Default)]
struct State {
    manner: Manner,
    index_hangs: bool,
    hanging: usize,
    /// How often readers were asked for all checkpoints, and for the latest.
    checkpoints_asked: (usize, usize),
    /// Why it is to fail once.
    because: Option<Cause>,
    /// What somebody else does each time that a reader has read where the store stands.
    meanwhile: Option<Arc<dyn Fn() + Send + Sync>>,
}

impl Gate {
    fn set(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    pub(crate) fn open(&self) {
        self.set(|state| (state.manner, state.index_hangs) = (Manner::Works, false));
    }

    /// Somebody else does something each time that a reader has read where the store stands.
    pub(crate) fn meanwhile(&self, work: impl Fn() + Send + Sync + 'static) {
        self.set(|state| state.meanwhile = Some(Arc::new(work)));
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

    /// What it is asked for next fails because of this.
    pub(crate) fn fail_once_because(&self, cause: impl Into<Cause>) {
        self.set(|state| state.because = Some(cause.into()));
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
        let state = self.0.0.lock().unwrap();
        let works = |state: &mut State| state.hanging == 0;
        let (state, _) = self.0.1.wait_timeout_while(state, SOON, works).unwrap();
        assert!(state.hanging > 0, "the writer does not hang in its store");
    }

    /// How often readers were asked for all checkpoints, and for the latest, since this was asked.
    pub(crate) fn checkpoints_asked(&self) -> (usize, usize) {
        std::mem::take(&mut self.0.0.lock().unwrap().checkpoints_asked)
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
        let because = state.because.take();
        drop(state);
        if let Some(cause) = because {
            let error = StoreError::new(StoreErrorKind::Full, "no room on the disk");
            return Err(error.because(cause));
        }
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

/// A trail whose store is behind a gate.
pub(crate) fn gated(dir: &Path, gate: &Gate, options: TrailOptions) -> Trail {
    let store = GateStore::open(&dir.join("audit.db"), gate);
    let key = TrailKey::from_seed("test", &[7; 32]).unwrap();
    let options = options.checkpoint_every(Duration::MAX);
    let trail = options.open_store(store, key).unwrap();
    // The first checkpoint is due at once: from here on the writer has in hand what the test gives it.
    trail.checkpoint().unwrap();
    trail
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

    fn change(&mut self, make: &MakeChange<'_>) -> Result<Head, StoreError> {
        self.gate.pass(Work::Append)?;
        self.store.change(make)
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
        let (open, gate) = (self.store.opener(), self.gate.clone());
        Box::new(move || {
            Ok(Box::new(GateReader {
                reader: open()?,
                gate: gate.clone(),
            }))
        })
    }
}

/// A reader beside whom somebody else writes.
struct GateReader {
    reader: Box<dyn StoreReader>,
    gate: Gate,
}

impl StoreReader for GateReader {
    fn head(&mut self) -> Result<Head, StoreError> {
        let head = self.reader.head();
        let meanwhile = self.gate.0.0.lock().unwrap().meanwhile.clone();
        if let Some(work) = meanwhile {
            work();
        }
        head
    }

    fn records(&mut self, first: u64, end: u64, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        self.reader.records(first, end, visit)
    }

    fn tile(&mut self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError> {
        self.reader.tile(place)
    }

    fn checkpoints(&mut self) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.gate.set(|state| state.checkpoints_asked.0 += 1);
        self.reader.checkpoints()
    }

    fn latest_checkpoint(&mut self) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.gate.set(|state| state.checkpoints_asked.1 += 1);
        self.reader.latest_checkpoint()
    }

    fn pruned(&mut self) -> Result<Vec<Pruned>, StoreError> {
        self.reader.pruned()
    }

    fn names(&mut self) -> Result<Vec<(String, u64)>, StoreError> {
        self.reader.names()
    }

    fn expired(
        &mut self,
        name: &str,
        before: Option<i64>,
        latest: Option<u64>,
        visit: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        self.reader.expired(name, before, latest, visit)
    }

    fn fact(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        self.reader.fact(name)
    }

    fn search(
        &mut self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        self.reader.search(query, after, limit)
    }

    fn aggregate(&mut self, aggregation: &Aggregation) -> Result<Tally, StoreError> {
        self.reader.aggregate(aggregation)
    }

    fn check_index(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Option<u64>, StoreError> {
        self.reader.check_index(progress)
    }
}
