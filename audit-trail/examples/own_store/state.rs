//! [`State`]: all that is kept, and how it changes once nothing can fail any more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Weak};

use audit_core::Timestamp;
use audit_trail::Columns;
use audit_trail::store::{
    Ended, Head, MAY_EXPIRE, Opening, Pruned, StoreError, StoreErrorKind, stamp,
};
use audit_trail::tree::{Growth, TilePlace, leaf_hash};

/// All that is kept. Readers share it as it stands at one moment; who writes meanwhile changes a copy, so that neither waits for
/// the other.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    pub(super) tree: Growth,
    pub(super) tiles: BTreeMap<TilePlace, Arc<[u8]>>,
    pub(super) records: BTreeMap<u64, Row>,
    /// Records below this have columns.
    pub(super) indexed: u64,
    /// How calls ended whose outcome has columns, by the identifier of their decision.
    pub(super) outcomes: HashMap<[u8; 16], Arc<str>>,
    pub(super) checkpoints: BTreeSet<(u64, Arc<str>)>,
    pub(super) pruned: BTreeMap<u64, Pruned>,
    pub(super) facts: BTreeMap<String, String>,
    pub(super) sessions: Vec<Kept>,
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
pub(super) struct Kept {
    pub(super) opening: Opening,
    /// Nobody holds it any more once the store that began it is dropped.
    pub(super) life: Weak<()>,
    pub(super) is_over: bool,
}

/// A batch of which nothing can fail any more.
pub(super) struct Ready {
    pub(super) tree: Growth,
    tiles: BTreeMap<TilePlace, Arc<[u8]>>,
    bodies: Vec<Arc<[u8]>>,
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

    /// An opening is over, said or not.
    pub(super) fn end(&mut self, session: u64) {
        let place = usize::try_from(session)
            .unwrap_or(usize::MAX)
            .wrapping_sub(1);
        if let Some(kept) = self.sessions.get_mut(place) {
            kept.is_over = true;
        }
    }

    /// Stamps and hashes records, and keeps none of them yet.
    pub(super) fn prepare(&self, bodies: &[&[u8]]) -> Result<Ready, StoreError> {
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
    pub(super) fn keep(&mut self, ready: Ready, session: u64, draws: bool) {
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
    pub(super) fn draw(&mut self, at_most: usize) {
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

    /// Whether all of these are there, and of a kind that may go.
    pub(super) fn may_all_go(&self, first: u64, last: u64) -> Result<(), StoreError> {
        for seq in first..=last {
            let columns = self.records.get(&seq).and_then(|row| row.columns.as_ref());
            if !columns.is_some_and(|columns| MAY_EXPIRE.contains(&columns.kind)) {
                let message = format!("record {seq} is none that may go");
                return Err(StoreError::new(StoreErrorKind::Refused, message));
            }
        }
        Ok(())
    }

    /// The openings that ended without saying so.
    pub(super) fn unclean(&self) -> Vec<Ended> {
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
