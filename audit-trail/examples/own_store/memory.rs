//! [`Memory`] and [`MemoryStore`]: where the records are, and who writes them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use audit_core::Timestamp;
use audit_trail::Columns;
use audit_trail::store::{
    Batch, Ended, Head, OpenReader, Opening, Pruned, Session, Store, StoreError, StoreErrorKind,
    TellOpening, stamp,
};
use audit_trail::tree::{Growth, TilePlace, leaf_hash};

use super::reader::MemoryReader;

/// A place for a trail, which lives as long as somebody has a handle to it: what a file is to SQLite.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Arc<Mutex<Arc<State>>>);

/// All that is kept. Readers share it as it stands at one moment; who writes meanwhile changes a copy, so that neither waits for
/// the other.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    tree: Growth,
    pub(super) tiles: BTreeMap<TilePlace, Arc<[u8]>>,
    pub(super) records: BTreeMap<u64, Row>,
    /// Records below this have columns.
    pub(super) indexed: u64,
    /// How calls ended whose outcome has columns, by the identifier of their decision.
    pub(super) outcomes: HashMap<[u8; 16], Arc<str>>,
    pub(super) checkpoints: BTreeSet<(u64, Arc<str>)>,
    pub(super) pruned: BTreeMap<u64, Pruned>,
    pub(super) facts: BTreeMap<String, String>,
    sessions: Vec<Kept>,
}

/// A record.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The opening that wrote it.
    session: u64,
    pub(super) body: Arc<[u8]>,
    /// None if they are not drawn yet, or can't be.
    pub(super) columns: Option<Arc<Columns<'static>>>,
}

/// An opening.
#[derive(Clone, Debug)]
struct Kept {
    opening: Opening,
    /// Nobody holds it any more once the store that began it is dropped.
    life: Weak<()>,
    is_over: bool,
}

/// A batch of which nothing can fail any more.
struct Ready {
    tree: Growth,
    tiles: BTreeMap<TilePlace, Arc<[u8]>>,
    bodies: Vec<Arc<[u8]>>,
}

impl Memory {
    /// One more writer.
    pub(super) fn open(&self) -> MemoryStore {
        MemoryStore {
            memory: self.clone(),
            session: None,
        }
    }

    /// All that is kept, as it stands now.
    pub(super) fn now(&self) -> Arc<State> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes what is kept; who reads it meanwhile has it as it was.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Arc<State>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl State {
    pub(super) fn head(&self) -> Head {
        Head::new(self.tree.size(), self.tree.root(), self.indexed)
    }

    /// Whether nobody will end a call any more whose decision this is.
    pub(super) fn is_over(&self, row: &Row) -> bool {
        self.session(row.session).is_some_and(|kept| kept.is_over)
    }

    fn session(&self, id: u64) -> Option<&Kept> {
        let place = usize::try_from(id.checked_sub(1)?).ok()?;
        self.sessions.get(place)
    }

    /// Stamps and hashes records, and keeps none of them yet.
    fn prepare(&self, bodies: &[&[u8]]) -> Result<Ready, StoreError> {
        let mut ready = Ready {
            tree: self.tree.clone(),
            tiles: BTreeMap::new(),
            bodies: Vec::with_capacity(bodies.len()),
        };
        for body in bodies {
            let mut stamped = Vec::new();
            stamp(body, ready.tree.size(), &mut stamped)?;
            for tile in ready.tree.push(leaf_hash(&stamped)) {
                ready.tiles.insert(tile.place, tile.hashes.into());
            }
            ready.bodies.push(stamped.into());
        }
        for tile in ready.tree.incomplete() {
            ready.tiles.insert(tile.place, tile.hashes.into());
        }
        Ok(ready)
    }

    /// Keeps what was prepared.
    fn keep(&mut self, ready: Ready, session: u64, draws: bool) {
        let first = self.tree.size();
        for (seq, body) in (first..).zip(ready.bodies) {
            let row = Row {
                session,
                body,
                columns: None,
            };
            self.records.insert(seq, row);
        }
        self.tree = ready.tree;
        self.tiles.extend(ready.tiles);
        // Columns are drawn in order: not before those that were left for later.
        if draws && self.indexed == first {
            self.draw(usize::MAX);
        }
    }

    /// Draws the columns of the next records that have none.
    fn draw(&mut self, at_most: usize) {
        let end = self
            .indexed
            .saturating_add(at_most as u64)
            .min(self.tree.size());
        for (_, row) in self.records.range_mut(self.indexed..end) {
            // A record that is no event keeps its place, and nothing can be asked of it.
            let Ok(columns) = Columns::read(&row.body) else {
                continue;
            };
            if let Some((call, outcome)) = ended_call(&columns) {
                self.outcomes.insert(call, outcome.into());
            }
            row.columns = Some(Arc::new(columns.into_owned()));
        }
        self.indexed = end;
    }

    /// The openings that ended without saying so.
    fn unclean(&self) -> Vec<Ended> {
        let ended = (1..)
            .zip(&self.sessions)
            .filter(|(_, kept)| !kept.is_over && kept.life.strong_count() == 0);
        ended
            .map(|(id, kept)| {
                let last = self.records.values().rev().find(|row| row.session == id);
                let last = last.and_then(|row| Some(Columns::read(&row.body).ok()?.time));
                let Opening {
                    at, process, room, ..
                } = kept.opening;
                Ended::new(
                    id,
                    process,
                    at,
                    last.map_or(at, Timestamp::from_nanos),
                    room,
                )
            })
            .collect()
    }
}

/// The call that a record ends, and how.
pub(super) fn ended_call<'c>(columns: &'c Columns<'_>) -> Option<([u8; 16], &'c str)> {
    Some((columns.call?, columns.outcome.as_deref()?))
}

/// Writes to a [`Memory`].
#[derive(Debug)]
pub(super) struct MemoryStore {
    memory: Memory,
    /// The opening that this is, and its sign of life.
    session: Option<(u64, Arc<()>)>,
}

impl MemoryStore {
    fn session(&self) -> u64 {
        self.session.as_ref().map_or(0, |(id, _)| *id)
    }
}

impl Store for MemoryStore {
    fn begin(
        &mut self,
        opening: &Opening,
        tell: &TellOpening<'_>,
    ) -> Result<(Session, Head), StoreError> {
        let life = Arc::new(());
        let (session, head) = self.memory.change(|state| {
            let id = state.sessions.len() as u64 + 1;
            let session = Session::new(id, state.unclean());
            let told = tell(&session);
            let bodies: Vec<&[u8]> = told.iter().map(Vec::as_slice).collect();
            let ready = state.prepare(&bodies)?;
            // From here on nothing fails: an end is found and told, or neither.
            let state = Arc::make_mut(state);
            for ended in &session.unclean {
                state.end(ended.session);
            }
            state.sessions.push(Kept {
                opening: opening.clone(),
                life: Arc::downgrade(&life),
                is_over: false,
            });
            state.keep(ready, id, true);
            Ok((session, state.head()))
        })?;
        self.session = Some((session.id, life));
        Ok((session, head))
    }

    fn head(&mut self) -> Result<Head, StoreError> {
        Ok(self.memory.now().head())
    }

    fn append(&mut self, batch: &Batch<'_>) -> Result<Head, StoreError> {
        let session = self.session();
        self.memory.change(|state| {
            let ready = state.prepare(batch.bodies)?;
            let draws = batch.index && state.indexed == state.tree.size();
            let indexed = if draws {
                ready.tree.size()
            } else {
                state.indexed
            };
            let head = Head::new(ready.tree.size(), ready.tree.root(), indexed);
            let note = batch.checkpoint.map(|sign| sign(&head)).transpose()?;
            let state = Arc::make_mut(state);
            state.keep(ready, session, batch.index);
            if let Some(note) = note {
                let forgotten = batch.forget_checkpoint;
                state
                    .checkpoints
                    .retain(|(size, _)| Some(*size) != forgotten);
                state.checkpoints.insert((head.size, note.into()));
            }
            for (name, value) in batch.facts {
                state.facts.insert((*name).to_owned(), value.clone());
            }
            Ok(head)
        })
    }

    fn index(&mut self, at_most: usize) -> Result<Head, StoreError> {
        self.memory.change(|state| {
            let state = Arc::make_mut(state);
            state.draw(at_most);
            Ok(state.head())
        })
    }

    fn prune(&mut self, ranges: &[(u64, u64)], record: &[u8]) -> Result<Head, StoreError> {
        let session = self.session();
        self.memory.change(|state| {
            let ready = state.prepare(&[record])?;
            let retention = state.tree.size();
            let mut pruned = state.pruned.clone();
            for &(first, last) in ranges {
                if first > last || last >= retention {
                    return refused(format!(
                        "records {first} to {last} are no range of {retention}"
                    ));
                }
                // Ranges lie apart: the last that begins before this one ends must end before it begins.
                let before = pruned.range(..=last).next_back();
                if before.is_some_and(|(_, gone)| gone.last >= first) {
                    return refused(format!("some of the records {first} to {last} went before"));
                }
                pruned.insert(first, Pruned::new(first, last, retention));
            }
            let state = Arc::make_mut(state);
            for &(first, last) in ranges {
                let mut rest = state.records.split_off(&first);
                state.records.append(&mut rest.split_off(&(last + 1)));
            }
            state.pruned = pruned;
            state.keep(ready, session, true);
            Ok(state.head())
        })
    }

    fn end(&mut self, _at: Timestamp) -> Result<(), StoreError> {
        let Some((id, _life)) = self.session.take() else {
            return Ok(());
        };
        self.memory.change(|state| {
            Arc::make_mut(state).end(id);
            Ok(())
        })
    }

    fn set_fact(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.memory.change(|state| {
            let facts = &mut Arc::make_mut(state).facts;
            facts.insert(name.to_owned(), value.to_owned());
            Ok(())
        })
    }

    fn opener(&self) -> OpenReader {
        let memory = self.memory.clone();
        Box::new(move || Ok(Box::new(MemoryReader::new(memory.clone()))))
    }
}

impl State {
    fn end(&mut self, session: u64) {
        let place = usize::try_from(session)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        if let Some(kept) = self.sessions.get_mut(place) {
            kept.is_over = true;
        }
    }
}

fn refused<T>(message: String) -> Result<T, StoreError> {
    Err(StoreError::new(StoreErrorKind::Refused, message))
}
