//! Calls that wait until their record is on disk: many at once, and one alone.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use audit_benches::measure::{median, nanos, time};
use audit_core::{InScope, Runtime};
use audit_trail::store::StoreReader;
use audit_trail::{SqliteReader, Trail};

use super::bare::{Bare, Written};
use super::choice::Choice;
use super::stock::{LONG, mean_batch};
use super::subject;
use super::table::{Table, grouped, paired, per_second, ratio};

/// How many tasks call at once.
const TASKS: u64 = 64;
/// How long a round should take.
const ROUND: Duration = Duration::from_millis(1_500);

/// Prints both tables.
pub(crate) fn run(choice: &Choice, room: &Path) -> Result<(), BoxError> {
    many(choice, room)?;
    alone(choice, room)
}

/// A trail, a runtime that records in it, and a bare database beside it that gets the same rows.
struct Pair {
    trail: Trail,
    reader: SqliteReader,
    runtime: Runtime,
    path: std::path::PathBuf,
    bare: Bare,
    /// Records below this are in the bare database.
    copied: u64,
}

impl Pair {
    fn open(room: &Path, name: &str) -> Result<Self, BoxError> {
        let path = room.join(format!("{name}.db"));
        let trail = subject::options()?.durable_timeout(LONG).open(&path)?;
        let runtime = subject::runtime()?
            .recorder(Arc::new(trail.clone()))
            .build()?;
        Ok(Self {
            trail,
            reader: SqliteReader::open(&path)?,
            runtime,
            path,
            bare: Bare::create(&room.join(format!("{name}-bare.db")))?,
            copied: 0,
        })
    }

    /// Waits until every outcome is on disk too.
    fn flush(&self) -> Result<(), BoxError> {
        Ok(self.trail.flush(LONG)?)
    }

    /// What was written since the last time.
    fn written(&mut self) -> Result<Written, BoxError> {
        let end = self.reader.head()?.size;
        let first = std::mem::replace(&mut self.copied, end);
        Written::read(&self.path, first, end)
    }

    /// Closes the trail; the bare database must have got as many rows.
    fn close(mut self) -> Result<(), BoxError> {
        let stats = self.trail.stats();
        assert_eq!(stats.records_lost, 0, "every call was recorded");
        self.written()?;
        assert_eq!(self.bare.count()?, self.copied, "both hold the same rows");
        self.trail.close(LONG)?;
        Ok(())
    }
}

/// Calls from many tasks beside a loop of inserts, round by round.
fn many(choice: &Choice, room: &Path) -> Result<(), BoxError> {
    let rounds = if choice.is_full() { 7 } else { 1 };
    let mut pair = Pair::open(room, "durable")?;
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let started = Instant::now();
    tasks.block_on(calls(&pair.runtime, 2))?;
    pair.flush()?;
    let times = if choice.is_full() {
        let wanted = nanos(ROUND) / nanos(started.elapsed()) * 2.0;
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive, and far below 2^63"
        )]
        let times = wanted as u64;
        times.max(2)
    } else {
        2
    };
    let before = pair.written()?;
    pair.bare.append(&before.rows()?, 64)?;

    let table = Table::new(
        choice.is_full(),
        &format!("Durable calls from {TASKS} tasks (target: 60 % of the bare loop)"),
        &[
            "round",
            "calls/s",
            "rows/s",
            "bare rows/s",
            "ratio",
            "rows a batch",
            "bytes a row",
        ],
    );
    let (mut own, mut peer) = (Vec::new(), Vec::new());
    for round in 0..rounds {
        let before = pair.trail.stats();
        let started = Instant::now();
        tasks.block_on(calls(&pair.runtime, times))?;
        pair.flush()?;
        let took = started.elapsed();
        let batch = mean_batch(&before, &pair.trail.stats());
        let written = pair.written()?;
        assert_eq!(written.len(), TASKS * times * 2, "two records a call");
        let bare = pair.bare.append(&written.rows()?, batch)?;
        own.push(per_second(written.len(), took));
        peer.push(per_second(written.len(), bare));
        table.row([
            (round + 1).to_string(),
            grouped(per_second(TASKS * times, took)),
            grouped(per_second(written.len(), took)),
            grouped(per_second(written.len(), bare)),
            ratio(nanos(bare) / nanos(took)),
            batch.to_string(),
            written.mean_bytes().to_string(),
        ]);
    }
    table.row([
        "median".to_owned(),
        String::new(),
        grouped(median(own.clone())),
        grouped(median(peer.clone())),
        ratio(paired(&own, &peer)),
        String::new(),
        String::new(),
    ]);
    pair.close()
}

/// So many calls in each of the tasks.
async fn calls(runtime: &Runtime, times: u64) -> Result<(), BoxError> {
    let mut tasks = Vec::new();
    for task in 0..TASKS {
        let scope = subject::scope(usize::try_from(task)?, runtime)?;
        let work = async move {
            for _ in 0..times {
                let answer = subject::durable_in_task(
                    black_box("o-1042"),
                    black_box(5_000),
                    black_box("EUR"),
                );
                assert!(answer.await.is_ok(), "a call that is recorded runs");
            }
        };
        tasks.push(tokio::spawn(work.in_scope(scope)));
    }
    for task in tasks {
        task.await?;
    }
    Ok(())
}

/// One call at a time beside one commit of the same rows, in turns.
fn alone(choice: &Choice, room: &Path) -> Result<(), BoxError> {
    let table = Table::new(
        choice.is_full(),
        "One durable call alone (target: 1.5 of the bare commit)",
        &["contender", "median", "bare commit", "ratio"],
    );
    for (name, rests) in [
        ("after a rest: the decision's row alone", true),
        (
            "at once after another: with the outcome's row of that one",
            false,
        ),
    ] {
        let times = if choice.is_full() { 400 } else { 4 };
        let mut pair = Pair::open(room, if rests { "rested" } else { "unrested" })?;
        let scope = subject::scope(42, &pair.runtime)?;
        let call = || {
            let started = Instant::now();
            let answer = subject::durable(black_box("o-1042"), black_box(5_000), black_box("EUR"));
            let took = started.elapsed();
            assert!(answer.is_ok(), "a call that is recorded runs");
            nanos(took)
        };
        let (mut own, mut peer) = (Vec::new(), Vec::new());
        for _ in 0..times {
            scope.clone().run(|| {
                if !rests {
                    call();
                }
                own.push(call());
            });
            pair.flush()?;
            let written = pair.written()?;
            let rows = written.rows()?;
            // The call's own commit is timed; its outcome, and whatever came before, went to disk in others.
            let timed = if rests { 1 } else { 2 };
            let (before, timed) = rows.split_at(rows.len().saturating_sub(timed + 1));
            let (timed, after) = timed.split_at(timed.len() - 1);
            pair.bare.append(before, usize::MAX)?;
            peer.push(nanos(pair.bare.append(timed, usize::MAX)?));
            pair.bare.append(after, usize::MAX)?;
        }
        table.row([
            name.to_owned(),
            time(median(own.clone())),
            time(median(peer.clone())),
            ratio(paired(&own, &peer)),
        ]);
        pair.close()?;
    }
    Ok(())
}
