//! [`Overview`]: a trail at a glance.

use std::io::{self, Write as _};
use std::path::Path;

use audit_core::{EventKind, TenantId, Timestamp};
use audit_trail::store::StoreReader;
use audit_trail::{Aggregation, Dimension, Order, Query, SqliteReader};
use serde::Serialize;
use serde_json::Value;

use crate::console::{Stream, one_line_path};
use crate::exit::Stop;

use crate::trail::answer::Format;
use crate::trail::cell;
use crate::trail::failure::stop;
use crate::trail::sheet::Sheet;

use super::whole::{Losses, Whole, losses};

/// A trail at a glance.
#[derive(Debug, Serialize)]
pub(super) struct Overview {
    trail: String,
    /// Whose records alone it speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<String>,
    /// What is of everybody's records.
    #[serde(flatten)]
    whole: Option<Whole>,
    first: Option<String>,
    last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    losses: Option<Losses>,
    /// How many answer the query, if one was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    matching: Option<u64>,
    kinds: Vec<Count>,
    effects: Vec<Count>,
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
        let whole = Whole::of(path, reader)?;
        let losses = losses(reader, whole.records)?;
        let counts = Self::counts(path, reader, query)?;
        Ok(Self {
            matching: counts.matching.filter(|_| !is_whole),
            whole: Some(whole),
            losses: Some(losses),
            ..counts
        })
    }

    /// Looks at what a tenant has: what the query, which is kept to him, asks for, and nothing of the whole trail.
    pub(super) fn of_tenant(
        path: &Path,
        reader: &mut SqliteReader,
        query: &Query,
        tenant: &TenantId,
    ) -> Result<Self, Stop> {
        Ok(Self {
            tenant: Some(tenant.to_string()),
            ..Self::counts(path, reader, query)?
        })
    }

    /// What a query asks for.
    fn counts(path: &Path, reader: &mut SqliteReader, query: &Query) -> Result<Self, Stop> {
        let [first, last] = [Order::Oldest, Order::Newest].map(|order| edge(reader, query, order));
        let kinds = counts(reader, query, Dimension::Kind)?;
        let decisions = query.clone().kind(EventKind::Decision);
        let effects = counts(reader, &decisions, Dimension::Effect)?;
        Ok(Self {
            trail: path.display().to_string(),
            tenant: None,
            whole: None,
            first: first?,
            last: last?,
            losses: None,
            matching: Some(kinds.iter().map(|count| count.records).sum()),
            kinds,
            effects,
        })
    }

    /// How many records it speaks of.
    pub(super) fn counted(&self) -> u64 {
        let all = || self.whole.as_ref().map_or(0, |whole| whole.records);
        self.matching.unwrap_or_else(all)
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
        if let Some(tenant) = &self.tenant {
            line("tenant", tenant)?;
        }
        if let Some(whole) = &self.whole {
            whole.table(&mut line)?;
        }
        if let Some(losses) = &self.losses {
            line("losses", &losses.words())?;
        }
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
