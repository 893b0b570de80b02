//! What a buffered record costs its caller, beside a line of JSON with the same fields.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use audit_benches::engine::BoxError;
use audit_benches::measure::{Contender, Figure, time};
use audit_core::{EventKind, Fact, Recorded, Recorder, Runtime, Terms};
use audit_trail::Trail;

use super::choice::Choice;
use super::line::{self, Lines};
use super::stock::LONG;
use super::subject;
use super::table::{Table, ratio};

/// Prints both tables, and what they come to for one record.
pub(crate) fn run(choice: &Choice, room: &Path, lines: &Lines) -> Result<(), BoxError> {
    let trail = subject::options()?.open(room.join("caller.db"))?;
    let settle = || settle(&trail);
    let said = AtomicU64::new(lines.written() + lines.dropped());
    let line = |times: u64| said.fetch_add(times, Ordering::Relaxed);
    let drain = || lines.drain(said.load(Ordering::Relaxed));

    let recorded = subject::runtime()?
        .recorder(Arc::new(trail.clone()))
        .build()?;
    let seen = subject::runtime()?.build()?;
    seen.observe_outcomes("empty", |event| {
        black_box(event);
    });
    seen.observe("empty", |event| {
        black_box(event);
    });
    allocates_once(&trail, &recorded)?;
    let calls = choice.depth.report(
        "A call: its decision and its outcome, two records",
        vec![
            Contender::batched("two `tracing` JSON lines to a non-blocking file", |times| {
                line(times * 2);
                for _ in 0..times {
                    line::decision(black_box("o-1042"), black_box(5_000), black_box("EUR"));
                    line::outcome();
                }
            })
            .after(drain),
            call("`#[audit]`, both buffered by a trail", &recorded)?.after(settle),
            call(
                "`#[audit]`, both seen by an empty observer, no record",
                &seen,
            )?,
        ],
    );

    let probe = Arc::new(Probe::new(trail.clone()));
    let probed = subject::runtime()?.recorder(probe.clone()).build()?;
    let facts = choice.depth.report(
        "One record",
        vec![
            Contender::batched("a `tracing` JSON line of a decision", |times| {
                line(times);
                for _ in 0..times {
                    line::decision(black_box("o-1042"), black_box(5_000), black_box("EUR"));
                }
            })
            .after(drain),
            fact(
                "`Trail::record` of a decision",
                &probe,
                &probed,
                EventKind::Decision,
                Work::Record,
            )?
            .after(settle),
            fact(
                "`Trail::record` of an outcome",
                &probe,
                &probed,
                EventKind::Outcome,
                Work::Record,
            )?
            .after(settle),
            fact(
                "a decision's JSON alone",
                &probe,
                &probed,
                EventKind::Decision,
                Work::Json,
            )?,
            fact(
                "an outcome's JSON alone",
                &probe,
                &probed,
                EventKind::Outcome,
                Work::Json,
            )?,
        ],
    );
    assert_eq!(trail.stats().records_lost, 0, "the queue was never full");
    assert!(trail.stats().records_written > 0, "records were written");
    report(choice, &calls, &facts);
    trail.close(LONG)?;
    Ok(())
}

/// Stops the run if a call's two records take more from the heap than one piece of memory each.
fn allocates_once(trail: &Trail, runtime: &Runtime) -> Result<(), BoxError> {
    const CALLS: u64 = 64;
    let calls = || {
        for _ in 0..CALLS {
            let _answer = black_box(subject::audited("o-1042", 5_000, "EUR"));
        }
    };
    let counted = subject::scope(42, runtime)?.run(|| {
        calls();
        settle(trail);
        allocation_counter::measure(calls).count_total
    });
    // The queue's own memory may grow once or twice more.
    assert!(
        counted <= CALLS * 2 + 4,
        "{CALLS} calls allocate {counted} times"
    );
    Ok(())
}

/// What it comes to for one record.
fn report(choice: &Choice, calls: &[Figure], facts: &[Figure]) {
    let ([lines, call, seen], [line, decision, ..]) = (calls, facts) else {
        return;
    };
    let table = Table::new(
        choice.is_full(),
        "A buffered record (target: 400 ns and 1 allocation, where the line takes 3,700 ns and 18)",
        &["", "median", "allocations", "of the line"],
    );
    let row = |name: &str, ns: f64, allocations: f64, line: f64| {
        table.row([
            name.to_owned(),
            time(ns),
            format!("{allocations:.1}"),
            ratio(ns / line),
        ]);
    };
    let half = |figure: &Figure| (figure.median_ns / 2.0, figure.allocations / 2.0);
    let (of_line, of_line_allocations) = half(lines);
    row(
        "a JSON line, mean of both",
        of_line,
        of_line_allocations,
        of_line,
    );
    let (of_call, of_call_allocations) = half(call);
    row(
        "half a call through `#[audit]`",
        of_call,
        of_call_allocations,
        of_line,
    );
    let (of_seen, of_seen_allocations) = half(seen);
    row(
        "the same, less what a call costs without a record",
        of_call - of_seen,
        of_call_allocations - of_seen_allocations,
        of_line,
    );
    row(
        "`Trail::record` of a decision alone",
        decision.median_ns,
        decision.allocations,
        line.median_ns,
    );
}

/// Calls of the function under `#[audit]`.
fn call<'c>(name: &str, runtime: &Runtime) -> Result<Contender<'c>, BoxError> {
    let scope = subject::scope(42, runtime)?;
    Ok(Contender::batched(name, move |times| {
        scope.clone().run(|| {
            for _ in 0..times {
                let answer =
                    subject::audited(black_box("o-1042"), black_box(5_000), black_box("EUR"));
                let _answer = black_box(answer);
            }
        });
    }))
}

/// What is done with a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// The trail records it.
    Record,
    /// Its JSON is written to memory that is there.
    Json,
}

/// One fact of one call, recorded many times over: a fact lives no longer than its call.
fn fact<'c>(
    name: &str,
    probe: &'c Probe,
    runtime: &Runtime,
    kind: EventKind,
    work: Work,
) -> Result<Contender<'c>, BoxError> {
    let scope = subject::scope(42, runtime)?;
    Ok(Contender::batched(name, move |times| {
        probe.ask(kind, work, times);
        scope.clone().run(|| {
            let _answer = subject::audited(black_box("o-1042"), black_box(5_000), black_box("EUR"));
        });
    }))
}

/// A recorder that has a fact recorded as often as it was asked to.
struct Probe {
    trail: Trail,
    asked: std::sync::Mutex<(EventKind, Work, u64)>,
}

impl Probe {
    fn new(trail: Trail) -> Self {
        Self {
            trail,
            asked: std::sync::Mutex::new((EventKind::Decision, Work::Json, 0)),
        }
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, (EventKind, Work, u64)> {
        self.asked
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn ask(&self, kind: EventKind, work: Work, times: u64) {
        *self.asked() = (kind, work, times);
    }
}

impl Recorder for Probe {
    fn record(&self, fact: &Fact<'_>, terms: &Terms) -> Recorded {
        let (kind, work, times) = *self.asked();
        if fact.kind() != kind {
            return Recorded::Unwanted;
        }
        match work {
            Work::Record => {
                for _ in 0..times {
                    drop(black_box(self.trail.record(black_box(fact), terms)));
                }
            }
            Work::Json => {
                let mut json = Vec::with_capacity(4096);
                for _ in 0..times {
                    json.clear();
                    black_box(fact).write_json(&mut json);
                    black_box(&json);
                }
            }
        }
        Recorded::Unwanted
    }

    fn flush(&self, timeout: Duration) -> bool {
        Recorder::flush(&self.trail, timeout)
    }
}

/// Waits until nothing is left to write or to index: the writer's thread then sleeps.
fn settle(trail: &Trail) {
    let flushed = trail.flush(LONG);
    assert!(flushed.is_ok(), "{flushed:?}");
    while trail.stats().records_unindexed > 0 {
        std::thread::sleep(Duration::from_millis(1));
    }
}
