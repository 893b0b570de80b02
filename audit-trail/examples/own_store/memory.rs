//! [`Memory`] and [`MemoryStore`]: where the records are, and who writes them.

use std::sync::{Arc, Mutex, PoisonError};

use audit_core::Timestamp;
use audit_trail::store::{
    Batch, Head, MakeChange, OpenReader, Opening, Pruned, Session, Store, StoreError,
    StoreErrorKind, TellOpening,
};

use super::reader::MemoryReader;
use super::state::{Kept, State};

/// A place for a trail, which lives as long as somebody has a handle to it: what a file is to SQLite.
#[derive(Clone, Debug, Default)]
pub(super) struct Memory(Arc<Mutex<Arc<State>>>);

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
        self.memory.change(|state| append(state, session, batch))
    }

    fn change(&mut self, make: &MakeChange<'_>) -> Result<Head, StoreError> {
        let session = self.session();
        self.memory.change(|state| {
            let change = make(&state.head(), &|name| Ok(state.facts.get(name).cloned()))?;
            let bodies = [&*change.body];
            let batch = Batch {
                facts: &change.facts,
                ..Batch::of(&bodies)
            };
            append(state, session, &batch)
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
                state.may_all_go(first, last)?;
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

/// Appends a batch, all of it or nothing.
fn append(state: &mut Arc<State>, session: u64, batch: &Batch<'_>) -> Result<Head, StoreError> {
    let ready = state.prepare(batch.bodies)?;
    let draws = batch.index && state.indexed == state.tree.size();
    let indexed = if draws {
        ready.tree.size()
    } else {
        state.indexed
    };
    let head = Head::new(ready.tree.size(), ready.tree.root(), indexed);
    let fact = |name: &str| Ok(state.facts.get(name).cloned());
    let note = match batch.checkpoint {
        Some(sign) => sign(&head, &fact)?,
        None => None,
    };
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
}

fn refused<T>(message: String) -> Result<T, StoreError> {
    Err(StoreError::new(StoreErrorKind::Refused, message))
}
