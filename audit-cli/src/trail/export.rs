//! `audit trail export`: the trail as static files that others' tools can check, or its records for other programs.

use std::path::Path;

use audit_core::{Fields, TenantId};
use audit_trail::export::{Exported, write_stored_tiles, write_tenant_records};
use audit_trail::note::SignedNote;
use audit_trail::store::{StoreReader, StoredCheckpoint};
use audit_trail::{Aggregation, Order, Query, SqliteReader};
use clap::{Args, ValueEnum};

use crate::console::{Console, Stream, one_line_path};
use crate::exit::{Exit, Stop};

use super::access::AccessArgs;
use super::answer::{self, Answer};
use super::bar::Bar;
use super::cell::{count, counted};
use super::failure::stop;
use super::file::FileArgs;
use super::query::{Pages, note_mismatches, note_none};
use super::question;
use super::tenant::{TenantArgs, kept_to};

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    file: FileArgs,
    /// The directory to write to, which is made or carried on; with `--format jsonl` or `csv` a query
    #[arg(value_name = "DIR|TEXT")]
    rest: Vec<String>,
    /// What is written
    ///
    /// In CSV, control characters and marks that turn the direction of text are written as escapes, and `'` stands before a field
    /// that begins with `=`, `+`, `-` or `@`, so that no spreadsheet takes it for a formula.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    access: AccessArgs,
}

/// What an export is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Static files up to the latest checkpoint, as C2SP's `tlog-tiles` has them; of a tenant, whose records are among others' there, a
    /// file for each record and one that proves it
    #[default]
    Tiles,
    /// The exact bytes of a record a line, the oldest first, to the standard output
    Jsonl,
    /// Rows with commas between the fields, the oldest first, to the standard output
    Csv,
}

/// Writes the files or the records.
pub(crate) fn export(args: &ExportArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    match args.format {
        Format::Tiles => match (args.rest.as_slice(), args.tenant.read()?) {
            ([dir], None) => tiles(args, Path::new(dir), console),
            ([dir], Some(tenant)) => bundle(args, &tenant, Path::new(dir), console),
            _ => Err(Stop::Usage(format!(
                "found {}, expected one directory to export to, or `--format jsonl` or `csv` and a query",
                counted(args.rest.len() as u64, "argument")
            ))),
        },
        Format::Jsonl => records(args, answer::Format::Jsonl, console),
        Format::Csv => records(args, answer::Format::Csv, console),
    }
}

fn tiles(args: &ExportArgs, dir: &Path, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let path = &args.file.file;
    let mut reader = args.file.open()?;
    let mut access = args.access.open(path)?;
    let last = signed(&mut reader, path)?;
    let note: SignedNote = last.note.parse().map_err(stop)?;
    let data = Fields::new()
        .with("records", last.size)
        .with("format", "tiles");
    access.record(path, "trail.export", data)?;

    let bar = Bar::new("writing files", 0, &console.err);
    let opener = SqliteReader::opener(path);
    let mut progress = |at: audit_trail::export::Progress| bar.set(at.done, at.total);
    let exported = write_stored_tiles(dir, &opener, &note, &mut progress);
    drop(bar);
    let exported = exported.map_err(stop)?;
    let behind = reader.head().map_err(stop)?.size.saturating_sub(last.size);
    tell(&exported, dir, behind, console)?;
    Ok(Exit::Fine)
}

/// What a tenant has, as records each with its proof.
fn bundle(
    args: &ExportArgs,
    tenant: &TenantId,
    dir: &Path,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let path = &args.file.file;
    let mut reader = args.file.open()?;
    let mut access = args.access.open_for(Some(tenant), path)?;
    let last = signed(&mut reader, path)?;
    let note: SignedNote = last.note.parse().map_err(stop)?;
    let mut count = |query: Query| {
        let asked = Aggregation::new(query.within_tenant(tenant));
        Ok::<u64, Stop>(reader.aggregate(&asked).map_err(stop)?.records)
    };
    let total = match last.size.checked_sub(1) {
        Some(last) => count(Query::new().seq_to(last))?,
        None => 0,
    };
    let behind = count(Query::new().seq_from(last.size))?;
    let data = Fields::new()
        .with("records", total)
        .with("format", "records");
    access.record(path, "trail.export", data)?;

    let bar = Bar::new("writing records", total, &console.err);
    let opener = SqliteReader::opener(path);
    let mut progress = |at: audit_trail::export::Progress| bar.set(at.done, at.total);
    let written = write_tenant_records(dir, &opener, tenant, &note, &mut progress);
    drop(bar);
    let written = counted(written.map_err(stop)?, "record");
    let dir = one_line_path(dir);
    console.out.line(format_args!(
        "{dir}: {written} of tenant `{tenant}`, each with its proof"
    ))?;
    if behind > 0 {
        let records = counted(behind, "record");
        console.err.line(format_args!(
            "note: {records} of the tenant behind the latest checkpoint not exported yet"
        ))?;
    }
    Ok(Exit::Fine)
}

/// The latest checkpoint, up to which is exported.
fn signed(reader: &mut SqliteReader, path: &Path) -> Result<StoredCheckpoint, Stop> {
    let trail = one_line_path(path);
    reader.latest_checkpoint().map_err(stop)?.ok_or_else(|| {
        Stop::CouldNotRun(format!(
            "`{trail}` has no checkpoint yet, and what is exported must be signed: `audit trail checkpoint --sign {trail}` makes one"
        ))
    })
}

fn tell(
    exported: &Exported,
    dir: &Path,
    behind: u64,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let dir = one_line_path(dir);
    console.out.line(format_args!(
        "{dir}: {}, {} written, {} kept",
        counted(exported.size, "record"),
        counted(exported.files_written, "file"),
        count(exported.files_kept)
    ))?;
    let err: &mut Stream<'_> = &mut console.err;
    if behind > 0 {
        let records = counted(behind, "record");
        err.line(format_args!(
            "note: {records} behind the latest checkpoint not exported yet"
        ))?;
    }
    for omitted in &exported.omitted {
        err.line(format_args!(
            "note: records {} to {} are left out, as retention took {} of them and a bundle has no room for a gap",
            omitted.first, omitted.last, omitted.pruned
        ))?;
    }
    Ok(())
}

fn records(
    args: &ExportArgs,
    format: answer::Format,
    console: &mut Console<'_>,
) -> Result<Exit, Stop> {
    let tenant = args.tenant.read()?;
    let query = question::read(&args.rest, console)?.order(Order::Oldest);
    let query = kept_to(tenant.as_ref(), query);
    let path = &args.file.file;
    let mut reader = args.file.open()?;
    let mut access = args.access.open_for(tenant.as_ref(), path)?;
    let size = reader.head().map_err(stop)?.size;
    let total = reader
        .aggregate(&Aggregation::new(query.clone()))
        .map_err(stop)?
        .records;
    let data = Fields::new()
        .with("query", query.to_string())
        .with("records", total)
        .with(
            "format",
            args.format
                .to_possible_value()
                .map(|value| value.get_name().to_owned()),
        );
    access.record(path, "trail.export", data)?;

    // Nobody needs a bar among the lines themselves.
    let bar = (!console.out.terminal).then(|| Bar::new("writing records", total, &console.err));
    let mut answer = Answer::new(format, &mut console.out)?;
    let mut pages = Pages::new(query, None, size);
    let mut done = 0;
    while let Some(records) = pages.next(&mut reader)? {
        answer.add(&records, true)?;
        done += records.len() as u64;
        if let Some(bar) = &bar {
            bar.set(done, total);
        }
    }
    answer.finish(None)?;
    drop(bar);
    note_mismatches(pages.mismatches, &mut console.err)?;
    if done == 0 {
        note_none(&mut console.err)?;
    }
    Ok(Exit::Fine)
}
