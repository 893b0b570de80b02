//! [`Answer`]: records as a table, as JSON or as CSV.

use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

use audit_trail::Record;
use clap::ValueEnum;
use console::Term;
use serde::de::IgnoredAny;

use crate::console::{Stream, leaves_line};

use super::row;
use super::sheet::Sheet;
use super::table::Table;

/// How an answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a person, in columns that fit the terminal; the same into a file or pipe, with nothing cut
    #[default]
    Table,
    /// One JSON object
    Json,
    /// One JSON object a line: of a record its exact bytes
    Jsonl,
    /// Rows with commas between the fields, the first one with their names
    Csv,
}

/// Records being written.
pub(super) struct Answer<'o, 'c> {
    shape: Shape<'o, 'c>,
}

type Out<'o, 'c> = BufWriter<&'o mut Stream<'c>>;

enum Shape<'o, 'c> {
    Table {
        out: Out<'o, 'c>,
        width: Option<usize>,
        /// Once the first rows have come.
        table: Option<Table>,
    },
    Json {
        out: Out<'o, 'c>,
        any: bool,
    },
    Lines {
        out: Out<'o, 'c>,
        terminal: bool,
    },
    // Boxed, as it is far larger than the others.
    Sheet(Box<Sheet<&'o mut Stream<'c>>>),
}

impl<'o, 'c> Answer<'o, 'c> {
    pub(super) fn new(format: Format, out: &'o mut Stream<'c>) -> io::Result<Self> {
        let terminal = out.terminal;
        let shape = match format {
            Format::Table => Shape::Table {
                width: width(out),
                out: BufWriter::new(out),
                table: None,
            },
            Format::Json => {
                let mut out = BufWriter::new(out);
                out.write_all(b"{\"records\":[")?;
                Shape::Json { out, any: false }
            }
            Format::Jsonl => Shape::Lines {
                out: BufWriter::new(out),
                terminal,
            },
            Format::Csv => {
                let mut sheet = Sheet::new(out);
                sheet.row(row::FIELDS)?;
                Shape::Sheet(Box::new(sheet))
            }
        };
        Ok(Self { shape })
    }

    /// Writes these records. Columns are as wide as the first ones need; `more_to_come` keeps those that are empty so far.
    pub(super) fn add(&mut self, records: &[Record], more_to_come: bool) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        match &mut self.shape {
            Shape::Table { out, width, table } => {
                let rows: Vec<Vec<String>> = records.iter().map(row::cells).collect();
                if table.is_none() {
                    let fitted = Table::fit(&row::COLUMNS, &rows, *width, more_to_come);
                    writeln!(out, "{}", fitted.head())?;
                    *table = Some(fitted);
                }
                let table = table.iter();
                table
                    .flat_map(|table| rows.iter().map(|cells| table.row(cells)))
                    .try_for_each(|line| writeln!(out, "{line}"))
            }
            Shape::Json { out, any } => records.iter().try_for_each(|record| {
                if std::mem::replace(any, true) {
                    out.write_all(b",")?;
                }
                write_member(out, &record.body)
            }),
            Shape::Lines { out, terminal } => records.iter().try_for_each(|record| {
                if *terminal {
                    out.write_all(harmless(&record.body).as_bytes())?;
                } else {
                    out.write_all(&record.body)?;
                }
                out.write_all(b"\n")
            }),
            Shape::Sheet(sheet) => records
                .iter()
                .try_for_each(|record| sheet.row(row::fields(record))),
        }
    }

    /// Hands on what was written so far.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        match &mut self.shape {
            Shape::Table { out, .. } | Shape::Json { out, .. } | Shape::Lines { out, .. } => {
                out.flush()
            }
            Shape::Sheet(sheet) => sheet.flush(),
        }
    }

    /// Writes what stands behind the last record: in JSON where the next page begins.
    pub(super) fn finish(mut self, next: Option<&str>) -> io::Result<()> {
        if let Shape::Json { out, .. } = &mut self.shape {
            out.write_all(b"],\"next\":")?;
            serde_json::to_writer(&mut *out, &next)?;
            out.write_all(b"}\n")?;
        }
        self.flush()
    }
}

/// How many places a line of the terminal has; none if it is no terminal.
pub(super) fn width(out: &Stream<'_>) -> Option<usize> {
    if !out.terminal {
        return None;
    }
    let (_, columns) = Term::stdout().size_checked()?;
    // A terminal that does not know its width says zero.
    Some(usize::from(columns)).filter(|columns| *columns > 0)
}

/// Writes a record within a larger text: what is no JSON, as somebody changed it, as a text.
fn write_member(out: &mut impl Write, body: &[u8]) -> io::Result<()> {
    if serde_json::from_slice::<IgnoredAny>(body).is_ok() {
        return out.write_all(body);
    }
    Ok(serde_json::to_writer(out, &String::from_utf8_lossy(body))?)
}

/// The same JSON with escapes for what steers a terminal: JSON itself lets such characters stand.
fn harmless(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if leaves_line(c) {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _infallible = write!(shown, "\\u{unit:04x}");
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn written(format: Format, terminal: bool, bodies: &[&[u8]]) -> String {
        let mut bytes = Vec::new();
        let mut stream = Stream::plain(&mut bytes);
        stream.terminal = terminal;
        let mut answer = Answer::new(format, &mut stream).unwrap();
        for (seq, body) in (0..).zip(bodies) {
            answer
                .add(&[Record::new(seq, body.to_vec())], true)
                .unwrap();
        }
        answer.finish(Some("x")).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn json_lines_are_the_exact_bytes_unless_a_terminal_would_obey_them() {
        let body = "{\"a\" : \"\u{9b}31m\u{202e}\u{7f}\"}";
        assert_eq!(
            written(Format::Jsonl, false, &[body.as_bytes()]),
            format!("{body}\n")
        );
        let shown = written(Format::Jsonl, true, &[body.as_bytes()]);
        assert_eq!(shown, "{\"a\" : \"\\u009b31m\\u202e\\u007f\"}\n");
        let [meant, said] = [body, &shown].map(|text| serde_json::from_str::<Value>(text).unwrap());
        assert_eq!(meant, said);
    }

    #[test]
    fn json_is_one_object_whatever_the_records_are() {
        let text = written(Format::Json, false, &[b"{\"a\":1}", b"{broken", b"\xff"]);
        assert_eq!(
            text,
            "{\"records\":[{\"a\":1},\"{broken\",\"\u{fffd}\"],\"next\":\"x\"}\n"
        );
        assert_eq!(
            written(Format::Json, false, &[]),
            "{\"records\":[],\"next\":\"x\"}\n"
        );
    }

    #[test]
    fn a_record_that_is_no_event_has_its_place_and_says_so() {
        let table = written(Format::Table, false, &[b"{broken"]);
        assert_eq!(table.lines().nth(1).map(str::trim), Some("0  unreadable"));
        let sheet = written(Format::Csv, false, &[b"{broken"]);
        assert_eq!(sheet.lines().nth(1), Some("0,,unreadable,,,,,,,,,,,"));
    }
}
