//! What the observability path costs: not compiled in, compiled in and off, and on.
//!
//! `cargo run -p audit-bench-observability` builds itself with the path and without it, runs both in turns, so that
//! they meet the same weather, and prints medians. With `worker` it is one of the two.

#![allow(clippy::print_stdout, reason = "the table is the product")]

mod round;
mod worker;

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args().nth(1).as_deref() {
        Some("worker") => worker::run(),
        _ => round::run(),
    }
}
