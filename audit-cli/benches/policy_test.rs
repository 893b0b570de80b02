//! `cargo bench -p audit-cli --bench policy_test`: how many cases a second `audit policy test` takes, reading included.
//!
//! `cargo test` runs the same once over with few cases and without times: every case must pass.

#![allow(clippy::print_stdout, reason = "the table is the product")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

/// The policy of the example, eight rules.
const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/payments/policy");

const HEAD: &str = "\
policy: .
actors: {support: {id: sam, role: support}}
actions: {refund: {type: refund, amount: 1, currency: EUR, order_id: o-1}}
snapshots: {calm: {fraud_flag: false, daily_total: 0}}
cases:
";

fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == "--list") {
        return Ok(());
    }
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (cases, rounds) = if measured { (50_000, 15) } else { (50, 1) };
    let dir = tempfile::tempdir()?;
    let rows = dir.path().join("rows.test.yaml");
    fs::write(&rows, table(cases))?;
    let written = dir.path().join("written.test.yaml");
    fs::write(&written, written_out(cases))?;
    let table: [(&str, &Path, &[&str]); 5] = [
        ("rows of a table", &rows, &[]),
        ("with coverage", &rows, &["--coverage"]),
        ("with the XML report", &rows, &["--format", "junit"]),
        ("cases written out", &written, &[]),
        ("with coverage", &written, &["--coverage"]),
    ];
    if measured {
        println!("| {cases} cases, 8 rules | median | min | cases a second |");
        println!("|---|--:|--:|--:|");
    }
    for (name, suite, options) in table {
        let mut times = Vec::with_capacity(rounds);
        for _ in 0..rounds {
            times.push(run(suite, options)?);
        }
        times.sort();
        if let (true, Some(median), Some(min)) = (measured, times.get(rounds / 2), times.first()) {
            let speed = f64::from(cases) / median.as_secs_f64();
            let (median, min) = (median.as_millis(), min.as_millis());
            println!("| {name} | {median} ms | {min} ms | {speed:.0} |");
        }
    }
    Ok(())
}

/// Starts the command, and waits until it has answered.
fn run(suite: &Path, options: &[&str]) -> Result<Duration, Failure> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_audit"));
    command
        .args(["policy", "test", "--policy", POLICY])
        .args(options)
        .arg(suite)
        .stdout(Stdio::null());
    let started = Instant::now();
    let status = command.status()?;
    let took = started.elapsed();
    if status.success() {
        Ok(took)
    } else {
        Err(format!("{}: {status}", suite.display()).into())
    }
}

/// An amount, and what the policy must say to it.
fn expected(number: u32) -> (u32, &'static str, &'static str) {
    let amount = number % 1_500;
    match amount {
        0..=500 => (amount, "allow", "null"),
        501..=1_000 => (amount, "require_approval", "large_refund_needs_approval"),
        _ => (amount, "block", "block_large_refund"),
    }
}

fn table(cases: u32) -> String {
    let mut suite = format!(
        "suite: rows\n{HEAD}  - name: refunds\n    actor: support\n    snapshot: calm\n    table:\n      \
         columns: [action, action.amount, expect.effect, expect.rule]\n      rows:\n"
    );
    for number in 0..cases {
        let (amount, effect, rule) = expected(number);
        let _ = writeln!(suite, "        - [refund, {amount}, {effect}, {rule}]");
    }
    suite
}

fn written_out(cases: u32) -> String {
    let mut suite = format!("suite: written\n{HEAD}");
    for number in 0..cases {
        let (amount, effect, rule) = expected(number);
        let _ = writeln!(
            suite,
            "  - name: case {number}\n    action: {{from: refund, with: {{amount: {amount}}}}}\n    actor: support\n    \
             snapshot: calm\n    expect: {{effect: {effect}, rule: {rule}}}"
        );
    }
    suite
}
