//! [`MemoryReader`]: what is answered from memory.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use audit_core::Status;
use audit_trail::store::{
    Candidate, Counter, Head, MAY_EXPIRE, Pruned, StoreError, StoreReader, StoredCheckpoint, Visit,
};
use audit_trail::tree::TilePlace;
use audit_trail::{Aggregation, Columns, Cursor, Order, Page, Query, Tally};

use super::memory::Memory;
use super::state::{State, ended_call};

/// Answers from a [`Memory`].
#[derive(Debug)]
pub(super) struct MemoryReader(Memory);

impl MemoryReader {
    pub(super) fn new(memory: Memory) -> Self {
        Self(memory)
    }
}

impl State {
    /// Shows every record that something can be asked of, with what became of its call. There are no indexes here: a question
    /// looks at all records, those without columns among them.
    fn each(&self, mut see: impl FnMut(Candidate<'_>)) {
        let tail = self.records.range(self.indexed..);
        let tail: Vec<(u64, Columns<'_>)> = tail
            .filter_map(|(seq, row)| Some((*seq, Columns::read(&row.body).ok()?)))
            .collect();
        // Outcomes that have no columns yet, of decisions that may have some.
        let ended: HashMap<[u8; 16], &str> = tail
            .iter()
            .filter_map(|(_, columns)| ended_call(columns))
            .collect();
        let drawn = self.records.range(..self.indexed);
        let drawn = drawn.filter_map(|(seq, row)| Some((*seq, row.columns.as_deref()?)));
        for (seq, columns) in drawn.chain(tail.iter().map(|(seq, columns)| (*seq, columns))) {
            let Some(row) = self.records.get(&seq) else {
                continue;
            };
            let record = Candidate::new(seq, columns, &row.body);
            let known = ended.get(&columns.id).copied();
            let known = known.or_else(|| self.outcomes.get(&columns.id).map(|outcome| &**outcome));
            see(match known {
                Some(outcome) => record.ended(outcome),
                None if record.is_open && self.is_over(row) => {
                    record.ended(Status::Unknown.as_str())
                }
                None => record,
            });
        }
    }
}

impl StoreReader for MemoryReader {
    fn head(&mut self) -> Result<Head, StoreError> {
        Ok(self.0.now().head())
    }

    fn records(&mut self, first: u64, end: u64, visit: &mut Visit<'_>) -> Result<(), StoreError> {
        if first < end {
            for (seq, row) in self.0.now().records.range(first..end) {
                if !visit(*seq, &row.body) {
                    break;
                }
            }
        }
        Ok(())
    }

    fn tile(&mut self, place: TilePlace) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.now().tiles.get(&place).map(|hashes| hashes.to_vec()))
    }

    fn checkpoints(&mut self) -> Result<Vec<StoredCheckpoint>, StoreError> {
        Ok(self.0.now().checkpoints.iter().map(stored).collect())
    }

    fn latest_checkpoint(&mut self) -> Result<Option<StoredCheckpoint>, StoreError> {
        Ok(self.0.now().checkpoints.last().map(stored))
    }

    fn pruned(&mut self) -> Result<Vec<Pruned>, StoreError> {
        Ok(self.0.now().pruned.values().copied().collect())
    }

    fn names(&mut self) -> Result<Vec<(String, u64)>, StoreError> {
        let mut names: HashMap<String, u64> = HashMap::new();
        let state = self.0.now();
        let drawn = state
            .records
            .values()
            .filter_map(|row| row.columns.as_ref());
        for columns in drawn.filter(|columns| MAY_EXPIRE.contains(&columns.kind)) {
            *names.entry(columns.name.to_string()).or_default() += 1;
        }
        Ok(names.into_iter().collect())
    }

    fn expired(
        &mut self,
        name: &str,
        before: Option<i64>,
        latest: Option<u64>,
        visit: &mut dyn FnMut(u64),
    ) -> Result<(), StoreError> {
        let state = self.0.now();
        let mut places: Vec<(i64, u64)> = Vec::new();
        state.each(|record| {
            let columns = record.columns;
            let may_go = MAY_EXPIRE.contains(&columns.kind) && !record.is_open;
            if may_go && columns.name == name && record.seq < state.indexed {
                places.push((columns.time, record.seq));
            }
        });
        places.sort_unstable_by_key(|place| Reverse(*place));
        for ((time, seq), newer) in places.into_iter().zip(0_u64..) {
            let is_old = before.is_some_and(|before| time < before);
            if is_old || latest.is_some_and(|latest| newer >= latest) {
                visit(seq);
            }
        }
        Ok(())
    }

    fn fact(&mut self, name: &str) -> Result<Option<String>, StoreError> {
        Ok(self.0.now().facts.get(name).cloned())
    }

    fn search(
        &mut self,
        query: &Query,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<Page, StoreError> {
        after.map_or(Ok(()), |after| after.check(query))?;
        let (order, limit) = (query.in_order(), limit.max(1));
        let mut found = Vec::new();
        self.0.now().each(|record| {
            let (time, seq) = (record.columns.time, record.seq);
            let is_to_come = after.is_none_or(|after| after.is_before(order, time, seq));
            if is_to_come && query.matches_candidate(&record) {
                found.push(((time, seq), record.to_record()));
            }
        });
        found.sort_unstable_by_key(|(place, _)| *place);
        if order == Order::Newest {
            found.reverse();
        }
        let has_more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| has_more);
        let next = last.map(|((time, seq), _)| Cursor::behind(query, *time, *seq));
        let records = found.into_iter().map(|(_, record)| record).collect();
        Ok(Page::new(records, next))
    }

    fn aggregate(&mut self, aggregation: &Aggregation) -> Result<Tally, StoreError> {
        let mut counter = Counter::new(aggregation);
        self.0.now().each(|record| {
            if aggregation.query().matches_candidate(&record) {
                counter.add(&record);
            }
        });
        Ok(counter.finish())
    }

    fn check_index(&mut self, progress: &mut dyn FnMut(u64)) -> Result<Option<u64>, StoreError> {
        let state = self.0.now();
        for (seq, row) in state.records.range(..state.indexed) {
            if Columns::read(&row.body).ok().as_ref() != row.columns.as_deref() {
                return Ok(Some(*seq));
            }
            progress(*seq);
        }
        Ok(None)
    }
}

fn stored((size, note): &(u64, Arc<str>)) -> StoredCheckpoint {
    StoredCheckpoint::new(*size, note.to_string())
}
