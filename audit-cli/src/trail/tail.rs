//! `audit trail tail`: the last records that answer a query, and those that come.

use std::fs;
use std::io;
use std::path::Path;
use std::time::Duration;

use audit_core::Fields;
use audit_trail::store::StoreReader;
use audit_trail::{Columns, Order, Query, Record, SqliteReader};
use clap::Args;

use crate::console::{Console, one_line_path};
use crate::exit::{Exit, Stop};

use super::access::AccessArgs;
use super::answer::{Answer, Format};
use super::failure::stop;
use super::file::FileArgs;
use super::question::TextArgs;
use super::tenant::{TenantArgs, kept_to};

#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    #[command(flatten)]
    file: FileArgs,
    #[command(flatten)]
    text: TextArgs,
    /// How many of the last records are printed
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    lines: usize,
    /// Goes on with those that come, until it is interrupted or nobody reads any more
    #[arg(short, long)]
    follow: bool,
    /// How they are written
    ///
    /// Tables and CSV show as escapes what would steer a terminal or turn the direction of text. In CSV, `'` stands before a field
    /// that begins with `=`, `+`, `-` or `@`, so that no spreadsheet takes it for a formula.
    #[arg(long, value_enum, default_value_t)]
    format: TailFormat,
    #[command(flatten)]
    tenant: TenantArgs,
    #[command(flatten)]
    access: AccessArgs,
}

/// How records are written as they come.
#[derive(Clone, Copy, Debug, Default, clap::ValueEnum)]
enum TailFormat {
    /// For a person, in columns that fit the terminal
    #[default]
    Table,
    /// The exact bytes of a record a line
    Jsonl,
    /// Rows with commas between the fields, the first one with their names
    Csv,
}

/// How long nothing is asked: one row of the trail tells whether there is more.
const REST: Duration = Duration::from_millis(200);

/// Prints the last records, and then those that come.
pub(crate) fn tail(args: &TailArgs, console: &mut Console<'_>) -> Result<Exit, Stop> {
    let tenant = args.tenant.read()?;
    let query = kept_to(tenant.as_ref(), args.text.query(console)?).order(Order::Newest);
    let path = &args.file.file;
    let mut reader = args.file.open()?;
    let mut access = args.access.open_for(tenant.as_ref(), path)?;
    let identity = identity(path);
    let size = reader.head().map_err(stop)?.size;
    let records = last(&mut reader, &query, args.lines, size)?;
    let data = Fields::new()
        .with("query", query.to_string())
        .with("records", records.len() as u64)
        .with("follows", args.follow);
    let own = access.record(path, "trail.tail", data)?;
    drop(access);

    let format = match args.format {
        TailFormat::Table => Format::Table,
        TailFormat::Jsonl => Format::Jsonl,
        TailFormat::Csv => Format::Csv,
    };
    let mut answer = Answer::new(format, &mut console.out)?;
    answer.add(&records, args.follow)?;
    if !args.follow {
        answer.finish(None)?;
        return Ok(Exit::Fine);
    }
    let follow = Follow {
        path,
        identity,
        query,
        own,
    };
    match follow.run(&mut reader, &mut answer, size) {
        // Nobody reads any more, which is how this ends.
        Err(Stop::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Fine),
        Err(stop) => Err(stop),
        Ok(()) => Ok(Exit::Fine),
    }
}

/// The last so many of the records below a place, the oldest of them first.
fn last(
    reader: &mut SqliteReader,
    query: &Query,
    count: usize,
    size: u64,
) -> Result<Vec<Record>, Stop> {
    let (mut records, mut next) = (Vec::new(), None);
    while records.len() < count {
        let page = reader
            .search(query, next.as_ref(), count - records.len())
            .map_err(stop)?;
        records.extend(page.records.into_iter().filter(|record| record.seq < size));
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    records.reverse();
    Ok(records)
}

/// Following a trail.
struct Follow<'a> {
    path: &'a Path,
    identity: Option<(u64, u64)>,
    query: Query,
    /// The record of this reading, which is not shown to its reader.
    own: Option<u64>,
}

impl Follow<'_> {
    /// Prints what comes, from this place on.
    fn run(
        &self,
        reader: &mut SqliteReader,
        answer: &mut Answer<'_, '_>,
        size: u64,
    ) -> Result<(), Stop> {
        let mut known = size;
        loop {
            answer.flush()?;
            if !somebody_reads_after(REST)? {
                return Ok(());
            }
            let size = reader.head().map_err(stop)?.size;
            if size != known {
                let records = self.between(reader, known, size)?;
                answer.add(&records, true)?;
                known = size;
            } else if identity(self.path) != self.identity {
                // Looked for where nothing comes any more.
                let path = one_line_path(self.path);
                let message =
                    format!("`{path}` was replaced or removed, so nothing more will come");
                return Err(Stop::CouldNotRun(message));
            }
        }
    }

    fn between(
        &self,
        reader: &mut SqliteReader,
        first: u64,
        end: u64,
    ) -> Result<Vec<Record>, Stop> {
        let mut records = Vec::new();
        let mut see = |seq: u64, body: &[u8]| {
            let answers = match Columns::read(body) {
                Ok(columns) => self.query.matches(&columns, body),
                Err(_) => false,
            };
            if answers && Some(seq) != self.own {
                records.push(Record::new(seq, body.to_vec()));
            }
            true
        };
        reader.records(first, end, &mut see).map_err(stop)?;
        Ok(records)
    }
}

/// Rests, and says whether somebody still reads the output: who left is noticed at once, even if nothing is written.
#[cfg(unix)]
fn somebody_reads_after(rest: Duration) -> Result<bool, Stop> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let out = io::stdout();
    let mut waited = [PollFd::new(&out, PollFlags::empty())];
    let timeout = Timespec::try_from(rest).ok();
    match poll(&mut waited, timeout.as_ref()) {
        Ok(_) => {}
        Err(rustix::io::Errno::INTR) => return Ok(true),
        Err(error) => return Err(Stop::Output(error.into())),
    }
    let gone = PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL;
    let [out] = &waited;
    Ok(!out.revents().intersects(gone))
}

/// Rests. Who left is noticed by the next record.
#[cfg(not(unix))]
fn somebody_reads_after(rest: Duration) -> Result<bool, Stop> {
    std::thread::sleep(rest);
    Ok(true)
}

/// Which file a name leads to. It must not be opened for that: closing it again would let go of the database's locks.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt as _;
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|_| (0, 0))
}
