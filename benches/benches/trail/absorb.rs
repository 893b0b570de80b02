//! A steady load of buffered records: what is lost, and how much memory it takes.

use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use audit_benches::measure::{nanos, time};

use super::choice::Choice;
use super::line::{self, Lines};
use super::stock::{LONG, mean_batch};
use super::subject;
use super::table::{Table, bytes, grouped, per_second};

/// How many threads call.
const CALLERS: u64 = 2;
/// How often a caller looks at its watch.
const TICK: Duration = Duration::from_millis(1);

/// Prints what became of the load in a trail, and among the lines of a file.
pub(crate) fn run(choice: &Choice, room: &Path, lines: &Lines) -> Result<(), BoxError> {
    let table = Table::new(
        choice.is_full(),
        &format!(
            "{} records a second, for {:.1} s (target: none lost, memory bounded)",
            grouped(per_second(choice.rate, Duration::from_secs(1))),
            choice.load.as_secs_f64()
        ),
        &[
            "contender",
            "records",
            "records/s",
            "lost",
            "memory before",
            "peak",
            "longest queue",
            "its bytes",
            "rows a batch",
            "un-indexed at the end",
            "indexed after",
        ],
    );
    trail(choice, room, &table)?;
    json_lines(choice, lines, &table);
    Ok(())
}

fn trail(choice: &Choice, room: &Path, table: &Table) -> Result<(), BoxError> {
    let trail = subject::options()?.open(room.join("absorb.db"))?;
    let runtime = subject::runtime()?
        .recorder(Arc::new(trail.clone()))
        .build()?;
    let scope = subject::scope(42, &runtime)?;
    let call = || {
        let answer = subject::audited(black_box("o-1042"), black_box(5_000), black_box("EUR"));
        let _answer = black_box(answer);
    };
    let before = trail.stats();
    let mut longest = (0, 0);
    let memory = Memory::now();
    let load = Load::put_on(
        choice,
        |work| scope.clone().run(work),
        call,
        || {
            let stats = trail.stats();
            longest = longest.max((stats.queue_records, stats.queue_bytes));
        },
    );
    let after = trail.stats();
    let unindexed = after.records_unindexed + after.queue_records as u64;
    let started = Instant::now();
    trail.flush(LONG)?;
    while trail.stats().records_unindexed > 0 {
        thread::sleep(TICK);
    }
    let indexed_after = started.elapsed();
    let peak = Memory::now().peak;
    let stats = trail.stats();
    let written = stats.records_written - before.records_written;
    // A loss is told of in a record of the trail's own, which no call made.
    assert_eq!(
        written + stats.records_lost,
        load.records,
        "what was not written is counted as lost"
    );
    if !choice.is_full() {
        assert_eq!(stats.records_lost, 0, "a light load is taken in");
    }
    table.row([
        "`#[audit]`, buffered by a trail".to_owned(),
        load.records.to_string(),
        grouped(per_second(load.records, load.took)),
        stats.records_lost.to_string(),
        bytes(memory.resident),
        bytes(peak),
        longest.0.to_string(),
        bytes(longest.1 as u64),
        mean_batch(&before, &after).to_string(),
        unindexed.to_string(),
        time(nanos(indexed_after)),
    ]);
    trail.close(LONG)?;
    Ok(())
}

/// The same load as lines of a file, two a call. What finds the buffer full is dropped, as it comes by default.
fn json_lines(choice: &Choice, lines: &Lines, table: &Table) {
    let said = lines.written() + lines.dropped();
    let dropped = lines.dropped();
    let memory = Memory::now();
    let load = Load::put_on(
        choice,
        |work| work(),
        || {
            line::decision(black_box("o-1042"), black_box(5_000), black_box("EUR"));
            line::outcome();
        },
        || (),
    );
    lines.drain(said + load.records);
    table.row([
        "`tracing` JSON lines, non-blocking".to_owned(),
        load.records.to_string(),
        grouped(per_second(load.records, load.took)),
        (lines.dropped() - dropped).to_string(),
        bytes(memory.resident),
        bytes(Memory::now().peak),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]);
}

/// What came in.
struct Load {
    records: u64,
    took: Duration,
}

impl Load {
    /// Lets callers call, each at its pace, while somebody looks on. A caller that was kept from calling makes up for it.
    fn put_on<C: Fn() + Sync>(
        choice: &Choice,
        within: impl Fn(&mut dyn FnMut()) + Sync,
        call: C,
        mut look: impl FnMut() + Send,
    ) -> Self {
        let started = Instant::now();
        let over = AtomicBool::new(false);
        let calls_due = |elapsed: Duration| {
            let due = u128::from(choice.rate / 2 / CALLERS) * elapsed.as_nanos() / 1_000_000_000;
            u64::try_from(due).unwrap_or(u64::MAX)
        };
        let caller = || {
            let mut calls = 0;
            within(&mut || {
                loop {
                    let elapsed = started.elapsed().min(choice.load);
                    while calls < calls_due(elapsed) {
                        call();
                        calls += 1;
                    }
                    if elapsed == choice.load {
                        break;
                    }
                    thread::sleep(TICK);
                }
            });
            calls
        };
        let calls: u64 = thread::scope(|scope| {
            let callers: Vec<_> = (0..CALLERS).map(|_| scope.spawn(caller)).collect();
            let over = &over;
            let watcher = scope.spawn(move || {
                while !over.load(Ordering::Relaxed) {
                    look();
                    thread::sleep(TICK * 5);
                }
            });
            let calls = callers
                .into_iter()
                .map(|caller| caller.join().unwrap_or_default())
                .sum();
            over.store(true, Ordering::Relaxed);
            let _watched = watcher.join();
            calls
        });
        Self {
            records: calls * 2,
            took: started.elapsed(),
        }
    }
}

/// The memory of this process, as Linux tells it; nothing elsewhere.
struct Memory {
    resident: u64,
    /// The most since the last look.
    peak: u64,
}

impl Memory {
    /// Looks, and lets the next peak begin here.
    fn now() -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
        let kibibytes = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.and_then(|number| number.parse::<u64>().ok())
        };
        let look = Self {
            resident: kibibytes("VmRSS:").unwrap_or_default() * 1024,
            peak: kibibytes("VmHWM:").unwrap_or_default() * 1024,
        };
        // Where it can't be reset, the peak is that of the whole run.
        let _reset = fs::write("/proc/self/clear_refs", "5");
        look
    }
}
