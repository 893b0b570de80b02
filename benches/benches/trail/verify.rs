//! Checking every record of a trail, beside reading and hashing the same bytes.

use std::hint::black_box;
use std::thread;
use std::time::{Duration, Instant};

use audit_benches::engine::BoxError;
use audit_benches::measure::{median, nanos, time};
use audit_trail::SqliteReader;
use audit_trail::verify::{Keys, Verifier};
use sha2::{Digest, Sha256};

use super::bare::Bare;
use super::choice::Choice;
use super::stock::Stock;
use super::table::{Table, grouped, paired, per_second, ratio};

/// From so many records on one round says enough.
const LONG: u64 = 2_000_000;

/// Prints how long it takes.
pub(crate) fn run(choice: &Choice, stock: &Stock) -> Result<(), BoxError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let table = Table::new(
        choice.is_full(),
        &format!(
            "Verifying {} records on {threads} threads (target: 1,000,000 a second)",
            stock.rows
        ),
        &["contender", "median", "records/s", "of reading and hashing"],
    );
    // A long reading needs no second one.
    let rounds = if choice.is_full() && stock.rows <= LONG {
        5
    } else {
        1
    };
    let (mut plain, mut verified, mut indexed) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        plain.push(nanos(hash(stock)?));
        verified.push(nanos(verify(stock, false)?));
        indexed.push(nanos(verify(stock, true)?));
    }
    for (name, took) in [
        ("every body read and hashed, bare, on one thread", &plain),
        ("`Verifier::verify`", &verified),
        ("`Verifier::verify` with the index", &indexed),
    ] {
        let middle = median(took.clone());
        table.row([
            name.to_owned(),
            time(middle),
            grouped(per_second(
                stock.rows,
                Duration::from_secs_f64(middle / 1e9),
            )),
            ratio(paired(took, &plain)),
        ]);
    }
    Ok(())
}

fn verify(stock: &Stock, with_index: bool) -> Result<Duration, BoxError> {
    let started = Instant::now();
    let keys = Keys::stored(&mut SqliteReader::open(&stock.path)?)?;
    let mut verifier = Verifier::new(keys);
    if with_index {
        verifier = verifier.index();
    }
    let found = verifier.verify(&SqliteReader::opener(&stock.path))?;
    let took = started.elapsed();
    assert!(found.is_sound(), "{:?}", found.damage);
    assert_eq!(found.records_checked, stock.rows, "every record is checked");
    assert_eq!(found.anchored, stock.rows, "the last checkpoint covers all");
    Ok(took)
}

/// Reads and hashes every body, and compares it with nothing.
fn hash(stock: &Stock) -> Result<Duration, BoxError> {
    let started = Instant::now();
    let connection = Bare::read(&stock.path)?;
    let mut select = connection.prepare("SELECT body FROM record ORDER BY seq")?;
    let mut rows = select.query([])?;
    let mut read = 0;
    while let Some(row) = rows.next()? {
        black_box(Sha256::digest(row.get_ref(0)?.as_blob()?));
        read += 1;
    }
    assert_eq!(read, stock.rows, "every body was read");
    Ok(started.elapsed())
}
