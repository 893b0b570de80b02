//! `cargo bench -p audit-benches --bench memory`: what an event costs that a memory sink keeps, and a line in a log file.
//!
//! `cargo test` runs the same once over, without times: every event must be kept.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::sync::Arc;

use audit_benches::measure::{Contender, Depth};
use audit_core::sink::{CallbackSink, LogFile, MemorySink, NullSink, Sink};
use audit_core::{Action, Actor, Policy, Runtime, Scope, Snapshot};

type BoxError = Box<dyn std::error::Error>;

/// How many events the sinks keep: as many as stay in the caches of a machine.
const KEPT: usize = 1024;

const SCHEMA: &str = "version: 1
actions: {refund: {fields: {amount: number, currency: string, order_id: string}}}
actor: {fields: {id: string, role: string}}
snapshot: {fields: {frozen: boolean, limit: number}}
";

const POLICY: &str = "version: 1
rules:
  - id: block_large_refund
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 1000}}
    effect: block
";

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let depth = Depth::from_args();
    decision(depth)?;
    event(depth)?;
    line(depth)
}

/// A runtime with a sink.
fn runtime(sink: Arc<dyn Sink>) -> Result<Runtime, BoxError> {
    let runtime = Runtime::builder()
        .policy(Policy::from_strings(SCHEMA, POLICY, None)?)
        .snapshot_resolver(|_| Ok(Snapshot::new().with("frozen", false).with("limit", 900)))
        .build()?;
    runtime.register_sink(sink)?;
    Ok(runtime)
}

/// Decides once: three fields, an actor of two, a snapshot of two.
fn decide(runtime: &Runtime) -> bool {
    let action = Action::new("refund")
        .with("amount", black_box(5000))
        .with("currency", "EUR")
        .with("order_id", "o-4711");
    runtime.allow(&action)
}

fn scope() -> Scope {
    Scope::new().actor(Actor::new("alice").with("role", "support"))
}

fn decision(depth: Depth) -> Result<(), BoxError> {
    let memory = Arc::new(MemorySink::with_capacity(KEPT));
    let nowhere = runtime(Arc::new(NullSink))?;
    let kept = runtime(memory.clone())?;
    scope().run(|| {
        depth.report(
            "A decision: 3 fields, actor of 2, snapshot of 2",
            vec![
                Contender::new("into `NullSink`", || decide(&nowhere)),
                Contender::new("into `MemorySink`", || decide(&kept)),
            ],
        )
    });
    assert!(!memory.events().is_empty(), "every event is kept");
    Ok(())
}

/// One event again and again, from within a sink.
fn event(depth: Depth) -> Result<(), BoxError> {
    let memory = MemorySink::with_capacity(KEPT);
    let measuring = CallbackSink::new(move |emission| {
        // Made once, as for all sinks behind the first.
        let _made = emission.event();
        depth.report(
            "One event (target: 250 ns)",
            vec![
                Contender::new("made already, into `MemorySink`", || {
                    memory.emit(emission).is_ok()
                }),
                Contender::new("made", || Arc::new(emission.fact().to_event())),
            ],
        );
        Ok(())
    });
    let runtime = runtime(Arc::new(measuring))?;
    scope().run(|| decide(&runtime));
    Ok(())
}

/// A line of 600 bytes, as a decision has, appended to a file.
fn line(depth: Depth) -> Result<(), BoxError> {
    let dir = tempfile::tempdir()?;
    let line = [&[b'x'; 599][..], b"\n"].concat();
    let mut bare = File::options()
        .append(true)
        .create(true)
        .open(dir.path().join("bare.log"))?;
    let mut file = LogFile::open(dir.path().join("audit.log"))?;
    let mut rotated = LogFile::open(dir.path().join("rotated.log"))?
        .rotate_at_bytes(1 << 20)
        .keep(2);
    depth.report(
        "A line of 600 bytes in a file",
        vec![
            Contender::new("bare append", || bare.write_all(&line).is_ok()),
            Contender::new("`LogFile`", || file.write_all(&line).is_ok()),
            Contender::new("`LogFile`, a new one at each MiB, two kept", || {
                rotated.write_all(&line).is_ok()
            }),
        ],
    );
    assert!(file.path().metadata()?.len() > 0, "every line is written");
    Ok(())
}
