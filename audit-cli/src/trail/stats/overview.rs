//! [`Overview`]: a trail at a glance.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use audit_core::{EventKind, Timestamp};
use audit_trail::store::StoreReader;
use audit_trail::{Aggregation, Dimension, Order, Query, SqliteReader};
use serde::Serialize;
use serde_json::Value;

use crate::console::{Stream, one_line_path};
use crate::exit::Stop;

use crate::trail::answer::Format;
use crate::trail::cell;
use crate::trail::failure::stop;
use crate::trail::query::Pages;
use crate::trail::sheet::Sheet;

/// A trail at a glance.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    trail: String,
    /// What its checkpoints call it.
    origin: Option<String>,
    /// Bytes of the file and its log.
    bytes: u64,
    /// All that were ever written.
    records: u64,
    records_pruned: u64,
    records_unindexed: u64,
    /// Records below this are covered by the latest checkpoint, if that is to be trusted.
    records_signed: u64,
    checkpoints: usize,
    first: Option<String>,
    last: Option<String>,
    losses: Losses,
    /// How many answer the query, if one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    matching: Option<u64>,
    kinds: Vec<Count>,
    effects: Vec<Count>,
}

/// What was lost, as `loss` records tell.
#[derive(Debug, Default, Serialize)]
struct Losses {
    records: u64,
    /// Counted one by one.
    lost: u64,
    /// More that may be lost at most, where a process ended without saying so.
    lost_at_most: u64,
}

#[derive(Debug, Serialize)]
struct Count {
    name: String,
    records: u64,
}

impl Overview {
    /// Looks at a trail: at all of it, or at what a query asks for.
    pub(super) fn of(
        path: &Path,
        reader: &mut SqliteReader,
        query: &Query,
        is_whole: bool,
    ) -> Result<Self, Stop> {
        let head = reader.head().map_err(stop)?;
        let checkpoints = reader.checkpoints().map_err(stop)?;
        let pruned = reader.pruned().map_err(stop)?;
        let [first, last] = [Order::Oldest, Order::Newest].map(|order| edge(reader, query, order));
        let losses = losses(reader, head.size)?;
        let kinds = counts(reader, query, Dimension::Kind)?;
        let decisions = query.clone().kind(EventKind::Decision);
        let effects = counts(reader, &decisions, Dimension::Effect)?;
        let matching: u64 = kinds.iter().map(|count| count.records).sum();
        Ok(Self {
            trail: path.display().to_string(),
            origin: reader.fact("origin").map_err(stop)?,
            bytes: bytes(path),
            records: head.size,
            records_pruned: pruned
                .iter()
                .map(|range| range.last - range.first + 1)
                .sum(),
            records_unindexed: head.unindexed(),
            records_signed: checkpoints.last().map_or(0, |last| last.size),
            checkpoints: checkpoints.len(),
            first: first?,
            last: last?,
            losses,
            matching: (!is_whole).then_some(matching),
            kinds,
            effects,
        })
    }

    /// How many records it speaks of.
    pub(super) fn counted(&self) -> u64 {
        self.matching.unwrap_or(self.records)
    }

    pub(super) fn write(&self, format: Format, out: &mut Stream<'_>) -> io::Result<()> {
        match format {
            Format::Json | Format::Jsonl => out.json(self),
            Format::Csv => {
                let mut sheet = Sheet::new(out);
                sheet.row(["name", "value"])?;
                for (name, value) in self.flat()? {
                    sheet.row([name, value])?;
                }
                sheet.flush()
            }
            Format::Table => self.table(out),
        }
    }

    fn table(&self, out: &mut Stream<'_>) -> io::Result<()> {
        let mut line = |name: &str, value: &str| {
            let value = crate::console::one_line(value);
            writeln!(out, "{name:<12}{value}")
        };
        line("trail", &one_line_path(Path::new(&self.trail)))?;
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
        )?;
        line("losses", &self.losses.words())?;
        if let Some(matching) = self.matching {
            line("matching", &cell::count(matching))?;
        }
        line("first", self.first.as_deref().unwrap_or("-"))?;
        line("last", self.last.as_deref().unwrap_or("-"))?;
        for (title, counts) in [("kinds", &self.kinds), ("effects", &self.effects)] {
            let words = counts
                .iter()
                .map(|count| format!("{} {}", cell::count(count.records), count.name));
            let words: Vec<String> = words.collect();
            let words = words.join(", ");
            line(title, if words.is_empty() { "-" } else { &words })?;
        }
        Ok(())
    }

    /// Names with dots between their parts, and values.
    fn flat(&self) -> io::Result<Vec<(String, String)>> {
        let mut flat = Vec::new();
        if let Value::Object(members) = serde_json::to_value(self)? {
            for (name, value) in members {
                flatten(name, value, &mut flat);
            }
        }
        Ok(flat)
    }
}

fn flatten(name: String, value: Value, into: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (member, value) in members {
                flatten(format!("{name}.{member}"), value, into);
            }
        }
        // Counts by name.
        Value::Array(counts) => {
            for count in counts {
                let part = |member| count.get(member).map(plain).unwrap_or_default();
                into.push((format!("{name}.{}", part("name")), part("records")));
            }
        }
        value => into.push((name, plain(&value))),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Losses {
    fn words(&self) -> String {
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

/// The time of the first or last of the records.
fn edge(reader: &mut SqliteReader, query: &Query, order: Order) -> Result<Option<String>, Stop> {
    let query = query.clone().order(order);
    let mut next = None;
    loop {
        let page = reader.search(&query, next.as_ref(), 1).map_err(stop)?;
        if let Some(record) = page.records.first() {
            let time = record.columns().ok().map(|columns| columns.time);
            return Ok(time.map(|time| cell::time(Timestamp::from_nanos(time))));
        }
        next = page.next;
        if next.is_none() {
            return Ok(None);
        }
    }
}

fn counts(reader: &mut SqliteReader, query: &Query, by: Dimension) -> Result<Vec<Count>, Stop> {
    let tally = reader
        .aggregate(&Aggregation::new(query.clone()).by(by))
        .map_err(stop)?;
    let named = tally.groups.into_iter().map(|mut group| Count {
        name: group.keys.pop().flatten().unwrap_or_else(|| "-".to_owned()),
        records: group.count,
    });
    Ok(named.collect())
}

/// What all `loss` records tell: of the whole trail, as a loss answers no query.
fn losses(reader: &mut SqliteReader, size: u64) -> Result<Losses, Stop> {
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
