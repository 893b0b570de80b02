//! Two paths that share no switch: who watches how the service runs, and who keeps what it decided.
//!
//! `cargo run --example two_paths` sends the same calls to the same functions four times: with neither path, with one,
//! with the other, with both. Then it shuts every filter of `tracing`, which silences the one path and leaves the other as it was; and it
//! breaks one of two sinks, which the other is told of, and which itself is told what it missed once it works again.
//!
//! Where things are: `business` the annotated functions, `trace` what listens to the observability path, `flaky` a sink that breaks.

mod business;
mod flaky;
#[cfg(test)]
mod tests;
mod trace;

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use audit_core::sink::MemorySink;
use audit_core::{Actor, EventKind, Policy, Runtime, Scope, observability};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, reload};

use flaky::Flaky;
use trace::Counting;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

const SCHEMA: &str = "language: audit/2
actions:
  refund: {fields: {amount: integer}}
  export: {fields: {rows: integer}}
";

const POLICY: &str = "language: audit/2
default: allow
rules:
  - id: block_large_refund
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
    effect: block
";

fn main() -> Result<(), BoxError> {
    let counting = Counting::default();
    let (filter, handle) = reload::Layer::new(LevelFilter::TRACE);
    tracing_subscriber::registry()
        .with(counting.clone().with_filter(filter))
        .init();
    let policy = Policy::from_strings(SCHEMA, POLICY, None)?;
    let runtime = Runtime::builder().policy(policy).build()?;
    audit_core::install(runtime.clone())?;
    let mut out = io::stdout().lock();

    writeln!(out, "=== Four ways, the same three calls ===")?;
    writeln!(out, "{:<22}{:>22}{:>10}", "", "observability", "audit")?;
    for pass in four_ways(&runtime, &counting)? {
        writeln!(out, "{pass}")?;
    }

    writeln!(out, "\n=== Both, and every filter shut ===")?;
    handle.reload(LevelFilter::OFF)?;
    let shut = pass(&runtime, &counting, "filter `off`", true, true)?;
    writeln!(out, "{shut}")?;

    writeln!(out, "\n=== One of two sinks breaks ===")?;
    for told in broken_sink(&runtime)? {
        writeln!(out, "  {told}")?;
    }
    Ok(())
}

/// One pass over the same calls, and what came out at the end of each path.
#[derive(Debug, PartialEq, Eq)]
struct Pass {
    name: &'static str,
    observed: u64,
    audited: usize,
}

impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, observed, audited) = (self.name, self.observed, self.audited);
        write!(f, "{name:<22}{observed:>22}{audited:>10}")
    }
}

fn four_ways(runtime: &Runtime, counting: &Counting) -> Result<Vec<Pass>, BoxError> {
    let ways = [
        ("neither", false, false),
        ("observability only", true, false),
        ("audit only", false, true),
        ("both", true, true),
    ];
    let passes = ways
        .into_iter()
        .map(|(name, observe, audit)| pass(runtime, counting, name, observe, audit));
    passes.collect()
}

/// The same calls with these paths on.
fn pass(
    runtime: &Runtime,
    counting: &Counting,
    name: &'static str,
    observe: bool,
    audit: bool,
) -> Result<Pass, BoxError> {
    let sink = Arc::new(MemorySink::new());
    if observe {
        observability::enable();
    }
    if audit {
        runtime.register_sink(sink.clone())?;
    }
    calls();
    observability::disable();
    runtime.unregister_sink(&sink);
    Ok(Pass {
        name,
        observed: counting.take(),
        audited: sink.events().len(),
    })
}

/// Two refunds, one of which is refused, and an export.
fn calls() {
    let alice = Actor::new("alice").with("role", "support");
    Scope::new().actor(alice).run(|| {
        for amount in [50, 5000] {
            // What is refused is decided and recorded all the same.
            let _refunded = business::refund("o-77", amount);
        }
        business::export(12);
    });
}

/// What is told while a sink breaks and works again: to the sink beside it, then to itself.
fn broken_sink(runtime: &Runtime) -> Result<Vec<String>, BoxError> {
    let (flaky, beside) = (Arc::new(Flaky::default()), Arc::new(MemorySink::new()));
    runtime.register_sink(flaky.clone())?;
    runtime.register_sink(beside.clone())?;
    flaky.set_broken(true);
    calls();
    flaky.set_broken(false);
    calls();
    runtime.unregister_sink(&flaky);
    runtime.unregister_sink(&beside);
    let mut told = Vec::new();
    for event in beside.events() {
        if event.kind == EventKind::SinkFailure {
            told.push(format!("the other sink: {}", flaky::told(&event)));
        }
    }
    told.extend(flaky.told());
    Ok(told)
}
