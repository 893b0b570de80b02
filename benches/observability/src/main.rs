//! What the observability path costs: not compiled in, compiled in and off, and on.
//!
//! `cargo run -p audit-bench-observability` builds itself with the path and without it, runs both in turns, so that
//! they meet the same weather, and prints medians. With `worker` it is one of the two; with `worker CASE TIMES` it runs
//! that case alone and so often, for a tool that counts instructions.

#![allow(clippy::print_stdout, reason = "the table is the product")]

mod round;
mod worker;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        Some("worker") => worker::run(match (arguments.next(), arguments.next()) {
            (Some(case), Some(times)) => Some((case, times.parse()?)),
            _ => None,
        }),
        _ => round::run(),
    }
}
