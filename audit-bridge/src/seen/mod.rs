//! [`Seen`]: which events were handled already, and how far a consumer came, in a file.
//!
//! A mark is written after the handlers were called and before the server is told. Who is killed in between has the event handled
//! once more. Marks survive the death of the process (SQLite's write-ahead log, `synchronous=NORMAL`); after a power failure
//! the last ones may be missing, and events of that moment that the server still holds are handled once more.

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use audit_core::{Clock as _, EventId, SystemClock};
use rusqlite::{Connection, OptionalExtension as _, params};
use tokio::sync::oneshot;

/// After so many marks it is looked for what may go,
const ROUND: u64 = 256;
/// among so many of the oldest.
const OLDEST: i64 = 512;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS consumer (name TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS reached (one INTEGER PRIMARY KEY CHECK (one = 1), stream TEXT NOT NULL, made TEXT NOT NULL, sequence INTEGER NOT NULL);
    CREATE TABLE IF NOT EXISTS seen (number INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, at INTEGER NOT NULL);
";

/// How long marks are kept. Whichever is reached first lets the oldest go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Keep {
    /// No limit without one.
    pub(crate) time: Option<Duration>,
    pub(crate) number: u64,
}

/// How far a consumer came: all up to here was answered for, or is gone and was told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The stream's name.
    pub(crate) stream: String,
    /// When it was made: one that is made anew counts from the beginning.
    pub(crate) made: String,
    pub(crate) sequence: u64,
}

/// Which events were handled already.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    asked: mpsc::Sender<Asked>,
}

/// What is asked of the thread that has the file.
enum Asked {
    Has(EventId, oneshot::Sender<Result<bool, SeenError>>),
    Mark(EventId, oneshot::Sender<Result<(), SeenError>>),
    Place(oneshot::Sender<Result<Option<Place>, SeenError>>),
    Keep(Place, oneshot::Sender<Result<(), SeenError>>),
}

/// A file of marks that can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenError {
    message: String,
}

impl SeenError {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self {
            message: message.to_string(),
        }
    }
}

impl fmt::Display for SeenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SeenError {}

impl From<rusqlite::Error> for SeenError {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(error)
    }
}

impl Seen {
    /// Opens the marks of a consumer, or begins them. One process at a time has them.
    pub(crate) fn open(path: &Path, consumer: &str, keep: Keep) -> Result<Self, SeenError> {
        let named = |error: SeenError| {
            SeenError::new(format_args!(
                "the marks of what was seen, `{}`: {error}",
                path.display()
            ))
        };
        let file = File::open(path, consumer, keep).map_err(named)?;
        let (asked, questions) = mpsc::channel();
        let thread = thread::Builder::new().name("audit-bridge-seen".to_owned());
        thread
            .spawn(move || file.answer(&questions))
            .map_err(|error| named(SeenError::new(error)))?;
        Ok(Self { asked })
    }

    /// Whether an event was handled.
    pub(crate) async fn has(&self, id: EventId) -> Result<bool, SeenError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Asked::Has(id, answer), answered).await
    }

    /// Says that an event was handled.
    pub(crate) async fn mark(&self, id: EventId) -> Result<(), SeenError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Asked::Mark(id, answer), answered).await
    }

    /// How far the consumer came, if it ever began.
    pub(crate) async fn place(&self) -> Result<Option<Place>, SeenError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Asked::Place(answer), answered).await
    }

    /// Says how far the consumer came. In one stream it never goes back.
    pub(crate) async fn keep(&self, place: Place) -> Result<(), SeenError> {
        let (answer, answered) = oneshot::channel();
        self.ask(Asked::Keep(place, answer), answered).await
    }

    async fn ask<T>(
        &self,
        question: Asked,
        answered: oneshot::Receiver<Result<T, SeenError>>,
    ) -> Result<T, SeenError> {
        let gone = || SeenError::new("the thread that keeps the marks of what was seen is gone");
        self.asked.send(question).map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// The file, and the thread's own numbers.
struct File {
    database: Connection,
    keep: Keep,
    marked: u64,
}

impl File {
    fn open(path: &Path, consumer: &str, keep: Keep) -> Result<Self, SeenError> {
        let database = Connection::open(path)?;
        // Whoever has the file has it alone: two that share a consumer would each handle half, and both mark all.
        database.pragma_update(None, "locking_mode", "exclusive")?;
        let opened = database
            .pragma_update(None, "journal_mode", "wal")
            .and_then(|()| database.pragma_update(None, "synchronous", "normal"))
            .and_then(|()| database.execute_batch(TABLES));
        if let Err(error) = opened {
            return Err(match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DatabaseBusy) => {
                    SeenError::new("another process uses it")
                }
                _ => error.into(),
            });
        }
        let owner: Option<String> = database
            .query_row("SELECT name FROM consumer", [], |row| row.get(0))
            .optional()?;
        match owner {
            None => {
                database.execute("INSERT INTO consumer (name) VALUES (?1)", [consumer])?;
            }
            Some(owner) if owner != consumer => {
                return Err(SeenError::new(format_args!(
                    "it belongs to the consumer `{}`, and this is `{}`",
                    owner.escape_debug(),
                    consumer.escape_debug()
                )));
            }
            Some(_) => {}
        }
        let file = Self {
            database,
            keep,
            marked: 0,
        };
        // Who comes and goes may never mark as many as are waited for.
        let now = now();
        while file.forget(now)? {}
        Ok(file)
    }

    fn answer(mut self, questions: &mpsc::Receiver<Asked>) {
        // Ends with the last who may ask. Who waits no more for an answer is not told.
        for question in questions {
            match question {
                Asked::Has(id, answer) => drop(answer.send(self.has(id))),
                Asked::Mark(id, answer) => drop(answer.send(self.mark(id))),
                Asked::Place(answer) => drop(answer.send(self.place())),
                Asked::Keep(place, answer) => drop(answer.send(self.keep_place(&place))),
            }
        }
    }

    fn has(&self, id: EventId) -> Result<bool, SeenError> {
        let mut found = self
            .database
            .prepare_cached("SELECT 1 FROM seen WHERE id = ?1")?;
        Ok(found.exists([&id.as_bytes()[..]])?)
    }

    fn mark(&mut self, id: EventId) -> Result<(), SeenError> {
        let now = now();
        let mut insert = self
            .database
            .prepare_cached("INSERT OR IGNORE INTO seen (id, at) VALUES (?1, ?2)")?;
        insert.execute(params![&id.as_bytes()[..], now])?;
        drop(insert);
        self.marked += 1;
        if self.marked.is_multiple_of(ROUND) {
            self.forget(now)?;
        }
        Ok(())
    }

    fn place(&self) -> Result<Option<Place>, SeenError> {
        let read = |row: &rusqlite::Row<'_>| {
            Ok(Place {
                stream: row.get(0)?,
                made: row.get(1)?,
                sequence: row.get::<_, i64>(2)?.cast_unsigned(),
            })
        };
        let found = self
            .database
            .query_row("SELECT stream, made, sequence FROM reached", [], read)
            .optional()?;
        Ok(found)
    }

    fn keep_place(&self, place: &Place) -> Result<(), SeenError> {
        let before = self.place()?;
        let before =
            before.filter(|before| (&before.stream, &before.made) == (&place.stream, &place.made));
        if before.is_some_and(|before| before.sequence >= place.sequence) {
            return Ok(());
        }
        let mut replace = self.database.prepare_cached(
            "INSERT OR REPLACE INTO reached (one, stream, made, sequence) VALUES (1, ?1, ?2, ?3)",
        )?;
        replace.execute(params![
            place.stream,
            place.made,
            place.sequence.cast_signed()
        ])?;
        Ok(())
    }

    /// Lets the oldest marks go that need not be kept, and says whether there may be more of them.
    fn forget(&self, now: i64) -> Result<bool, SeenError> {
        let oldest = self
            .keep
            .time
            .and_then(|time| i64::try_from(time.as_nanos()).ok())
            .map_or(i64::MIN, |time| now.saturating_sub(time));
        let number = i64::try_from(self.keep.number).unwrap_or(i64::MAX);
        let mut delete = self.database.prepare_cached(
            "DELETE FROM seen WHERE number IN (
                SELECT number FROM (SELECT number, at FROM seen ORDER BY number LIMIT ?3)
                WHERE at < ?1 OR number <= (SELECT max(number) FROM seen) - ?2)",
        )?;
        let gone = delete.execute(params![oldest, number, OLDEST])?;
        Ok(i64::try_from(gone).is_ok_and(|gone| gone == OLDEST))
    }
}

fn now() -> i64 {
    SystemClock
        .wall_at(SystemClock.monotonic_nanos())
        .as_nanos()
}
