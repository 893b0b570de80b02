//! [`Stock`]: a trail full of records, made once and asked by several parts.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use audit_core::{EventKind, Timestamp};
use audit_trail::store::StoreReader;
use audit_trail::{Columns, Overflow, SqliteReader, Trail, TrailStats};

use super::pace::Pace;
use super::subject::{self, Traffic};

/// How long anything may take to be written.
pub(crate) const LONG: Duration = Duration::from_mins(10);

/// A trail that is being filled, every index live.
pub(crate) struct Filling {
    pub(crate) path: PathBuf,
    trail: Trail,
    reader: SqliteReader,
    /// How many records there are.
    size: u64,
    traffic: Traffic,
    pace: Pace,
}

/// A step of filling.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// How long it took until everything was on disk and indexed.
    pub(crate) took: Duration,
    /// The place of the first record and behind the last.
    pub(crate) first: u64,
    pub(crate) end: u64,
    /// The mean batch.
    pub(crate) batch: usize,
}

/// A trail full of records, closed.
#[derive(Debug)]
pub(crate) struct Stock {
    pub(crate) path: PathBuf,
    /// How many records there are.
    pub(crate) rows: u64,
    /// When the last of them happened.
    pub(crate) end: Timestamp,
}

impl Filling {
    pub(crate) fn start(room: &Path) -> Result<Self, BoxError> {
        let path = room.join("stock.db");
        let trail = subject::options()?
            .index_at_once()
            .overflow(Overflow::Wait(LONG))
            .open(&path)?;
        let pace = Pace::new();
        let runtime = subject::runtime()?
            .clock(pace.clone())
            .recorder(Arc::new(trail.clone()))
            .build()?;
        let traffic = Traffic::new(runtime, pace.clone());
        let reader = SqliteReader::open(&path)?;
        Ok(Self {
            // A bare database is given every row, that of the opening too.
            size: 0,
            reader,
            path,
            trail,
            traffic,
            pace,
        })
    }

    /// Lets so many records come in, as fast as they are taken, and waits until all are on disk.
    pub(crate) fn step(&mut self, records: u64) -> Result<Step, BoxError> {
        let before = self.trail.stats();
        let started = Instant::now();
        self.traffic.run(records.div_ceil(2))?;
        self.trail.flush(LONG)?;
        let took = started.elapsed();
        let after = self.trail.stats();
        assert_eq!(after.records_lost, 0, "a call that waits loses nothing");
        let head = self.reader.head()?;
        assert_eq!(head.unindexed(), 0, "every index is live");
        let first = std::mem::replace(&mut self.size, head.size);
        Ok(Step {
            took,
            first,
            end: head.size,
            batch: mean_batch(&before, &after),
        })
    }

    /// Closes the trail.
    pub(crate) fn finish(self) -> Result<Stock, BoxError> {
        self.trail.close(LONG)?;
        Ok(Stock {
            // The trail says at last that it is closed.
            rows: self.size + 1,
            path: self.path,
            end: self.pace.now(),
        })
    }
}

impl Stock {
    /// A trail that was filled before.
    pub(crate) fn at(path: &Path) -> Result<Self, BoxError> {
        let mut reader = SqliteReader::open(path)?;
        let rows = reader.head()?.size;
        let mut end = None;
        // The last records tell of its end, by another clock.
        reader.records(rows.saturating_sub(100), rows, &mut |_, body| {
            let columns = Columns::read(body).ok();
            let call = columns.filter(|columns| columns.kind == EventKind::Outcome);
            end = call.map(|columns| columns.time).or(end);
            true
        })?;
        let end = end.ok_or("the last records of the stock are no calls")?;
        Ok(Self {
            path: path.to_owned(),
            rows,
            end: Timestamp::from_nanos(end),
        })
    }

    /// Fills a trail, measuring nothing.
    pub(crate) fn make(rows: u64, room: &Path) -> Result<Self, BoxError> {
        let mut filling = Filling::start(room)?;
        let mut left = rows;
        while left > 0 {
            let step = left.min(100_000);
            filling.step(step)?;
            left -= step;
        }
        filling.finish()
    }
}

/// How many records a transaction held between two moments.
pub(crate) fn mean_batch(before: &TrailStats, after: &TrailStats) -> usize {
    let records = after.records_written - before.records_written;
    let batches = (after.batches_written - before.batches_written).max(1);
    usize::try_from(records.div_ceil(batches))
        .unwrap_or(1)
        .max(1)
}
