//! Many threads, many events, several sinks, while others come and go: none lost, none doubled.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use audit_core::sink::{Emission, NullSink, Registration, Sink, SinkError, SinkWay};

use crate::ground::{amount, decide, runtime};

const MAKERS: u64 = 10;
const CHURNERS: usize = 50;

/// Marks the number of each event that it is handed: in memory that does not grow.
struct Tally {
    seen: Vec<AtomicU64>,
    doubled: AtomicU64,
}

impl Tally {
    fn of(numbers: u64) -> Arc<Self> {
        let words = usize::try_from(numbers.div_ceil(64)).unwrap();
        let seen = (0..words).map(|_| AtomicU64::new(0)).collect();
        let doubled = AtomicU64::new(0);
        Arc::new(Self { seen, doubled })
    }

    fn count(&self) -> u64 {
        let words = self.seen.iter();
        words
            .map(|word| u64::from(word.load(Ordering::Relaxed).count_ones()))
            .sum()
    }
}

impl Sink for Tally {
    fn emit(&self, emission: &Emission<'_>) -> Result<(), SinkError> {
        let number = amount(emission.event()).expect("it is a refund");
        let number = u64::try_from(number)?;
        let (word, bit) = (usize::try_from(number / 64)?, 1 << (number % 64));
        let before = self.seen[word].fetch_or(bit, Ordering::Relaxed);
        self.doubled
            .fetch_add(u64::from(before & bit != 0), Ordering::Relaxed);
        Ok(())
    }
}

#[test]
fn none_is_lost_and_none_doubled_while_sinks_come_and_go() {
    let each = if std::env::var_os("AUDIT_FULL").is_some() {
        100_000
    } else {
        10_000
    };
    let (runtime, all) = (runtime(), MAKERS * each);
    let queued = SinkWay::Queued {
        capacity: usize::try_from(all).unwrap(),
        timeout: Duration::MAX,
    };
    let ways = [
        SinkWay::Inline,
        SinkWay::Inline,
        SinkWay::Inline,
        queued,
        queued,
    ];
    let tallies = ways.map(|way| {
        let tally = Tally::of(all);
        runtime
            .register_sink(Registration::new(tally.clone()).way(way))
            .unwrap();
        tally
    });
    let is_over = AtomicBool::new(false);
    thread::scope(|threads| {
        for churner in 0..CHURNERS {
            let (runtime, is_over) = (&runtime, &is_over);
            threads.spawn(move || {
                let way = if churner % 2 == 0 {
                    SinkWay::Inline
                } else {
                    SinkWay::QUEUED
                };
                while !is_over.load(Ordering::Relaxed) {
                    let passing = Arc::new(NullSink);
                    assert!(
                        runtime
                            .register_sink(Registration::new(passing.clone()).way(way))
                            .unwrap()
                    );
                    assert!(runtime.unregister_sink(&passing));
                    thread::yield_now();
                }
            });
        }
        let makers: Vec<_> = (0..MAKERS)
            .map(|maker| {
                let runtime = &runtime;
                threads.spawn(move || {
                    for number in maker * each..(maker + 1) * each {
                        decide(runtime, i64::try_from(number).unwrap());
                    }
                })
            })
            .collect();
        for maker in makers {
            maker.join().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    runtime.flush(Duration::from_mins(10)).unwrap();
    for (tally, stats) in tallies.iter().zip(runtime.sink_stats()) {
        assert_eq!(
            (tally.count(), tally.doubled.load(Ordering::Relaxed)),
            (all, 0),
            "{stats:?}"
        );
        assert_eq!((stats.events_taken, stats.events_lost), (all, 0));
    }
}
