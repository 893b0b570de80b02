//! `cargo bench -p audit-benches --bench trail`: what a record costs, and what a trail of millions of them answers.
//!
//! Parts are chosen by their words (`-- caller durable absorb live verify query`), `--rows` says how many records the last
//! three look at, `--stock` names the trail of an earlier run (a `stock.db` that was kept) which they look at instead, `--seconds` says
//! how long the load lasts. Without a word all of them run, those that take long in a short form.
//! Each is measured beside a peer of the same run: a `tracing` JSON line, or a bare `rusqlite` loop over the same rows.
//!
//! `cargo test` runs the same once over, small and without times: nothing may be lost, every trail must verify, and
//! every page must be the one that the bare database gives.

#![allow(clippy::print_stdout, reason = "the tables are the product")]

mod bare;
mod choice;
mod line;
mod pace;
mod subject;
mod table;

mod absorb;
mod caller;
mod durable;
mod stock;

mod live;
mod query;
mod verify;

use std::path::Path;

use audit_benches::engine::BoxError;

use self::choice::{Choice, Part};
use self::line::Lines;
use self::stock::Stock;

fn main() -> Result<(), BoxError> {
    if std::env::args().any(|arg| arg == "--list") {
        return Ok(());
    }
    let choice = Choice::from_args()?;
    // On the disk of the build, where there is room for gigabytes; gone when the run ends.
    let room = tempfile::Builder::new()
        .prefix("trail-bench-")
        .tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    run(&choice, room.path())
}

fn run(choice: &Choice, room: &Path) -> Result<(), BoxError> {
    let lines = Lines::install(room)?;
    if choice.wants(Part::Caller) {
        caller::run(choice, room, &lines)?;
    }
    if choice.wants(Part::Durable) {
        durable::run(choice, room)?;
    }
    if choice.wants(Part::Absorb) {
        absorb::run(choice, room, &lines)?;
    }
    if [Part::Live, Part::Verify, Part::Query]
        .into_iter()
        .any(|part| choice.wants(part))
    {
        let stock = match &choice.stock {
            Some(path) => Stock::at(path)?,
            None if choice.wants(Part::Live) => live::run(choice, room)?,
            None => Stock::make(choice.rows, room)?,
        };
        if choice.wants(Part::Verify) {
            verify::run(choice, &stock)?;
        }
        if choice.wants(Part::Query) {
            query::run(choice, &stock)?;
        }
    }
    Ok(())
}
