//! Writing with every index live, up to millions of rows, beside a bare loop of inserts.

use std::fs;
use std::path::Path;

use audit_benches::engine::BoxError;
use audit_benches::measure::{count, median};

use super::bare::{Bare, Written};
use super::choice::Choice;
use super::stock::{Filling, Stock};
use super::table::{Table, bytes, grouped, paired, per_second, ratio};

/// How many records come in between two turns of the bare database.
const STEP: u64 = 50_000;
/// How many lines are printed.
const LINES: u64 = 10;

/// Fills a trail in turns with a bare database, and prints how both do as they grow.
pub(crate) fn run(choice: &Choice, room: &Path) -> Result<Stock, BoxError> {
    let table = Table::new(
        choice.is_full(),
        "Every index live (target: 50 % of the bare loop)",
        &[
            "rows",
            "rows/s",
            "bare rows/s",
            "ratio",
            "rows a batch",
            "bytes a row",
            "file",
            "bare file",
        ],
    );
    let bare_path = room.join("live-bare.db");
    let mut bare = Bare::create(&bare_path)?;
    let mut filling = Filling::start(room)?;
    let (mut left, mut rows) = (choice.rows, 0);
    let (mut own, mut peer, mut batches) = (Vec::new(), Vec::new(), Vec::new());
    let (mut all_own, mut all_peer) = (Vec::new(), Vec::new());
    let line = (choice.rows / LINES).max(1);
    let mut next = line;
    while left > 0 {
        let step = filling.step(left.min(STEP))?;
        let written = Written::read(&filling.path, step.first, step.end)?;
        let took = bare.append(&written.rows()?, step.batch)?;
        own.push(per_second(written.len(), step.took));
        peer.push(per_second(written.len(), took));
        batches.push(count(step.batch as u64));
        rows += left.min(STEP);
        left -= left.min(STEP);
        if rows >= next || left == 0 {
            next = rows + line;
            table.row([
                rows.to_string(),
                grouped(median(own.clone())),
                grouped(median(peer.clone())),
                ratio(paired(&own, &peer)),
                grouped(median(batches.clone())),
                written.mean_bytes().to_string(),
                bytes(size(&filling.path)?),
                bytes(size(&bare_path)?),
            ]);
            all_own.append(&mut own);
            all_peer.append(&mut peer);
            batches.clear();
        }
    }
    table.row([
        "median".to_owned(),
        grouped(median(all_own.clone())),
        grouped(median(all_peer.clone())),
        ratio(paired(&all_own, &all_peer)),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]);
    let stock = filling.finish()?;
    assert_eq!(
        bare.count()? + 1,
        stock.rows,
        "both hold the same rows, but for the end"
    );
    drop(bare);
    fs::remove_file(&bare_path)?;
    Ok(stock)
}

/// The size of a database with its log.
fn size(path: &Path) -> Result<u64, BoxError> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let log = fs::metadata(log).map_or(0, |log| log.len());
    Ok(fs::metadata(path)?.len() + log)
}
