//! What a publication, an invocation and a verdict cost, beside a list of patterns that is searched.
//!
//! `cargo bench -p audit-benches --bench bus`.

mod load;
mod names;
mod wait;

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use audit_benches::engine::BoxError;
use audit_benches::measure::{Contender, Depth};
use audit_core::Pattern;
use audit_core::bus::{Bus, BusPolicy, Runnable};

use names::{Names, patterns};
use wait::now;

/// How many names are published, the second half as often as the first and so on.
const NAMES: usize = 10_000;

fn main() -> Result<(), BoxError> {
    let depth = Depth::from_args();
    for count in [1, 1_000, 100_000] {
        publish(depth, count)?;
    }
    unseen(depth)?;
    handlers(depth)?;
    invoke(depth)?;
    policy(depth)?;
    load::many_events(depth)?;
    load::many_names(depth)
}

/// A bus with so many patterns of which one stands for each name that is published.
fn bus(count: usize, told: &Arc<AtomicU64>) -> Result<Bus, BoxError> {
    let bus = Bus::new();
    let counted = Arc::clone(told);
    bus.subscribe("name.*", move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    })?
    .keep();
    for pattern in patterns(count - 1) {
        bus.subscribe(&pattern, |_| ())?.keep();
    }
    Ok(bus)
}

fn publish(depth: Depth, count: usize) -> Result<(), BoxError> {
    let told = Arc::new(AtomicU64::new(0));
    let bus = bus(count, &told)?;
    let mut names = Names::new(NAMES);
    let mut contenders = Vec::new();
    contenders.push(Contender::new("one name, again and again", || {
        now(bus.publish("name.0", ()))
    }));
    let (mut zipf, handle) = (Names::new(NAMES), &bus);
    contenders.push(Contender::new("10,000 names, Zipf", move || {
        now(handle.publish(zipf.next(), ()))
    }));
    if count <= 1_000 {
        let all: Vec<Pattern> = std::iter::once("name.*".to_owned())
            .chain(patterns(count - 1))
            .map(Pattern::new)
            .collect::<Result<_, _>>()?;
        contenders.push(Contender::new("a list that is searched", move || {
            let name = names.next();
            black_box(all.iter().filter(|pattern| pattern.matches(name)).count())
        }));
    }
    depth.report(
        &format!("Publishing to one handler among {count} patterns (target: 150 ns)"),
        contenders,
    );
    assert!(told.load(Ordering::Relaxed) > 0, "nobody was told");
    Ok(())
}

fn unseen(depth: Depth) -> Result<(), BoxError> {
    let told = Arc::new(AtomicU64::new(0));
    let bus = bus(100_000, &told)?;
    let mut number = 0_u64;
    depth.report(
        "A name that was never seen, among 100,000 patterns (target: 2 µs)",
        vec![Contender::new("publish", || {
            number += 1;
            now(bus.publish(&format!("name.never.{number}"), ()))
        })],
    );
    Ok(())
}

fn handlers(depth: Depth) -> Result<(), BoxError> {
    let bus = Bus::new();
    let told = Arc::new(AtomicU64::new(0));
    for _ in 0..8 {
        let told = Arc::clone(&told);
        let handler = move |_: &_| {
            told.fetch_add(1, Ordering::Relaxed);
        };
        bus.subscribe("name", handler)?.keep();
    }
    depth.report(
        "Publishing to eight handlers (target: 400 ns)",
        vec![Contender::new("publish", || now(bus.publish("name", ())))],
    );
    Ok(())
}

fn invoke(depth: Depth) -> Result<(), BoxError> {
    let bus = Bus::new();
    bus.register(
        "double",
        Runnable::new(|number: u64| Ok::<_, String>(number * 2)),
    )?
    .keep();
    bus.register(
        "double.later",
        Runnable::new_async(|number: u64| async move { Ok::<_, String>(number * 2) }),
    )?
    .keep();
    depth.report(
        "Invoking (target: 100 ns)",
        vec![
            Contender::new("typed", || now(bus.invoke::<u64, u64>("double", 21))),
            Contender::new("typed, async", || {
                now(bus.invoke::<u64, u64>("double.later", 21))
            }),
            Contender::new("as JSON", || {
                now(bus.invoke::<_, serde_json::Value>("double", serde_json::json!(21)))
            }),
        ],
    );
    Ok(())
}

fn policy(depth: Depth) -> Result<(), BoxError> {
    let bus = Bus::new();
    bus.register(
        "double",
        Runnable::new(|number: u64| Ok::<_, String>(number * 2)),
    )?
    .keep();
    let free = Contender::new("without a policy", || {
        now(bus.invoke::<u64, u64>("double", 21))
    });
    let held = Bus::new();
    held.register(
        "double",
        Runnable::new(|number: u64| Ok::<_, String>(number * 2)),
    )?
    .keep();
    let lists: Vec<String> = (0..9).map(|number| format!("none.{number}.*")).collect();
    let allow = lists.iter().map(String::as_str).chain(["double"]);
    let deny = lists.iter().map(String::as_str).chain(["nobody"]);
    let policy = BusPolicy::new().invoke_allow(allow)?.invoke_deny(deny)?;
    held.set_policy("host", policy);
    let held = Contender::new("ten patterns allowed, ten denied", || {
        now(held.invoke::<u64, u64>("double", 21))
    });
    depth.report("A verdict (target: 50 ns more)", vec![free, held]);
    Ok(())
}
