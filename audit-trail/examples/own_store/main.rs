//! A store of one's own, in memory: a trail for tests and for programs that may not write files.
//!
//! `cargo run -p audit-trail --example own_store` opens a trail in it, records some calls, asks for them, takes some out and proves
//! what remains. `memory` writes (the `Store`), `reader` answers (the `StoreReader`), `state` is what they share; all stand on what
//! the crate makes public alone, and `tests` has them pass the suite that every store passes.

mod memory;
mod reader;
mod state;

#[cfg(test)]
mod tests;

use std::error::Error;
use std::io::{self, Write};
use std::time::Duration;

use audit_core::{Action, Actor, Policy, Runtime, Scope, Timestamp};
use audit_trail::note::TrailKey;
use audit_trail::retention::RetentionPolicy;
use audit_trail::{Aggregation, Dimension, Query, Trail};

use memory::Memory;

const ORIGIN: &str = "example.com/memory";
const SCHEMA: &str = "
version: 1
actions:
  refund:
    fields: {amount: number}
actor: {fields: {}}
snapshot: {fields: {}}
";
const POLICY: &str = "
version: 1
rules:
  - id: large_refund
    scope: {action: refund}
    when: {subject: {domain: action, field: amount}, operator: greater_than, value: {literal: 100}}
    effect: block
";
/// How long what was recorded may take to be kept.
const SOON: Duration = Duration::from_secs(5);

/// Opens a trail in this memory: a new one, or the one that was closed there.
fn open(memory: &Memory, key: TrailKey) -> Result<Trail, Box<dyn Error>> {
    let options = Trail::options().origin(ORIGIN);
    Ok(options.open_store(memory.open(), key)?)
}

/// Has refunds judged and recorded, each asked for by the actor that is named with it.
fn refund(trail: &Trail, refunds: &[(&'static str, i64)]) -> Result<(), Box<dyn Error>> {
    let policy = Policy::from_strings(SCHEMA, POLICY, None)?;
    let runtime = Runtime::builder()
        .policy(policy)
        .recorder(trail.clone())
        .build()?;
    for (actor, amount) in refunds {
        let refund = Action::new("refund").with("amount", *amount);
        let scope = Scope::new().actor(Actor::new(*actor));
        // What is blocked is recorded, too.
        let _allowed = scope.run(|| runtime.allow(&refund));
    }
    Ok(trail.flush(SOON)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    let memory = Memory::default();
    let trail = open(&memory, TrailKey::generate(ORIGIN)?)?;
    refund(&trail, &[("alice", 20), ("bob", 500), ("alice", 900)])?;

    let blocked = trail.search(&trail.query("effect:block actor:alice")?, None, 10)?;
    writeln!(out, "blocked for alice: {}", blocked.records.len())?;
    let refunds = Aggregation::new(Query::new().action("refund"));
    for group in trail
        .aggregate(&refunds.by(Dimension::Effect).with_latency())?
        .groups
    {
        let keys: Vec<_> = group.keys.into_iter().flatten().collect();
        let median = group.latency.map_or(Duration::ZERO, |latency| latency.p50);
        let (answer, count) = (keys.join(" "), group.count);
        writeln!(out, "{answer}: {count}, half of them judged in {median:?}")?;
    }

    let policy = RetentionPolicy::new(["refund=1".parse()?]);
    let gone = trail.prune(&trail.plan_retention(&policy, Timestamp::default())?)?;
    writeln!(out, "gone by the policy `{policy}`: {}", gone.records)?;
    for record in trail
        .search(&trail.query("action:refund")?, None, 10)?
        .records
    {
        let hashes = trail.prove(record.seq)?.hashes().len();
        writeln!(
            out,
            "record {} stays, proved by {hashes} hashes",
            record.seq
        )?;
    }
    let verification = trail.verify()?;
    let (size, is_sound) = (verification.size, verification.is_sound());
    writeln!(
        out,
        "{size} records, and all as they were written: {is_sound}"
    )?;
    Ok(trail.close(SOON)?)
}
