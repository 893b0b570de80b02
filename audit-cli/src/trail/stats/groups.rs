//! [`Groups`]: what was counted, group by group.

use std::io::{self, BufWriter, Write};
use std::time::Duration;

use audit_core::Timestamp;
use audit_trail::{Dimension, Group, Latency, Tally};
use serde_json::{Map, Value, json};

use crate::console::Stream;

use crate::trail::answer::{self, Format};
use crate::trail::cell;
use crate::trail::sheet::Sheet;
use crate::trail::table::{Column, Table};

/// What was counted, and by what.
pub(super) struct Groups<'t> {
    pub(super) tally: &'t Tally,
    pub(super) dimensions: &'t [Dimension],
    /// How long the spans of time are, if there are any.
    pub(super) every: Option<Duration>,
    pub(super) has_latency: bool,
}

/// What stands for the groups that `--top` leaves out.
const REST: &str = "(others)";
/// What stands where a record has no such part.
const NONE: &str = "-";

impl Groups<'_> {
    pub(super) fn write(&self, format: Format, out: &mut Stream<'_>) -> io::Result<()> {
        match format {
            Format::Table => self.table(out),
            Format::Json => {
                let groups: Vec<Value> =
                    self.tally.groups.iter().map(|one| self.json(one)).collect();
                let records = self.tally.records;
                out.json(&json!({"records": records, "cut": self.tally.is_cut, "groups": groups}))
            }
            Format::Jsonl => {
                let mut out = BufWriter::new(out);
                for group in &self.tally.groups {
                    writeln!(out, "{}", self.json(group))?;
                }
                out.flush()
            }
            Format::Csv => self.sheet(out),
        }
    }

    fn table(&self, out: &mut Stream<'_>) -> io::Result<()> {
        let mut columns = Vec::new();
        if self.every.is_some() {
            columns.push(Column::text("from"));
        }
        let named = self.dimensions.iter();
        columns.extend(named.map(|dimension| Column::text(dimension.as_str()).cut_to(8)));
        columns.push(Column::number("records"));
        if self.has_latency {
            let quantiles = [("p50", 1), ("p90", 0), ("p99", 2), ("max", 3)];
            columns.extend(quantiles.map(|(name, rank)| Column::number(name).going(rank)));
        }
        let rows: Vec<Vec<String>> = self
            .tally
            .groups
            .iter()
            .map(|one| self.cells(one))
            .collect();
        let table = Table::fit(&columns, &rows, answer::width(out), false);
        let mut out = BufWriter::new(out);
        if !rows.is_empty() {
            writeln!(out, "{}", table.head())?;
        }
        for row in &rows {
            writeln!(out, "{}", table.row(row))?;
        }
        out.flush()
    }

    fn cells(&self, group: &Group) -> Vec<String> {
        let mut cells = Vec::new();
        if self.every.is_some() {
            // The rest of times that there are too many of has none.
            cells.push(
                group
                    .start
                    .map(|start| self.start(start))
                    .unwrap_or_default(),
            );
        }
        for (at, _) in self.dimensions.iter().enumerate() {
            cells.push(if group.is_rest {
                REST.to_owned()
            } else {
                key(group, at).unwrap_or(NONE).to_owned()
            });
        }
        cells.push(cell::count(group.count));
        if self.has_latency {
            let quantiles = group.latency.map(nanos);
            cells
                .extend(quantiles.map_or_else(Default::default, |nanos| nanos.map(cell::duration)));
        }
        cells
    }

    /// The start of a span, without what is zero in all of them.
    fn start(&self, start: Timestamp) -> String {
        let whole = |unit: u128| self.every.is_some_and(|every| every.as_nanos() % unit == 0);
        let start = cell::time(start);
        let zero = match (whole(60_000_000_000), whole(1_000_000_000)) {
            (true, _) => ":00.000Z",
            (false, true) => ".000Z",
            (false, false) => "Z",
        };
        format!("{}Z", start.strip_suffix(zero).unwrap_or(&start))
    }

    fn json(&self, group: &Group) -> Value {
        let mut object = Map::new();
        if self.every.is_some() {
            let start = group.start.map(|start| start.to_string());
            object.insert("from".to_owned(), start.into());
        }
        for (at, dimension) in self.dimensions.iter().enumerate() {
            object.insert(dimension.as_str().to_owned(), key(group, at).into());
        }
        object.insert("others".to_owned(), group.is_rest.into());
        object.insert("records".to_owned(), group.count.into());
        if self.has_latency {
            for (at, name) in ["p50_ns", "p90_ns", "p99_ns", "max_ns"]
                .into_iter()
                .enumerate()
            {
                let quantile = group
                    .latency
                    .and_then(|latency| nanos(latency).get(at).copied());
                object.insert(name.to_owned(), quantile.into());
            }
        }
        Value::Object(object)
    }

    fn sheet(&self, out: &mut Stream<'_>) -> io::Result<()> {
        let mut sheet = Sheet::new(out);
        let time = self.every.is_some().then_some("from");
        let named = self.dimensions.iter().map(|dimension| dimension.as_str());
        let quantiles = ["p50_ns", "p90_ns", "p99_ns", "max_ns"];
        let quantiles = quantiles.into_iter().filter(|_| self.has_latency);
        let head = time.into_iter().chain(named).chain(["others", "records"]);
        sheet.row(head.chain(quantiles))?;
        for group in &self.tally.groups {
            let mut row = Vec::new();
            if self.every.is_some() {
                row.push(
                    group
                        .start
                        .map(|start| start.to_string())
                        .unwrap_or_default(),
                );
            }
            let keys = (0..self.dimensions.len()).map(|at| key(group, at));
            row.extend(keys.map(|key| key.unwrap_or_default().to_owned()));
            row.push(group.is_rest.to_string());
            row.push(group.count.to_string());
            if self.has_latency {
                let quantiles = group.latency.map(nanos);
                let shown = quantiles.map(|nanos| nanos.map(|nanos| nanos.to_string()));
                row.extend(shown.unwrap_or_default());
            }
            sheet.row(row)?;
        }
        sheet.flush()
    }
}

fn key(group: &Group, at: usize) -> Option<&str> {
    group.keys.get(at)?.as_deref()
}

fn nanos(latency: Latency) -> [i64; 4] {
    let Latency {
        p50, p90, p99, max, ..
    } = latency;
    [p50, p90, p99, max].map(|duration| i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX))
}
