//! What a bus takes of memory, measured where nothing else runs.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what the tests have in common stands in no test"
)]

#[path = "bus/support.rs"]
mod support;

use std::fs;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use audit_core::bus::{Bus, Queue};

use support::now;

/// One test at a time: what is measured is the process's.
static ALONE: Mutex<()> = Mutex::new(());

/// How many bytes of memory this process has, by the system.
fn resident_bytes() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    line.trim()
        .trim_end_matches(" kB")
        .trim()
        .parse::<u64>()
        .unwrap()
        * 1024
}

const MIB: u64 = 1 << 20;

/// Few where nothing is optimised: the bound is the same.
const EVENTS: u64 = if cfg!(debug_assertions) {
    20_000
} else {
    1_000_000
};

#[test]
fn a_million_events_through_eight_subscribers_on_two_threads_take_bounded_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let (bus, told) = (Bus::new(), Arc::new(AtomicU64::new(0)));
    for number in 0..8 {
        let counted = Arc::clone(&told);
        let count = move |_: &_| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        // Half of them have a queue, whose publishers wait for room.
        let subscription = bus.subscription("account.*");
        let subscription = match number % 2 {
            0 => subscription.handle(count),
            _ => subscription.queue(Queue::bounded(256)).handle(count),
        };
        subscription.unwrap().keep();
    }
    let publish = |events: u64| {
        thread::scope(|threads| {
            for _ in 0..2 {
                threads.spawn(|| {
                    for number in 0..events / 2 {
                        bus.publish_blocking("account.transfer", number).unwrap();
                    }
                });
            }
        });
        bus.flush_blocking().unwrap();
    };
    publish(1_000);
    let before = resident_bytes();
    publish(EVENTS);
    let grown = resident_bytes().saturating_sub(before);
    assert_eq!(told.load(Ordering::Relaxed), 8 * (1_000 + EVENTS));
    assert!(grown < 32 * MIB, "{} MiB", grown / MIB);
}

#[test]
#[ignore = "ten million names take a while; `cargo test --release -- --ignored ten_million`"]
fn ten_million_names_take_bounded_memory() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let bus = Bus::new();
    bus.subscribe("*", |_| ()).unwrap().keep();
    let before = resident_bytes();
    let mut most = 0;
    for number in 0..10_000_000_u32 {
        now(bus.publish(&format!("account.{number}"), ())).unwrap();
        let _nobody = bus.is_registered(&format!("runnable.{number}"));
        if number % 100_000 == 0 {
            most = most.max(resident_bytes());
        }
    }
    let grown = most.saturating_sub(before);
    assert!(grown < 128 * MIB, "{} MiB", grown / MIB);
}

#[test]
fn long_names_that_many_are_told_of_take_bounded_memory_too() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let bus = Bus::new();
    for _ in 0..1_000 {
        bus.subscribe("*", |_| ()).unwrap().keep();
    }
    let long = "x".repeat(10_000);
    let before = resident_bytes();
    let names = if cfg!(debug_assertions) {
        6_000
    } else {
        60_000
    };
    for number in 0..names {
        now(bus.publish(&format!("{long}{number}"), ())).unwrap();
    }
    let grown = resident_bytes().saturating_sub(before);
    assert!(grown < 64 * MIB, "{} MiB", grown / MIB);
}
