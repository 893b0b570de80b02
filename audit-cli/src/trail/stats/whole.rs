//! [`Whole`] and [`Losses`]: what an overview tells of everybody's records.

use std::fs;
use std::io;
use std::path::Path;

use audit_core::EventKind;
use audit_trail::store::StoreReader;
use audit_trail::{Query, SqliteReader};
use serde::Serialize;
use serde_json::Value;

use crate::exit::Stop;
use crate::trail::cell;
use crate::trail::failure::stop;
use crate::trail::query::Pages;

/// What is of a whole trail and of no tenant.
#[derive(Debug, Serialize)]
pub(super) struct Whole {
    /// What its checkpoints call it.
    origin: Option<String>,
    /// Bytes of the file and its log.
    bytes: u64,
    /// All that were ever written.
    pub(super) records: u64,
    records_pruned: u64,
    records_unindexed: u64,
    /// Records below this are covered by the latest checkpoint, if that is to be trusted.
    records_signed: u64,
    checkpoints: usize,
}

/// What was lost, as `loss` records tell.
#[derive(Debug, Default, Serialize)]
pub(super) struct Losses {
    records: u64,
    /// Counted one by one.
    lost: u64,
    /// More that may be lost at most, where a process ended without saying so.
    lost_at_most: u64,
}

impl Whole {
    pub(super) fn of(path: &Path, reader: &mut SqliteReader) -> Result<Self, Stop> {
        let head = reader.head().map_err(stop)?;
        let checkpoints = reader.checkpoints().map_err(stop)?;
        let pruned = reader.pruned().map_err(stop)?;
        let pruned = pruned.iter().map(|range| range.last - range.first + 1);
        Ok(Self {
            origin: reader.fact("origin").map_err(stop)?,
            bytes: bytes(path),
            records: head.size,
            records_pruned: pruned.sum(),
            records_unindexed: head.unindexed(),
            records_signed: checkpoints.last().map_or(0, |last| last.size),
            checkpoints: checkpoints.len(),
        })
    }

    pub(super) fn table(
        &self,
        line: &mut impl FnMut(&str, &str) -> io::Result<()>,
    ) -> io::Result<()> {
        if let Some(origin) = &self.origin {
            line("origin", origin)?;
        }
        line("size", &cell::bytes(self.bytes))?;
        line("records", &cell::count(self.records))?;
        line("pruned", &cell::count(self.records_pruned))?;
        line("unindexed", &cell::count(self.records_unindexed))?;
        line(
            "signed",
            &format!(
                "{} of {}, the latest of {}",
                cell::count(self.records_signed),
                cell::count(self.records),
                cell::counted(self.checkpoints as u64, "checkpoint")
            ),
        )
    }
}

impl Losses {
    pub(super) fn words(&self) -> String {
        if self.records == 0 {
            return "none".to_owned();
        }
        let told = cell::counted(self.records, "loss record");
        let lost = cell::count(self.lost);
        match self.lost_at_most {
            0 => format!("{told}: {lost} lost"),
            most => format!(
                "{told}: {lost} lost, and {} more at most",
                cell::count(most)
            ),
        }
    }
}

/// What all `loss` records tell: of the whole trail, as a loss answers no query.
pub(super) fn losses(reader: &mut SqliteReader, size: u64) -> Result<Losses, Stop> {
    let mut losses = Losses::default();
    let mut pages = Pages::new(Query::new().kind(EventKind::Loss), None, size);
    while let Some(records) = pages.next(reader)? {
        for record in records {
            losses.records += 1;
            let body: Value = serde_json::from_slice(&record.body).unwrap_or_default();
            let number = |name: &str| body.pointer(name).and_then(Value::as_u64).unwrap_or(0);
            losses.lost += number("/data/count");
            losses.lost_at_most += number("/data/at_most");
        }
    }
    Ok(losses)
}

/// The file and its log, which holds the latest records.
fn bytes(path: &Path) -> u64 {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let length = |path: &Path| fs::metadata(path).map_or(0, |metadata| metadata.len());
    length(path) + length(Path::new(&log))
}
