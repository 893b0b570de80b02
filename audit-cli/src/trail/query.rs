//! `audit trail query`: the records that answer a query.

use audit_core::Fields;
use audit_trail::store::StoreReader;
use audit_trail::{Aggregation, Cursor, Order, Query, Record, SqliteReader};
use clap::Args;

use crate::console::{Console, Stream};
use crate::exit::{Exit, Stop};

use super::access::{Access, AccessArgs};
use super::answer::{Answer, Format};
use super::cell::counted;
use super::failure::stop;
use super::file::FileArgs;
use super::question::TextArgs;
use super::tenant::{TenantArgs, kept_to};

#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    text: TextArgs,
    /// How many records are printed at most
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    /// Goes on where the page before ended, as that page told
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// Prints all of them, as they are found
    #[arg(long, conflicts_with = "limit")]
    all: bool,
    /// The oldest first
    #[arg(long)]
    oldest_first: bool,
    /// How they are written
    ///
    /// Tables and CSV show as escapes what would steer a terminal or turn the direction of text. In CSV, `'` stands before a field
    /// that begins with `=`, `+`, `-` or `@`, so that no spreadsheet takes it for a formula.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    access: AccessArgs,
}

/// Prints the records that answer, and where the next page begins.
pub(crate) fn query(args: &QueryArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let tenant = args.tenant.read()?;
    let mut query = kept_to(tenant.as_ref(), args.text.query(console)?);
    if args.oldest_first {
        query = query.order(Order::Oldest);
    }
    let cursor = args.cursor(&query)?;
    let mut reader = args.file.open()?;
    let access = args.access.open_for(tenant.as_ref(), &args.file.file)?;
    let mut asked = Asked {
        args,
        query,
        cursor,
        access,
        mismatches: 0,
    };
    if args.all {
        asked.all(&mut reader, console)?;
    } else {
        asked.page(&mut reader, console)?;
    }
    asked.note_mismatches(&mut console.err)?;
    Ok(Exit::Fine)
}

impl QueryArgs {
    fn cursor(&self, query: &Query) -> Result<Option<Cursor>, Stop> {
        let Some(text) = &self.cursor else {
            return Ok(None);
        };
        let cursor: Cursor = text
            .parse()
            .map_err(|error| Stop::Usage(format!("`--cursor`: {error}")))?;
        let checked = cursor.check(query);
        checked.map_err(|error| Stop::Usage(format!("`--cursor`: {error}")))?;
        Ok(Some(cursor))
    }
}

/// A question on its way to its answer.
struct Asked<'a> {
    args: &'a QueryArgs,
    query: Query,
    cursor: Option<Cursor>,
    access: Access,
    /// Records that the index named and that do not match.
    mismatches: u64,
}

impl Asked<'_> {
    /// One page, which may take several looks: each looks at so many records at most.
    fn page(&mut self, reader: &mut SqliteReader, console: &mut Console<'_>) -> Result<(), Stop> {
        let limit = usize::try_from(self.args.limit).unwrap_or(usize::MAX);
        let (mut records, mut next) = (Vec::new(), self.cursor);
        loop {
            let missing = limit - records.len();
            let page = reader
                .search(&self.query, next.as_ref(), missing)
                .map_err(stop)?;
            self.mismatches += page.index_mismatches;
            records.extend(page.records);
            next = page.next;
            if next.is_none() || records.len() >= limit {
                break;
            }
        }
        self.record(records.len() as u64)?;
        let next = next.map(|next| next.to_string());
        let mut answer = Answer::new(self.args.format, &mut console.out)?;
        answer.add(&records, false)?;
        answer.finish(next.as_deref())?;
        if records.is_empty() && next.is_none() {
            note_none(&mut console.err)?;
        }
        if let Some(next) = next {
            console
                .err
                .line(format_args!("next page: --cursor {next}"))?;
        }
        Ok(())
    }

    /// All that there are now, looked for page by page, so that nobody who writes is kept waiting.
    fn all(&mut self, reader: &mut SqliteReader, console: &mut Console<'_>) -> Result<(), Stop> {
        let size = reader.head().map_err(stop)?.size;
        let counted = Aggregation::new(self.query.clone());
        let total = reader.aggregate(&counted).map_err(stop)?.records;
        self.record(total)?;
        let mut answer = Answer::new(self.args.format, &mut console.out)?;
        let mut any = false;
        let mut pages = Pages::new(self.query.clone(), self.cursor, size);
        while let Some(records) = pages.next(reader)? {
            any |= !records.is_empty();
            answer.add(&records, true)?;
        }
        answer.finish(None)?;
        self.mismatches += pages.mismatches;
        if !any {
            note_none(&mut console.err)?;
        }
        Ok(())
    }

    fn record(&mut self, records: u64) -> Result<(), Stop> {
        let data = Fields::new()
            .with("query", self.query.to_string())
            .with("cursor", self.args.cursor.clone())
            .with("records", records);
        self.access
            .record(&self.args.file.file, "trail.query", data)
            .map(drop)
    }

    fn note_mismatches(&self, err: &mut Stream<'_>) -> Result<(), Stop> {
        note_mismatches(self.mismatches, err)
    }
}

/// An answer that is not empty by mistake.
pub(super) fn note_none(err: &mut Stream<'_>) -> Result<(), Stop> {
    Ok(err.line("no record matches")?)
}

/// Records that an index names and whose bytes say something else are no answer, but worth a word.
pub(super) fn note_mismatches(mismatches: u64, err: &mut Stream<'_>) -> Result<(), Stop> {
    if mismatches > 0 {
        let records = counted(mismatches, "record");
        err.line(format_args!(
            "warning: {records} left out, as the index names what the bytes do not say; `audit trail verify --index` names the first"
        ))?;
    }
    Ok(())
}

/// All records of an answer that were there at one moment, page by page.
pub(super) struct Pages {
    query: Query,
    /// Behind which record the next page begins; none where it is the first.
    next: Option<Cursor>,
    /// Whether there are no more.
    is_over: bool,
    /// Records from here on came later.
    size: u64,
    pub(super) mismatches: u64,
}

/// Records of a page.
const AT_A_TIME: usize = 512;

impl Pages {
    pub(super) fn new(query: Query, after: Option<Cursor>, size: u64) -> Self {
        Self {
            query,
            next: after,
            is_over: false,
            size,
            mismatches: 0,
        }
    }

    /// The next records; none once there are no more.
    pub(super) fn next(&mut self, reader: &mut SqliteReader) -> Result<Option<Vec<Record>>, Stop> {
        if self.is_over {
            return Ok(None);
        }
        let page = reader.search(&self.query, self.next.as_ref(), AT_A_TIME);
        let mut page = page.map_err(stop)?;
        self.mismatches += page.index_mismatches;
        let found = page.records.len();
        page.records.retain(|record| record.seq < self.size);
        // Whoever writes faster than this reads is not run after.
        let all_later =
            found > 0 && page.records.is_empty() && self.query.in_order() == Order::Oldest;
        self.is_over = all_later || page.next.is_none();
        self.next = page.next;
        Ok(Some(page.records))
    }
}
