//! Loads that must take bounded memory: many events on two threads, and names without end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use audit_benches::engine::BoxError;
use audit_benches::measure::Depth;
use audit_core::bus::{Bus, Queue};

use crate::wait::now;

const SUBSCRIBERS: u64 = 8;
const PUBLISHERS: u64 = 2;

/// One million events through eight subscribers, published by two threads; then the same with queues of their own.
pub(crate) fn many_events(depth: Depth) -> Result<(), BoxError> {
    let events = size(depth, 1_000_000);
    title(
        depth,
        &format!("{events} events through {SUBSCRIBERS} subscribers on {PUBLISHERS} threads"),
    );
    for queue in [None, Some(1024)] {
        let bus = Bus::new();
        let told = Arc::new(AtomicU64::new(0));
        for _ in 0..SUBSCRIBERS {
            let told = Arc::clone(&told);
            let subscription = bus.subscription("account.*");
            let subscription = match queue {
                None => subscription,
                Some(most) => subscription.queue(Queue::bounded(most)),
            };
            let handler = move |_: &_| {
                told.fetch_add(1, Ordering::Relaxed);
            };
            subscription.handle(handler)?.keep();
        }
        let (before, began) = (resident_kib(), Instant::now());
        thread::scope(|threads| {
            for _ in 0..PUBLISHERS {
                threads.spawn(|| {
                    for number in 0..events / PUBLISHERS {
                        let published = bus.publish_blocking("account.transfer", number);
                        assert!(published.is_ok());
                    }
                });
            }
        });
        bus.flush_blocking()?;
        let took = began.elapsed();
        assert_eq!(told.load(Ordering::Relaxed), events * SUBSCRIBERS);
        let how = queue.map_or("called in turn".to_owned(), |most| {
            format!("a queue of {most} each")
        });
        row(depth, &how, events, took.as_secs_f64(), before);
    }
    Ok(())
}

/// Ten million names, each published once.
pub(crate) fn many_names(depth: Depth) -> Result<(), BoxError> {
    let names = size(depth, 10_000_000);
    title(depth, &format!("{names} names, each published once"));
    let bus = Bus::new();
    bus.subscribe("name.*", |_| ())?.keep();
    for pattern in crate::names::patterns(1_000) {
        bus.subscribe(&pattern, |_| ())?.keep();
    }
    let (before, began) = (resident_kib(), Instant::now());
    for number in 0..names {
        let published = now(bus.publish(&format!("name.{number}"), ()));
        assert!(published.is_some_and(|done| done.is_ok()));
    }
    row(
        depth,
        "among 1,000 patterns",
        names,
        began.elapsed().as_secs_f64(),
        before,
    );
    Ok(())
}

/// A smoke test is a thousandth.
fn size(depth: Depth, events: u64) -> u64 {
    match depth {
        Depth::Full => events,
        Depth::Smoke => events / 1_000,
    }
}

#[expect(clippy::print_stdout, reason = "a bench prints its tables")]
fn title(depth: Depth, title: &str) {
    if depth == Depth::Full {
        println!("\n### {title}\n\n| how | events/s | grew by |\n|---|--:|--:|");
    }
}

#[expect(clippy::print_stdout, reason = "a bench prints its tables")]
fn row(depth: Depth, how: &str, events: u64, seconds: f64, before: u64) {
    if depth == Depth::Full {
        let rate = audit_benches::measure::count(events) / seconds;
        let grown = resident_kib().saturating_sub(before) / 1024;
        println!("| {how} | {rate:.0} | {grown} MiB |");
    }
}

/// How much memory of the machine this process has, at most until now.
fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
