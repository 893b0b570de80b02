//! [`LogFile`]: a file that lines are appended to, and that is put aside when it is large or old.

mod archive;
mod open;
mod rotation;

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::health::say;

use open::{End, Open};
use rotation::Rotation;

/// A file that lines are appended to, made for [`JsonLines`](super::JsonLines): no line of it is ever split over two files.
///
/// Each write is one line, or ends one. The file is made where it is not there, on Unix readable by its owner alone; its directory is
/// not. Where the path is a link, the file that it leads to is meant.
///
/// # Rotation
///
/// Without being told to, it grows for ever. Before a line that would make it larger than [`rotate_at_bytes`](Self::rotate_at_bytes), or
/// that comes in another period of [`rotate_every`](Self::rotate_every) than the last one, the file is renamed to
/// `audit.log.2026-11-30T17-49-33.123456789Z`, the time of that moment, and a new one begun with the same permissions. Names stand in the order of what they
/// hold, even if the clock is set back, and no file is ever written over. Nothing is removed unless [`keep`](Self::keep) says so.
///
/// The old file is brought to the disk with the line that begins the new one. On a slow disk that may take seconds for what is not written out yet: whoever
/// rotates large files there flushes now and then, or gives the sink ([`SinkWay::Queued`](super::SinkWay::Queued)) a time-out to match.
///
/// One rename is all there is, so a program that dies in between leaves every line where it was; at worst there is an empty old file. If it can't be
/// done, lines go on into the same file, a warning of `tracing` says why, and it is tried again a minute later.
///
/// # What others do to the file
///
/// * *Moved or deleted*, such as by `logrotate`: before each line it is found out whether the path still leads to this file, and if not, the path is
///   opened anew. Where that fails, lines go on into the file that was moved, and a warning says so each minute; if it was deleted, they are errors until the path
///   can be opened again. (On systems without inodes a file that was replaced is not told from another.)
/// * *Truncated* (`copytruncate`): lines go on from its new end. What was written while it was copied is lost, as with any program.
/// * *Written by several processes*: every line is one append. When they rotate the same file, one of them does it, and the others follow with
///   their next line; a line may so stand in the old file though it came a moment later. No line is lost or split where at least one old file is kept; at worst an
///   empty one stands between two, where one process opened the file in the middle of another's write. All must rotate by the same rules.
///
/// # A full disk
///
/// A line that finds no room is an error. Lines that come later are written once there is room again; what was written of the first ends before
/// them. Likewise after a program died in the middle of a line. Another process's torn line is not seen while it is written to.
///
/// ```
/// use audit_core::sink::{JsonLines, LogFile};
///
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.log");
/// let file = LogFile::open(path)?.rotate_at_bytes(64 << 20).rotate_daily().keep(30);
/// let sink = JsonLines::new(file);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct LogFile {
    path: PathBuf,
    open: Open,
    rotation: Rotation,
    /// Not before this is a rotation tried again.
    patience: Option<Instant>,
    /// Not before this is it said again that the path can't be opened anew.
    silence: Option<Instant>,
    /// What kept a file that was left from the disk.
    unsynced: Option<io::Error>,
}

/// How long a rotation that failed is not tried again, and a path that can't be opened anew not warned of again.
const PATIENCE: Duration = Duration::from_mins(1);

impl LogFile {
    /// Opens a file to append to, and makes it if it is not there.
    ///
    /// # Errors
    /// It can't be opened: the error names the path and says why, such as that its directory is not there.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        // Whoever changes his working directory means the same file afterwards.
        let path = std::path::absolute(&path).map_err(|error| named(path.as_ref(), &error))?;
        let open = Open::at(&path).map_err(|error| named(&path, &error))?;
        Ok(Self {
            path,
            open,
            rotation: Rotation::default(),
            patience: None,
            silence: None,
            unsynced: None,
        })
    }

    /// Begins a new file before a line with which this one would have more bytes. A longer line stands alone in a file.
    #[must_use]
    pub fn rotate_at_bytes(mut self, most: u64) -> Self {
        self.rotation.at_bytes = Some(most);
        self
    }

    /// Begins a new file with each day, in UTC.
    #[must_use]
    pub fn rotate_daily(self) -> Self {
        self.rotate_every(Duration::from_hours(24))
    }

    /// Begins a new file with each such period, counted from 1970 in UTC; less than a second counts as one.
    /// A file without new lines stays as it is until the next one comes.
    #[must_use]
    pub fn rotate_every(mut self, period: Duration) -> Self {
        self.rotation.every_secs = Some(period.as_secs().max(1));
        self
    }

    /// Keeps so many old files, and removes older ones at each rotation. Only files with such a name are ever removed.
    #[must_use]
    pub fn keep(mut self, old_files: usize) -> Self {
        self.rotation.keep = Some(old_files);
        self
    }

    /// Where it is, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sees to it that the next line goes into the right file.
    fn prepare(&mut self, line: usize) -> io::Result<()> {
        match std::fs::metadata(&self.path) {
            Ok(found) if self.open.is(&found) => {
                let is_due = self.rotation.is_due(&found, line, SystemTime::now());
                if is_due && self.patience.is_none_or(|until| until <= Instant::now()) {
                    return self.rotate();
                }
                // A truncation took along what was torn.
                if found.len() == 0 {
                    self.open.end = End::Whole;
                }
                Ok(())
            }
            _ => self.reopen(),
        }
    }

    fn rotate(&mut self) -> io::Result<()> {
        match archive::move_away(&self.path, &self.open) {
            Ok(true) => {
                self.patience = None;
                let permissions = self.open.file.metadata().map(|found| found.permissions());
                self.reopen()?;
                if let Ok(permissions) = permissions {
                    // It stays readable for whoever could read the old one.
                    let _set = self.open.file.set_permissions(permissions);
                }
                if let Some(keep) = self.rotation.keep
                    && let Err(error) = archive::prune(&self.path, keep)
                {
                    warn(&self.path, &error, "old files of log file");
                }
            }
            // Another process is at it.
            Ok(false) => {}
            Err(error) => {
                self.patience = Some(Instant::now() + PATIENCE);
                warn(&self.path, &error, "rotation of log file");
            }
        }
        Ok(())
    }

    /// Opens the path anew. If that fails, the file that was moved away will do, but not one that was deleted.
    fn reopen(&mut self) -> io::Result<()> {
        match Open::at(&self.path) {
            Ok(open) => {
                self.silence = None;
                let left = std::mem::replace(&mut self.open, open);
                if let Err(error) = left.sync() {
                    self.unsynced = Some(error);
                }
                Ok(())
            }
            Err(error) if self.open.has_a_name() => {
                if self.silence.is_none_or(|until| until <= Instant::now()) {
                    self.silence = Some(Instant::now() + PATIENCE);
                    warn(
                        &self.path,
                        &error,
                        "lines go on into the file that was moved away: opening of log file",
                    );
                }
                Ok(())
            }
            Err(error) => Err(named(&self.path, &error)),
        }
    }
}

impl Write for LogFile {
    /// Writes all of it, or returns an error; what was written by then is ended before the next line.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line.is_empty() {
            return Ok(0);
        }
        if self.open.end != End::Begun {
            self.prepare(line.len())?;
        }
        let written = self.open.append(line);
        written.map_err(|error| named(&self.path, &error))?;
        Ok(line.len())
    }

    /// Waits until all that was written is on the disk.
    fn flush(&mut self) -> io::Result<()> {
        let left = self.unsynced.take().map_or(Ok(()), Err);
        let synced = self.open.sync();
        let entered = self.open.sync_name(&self.path);
        left.and(synced)
            .and(entered)
            .map_err(|error| named(&self.path, &error))
    }
}

/// An error of this file. It says what is wrong with it in words of the system, or that its directory is not there.
fn named(path: &Path, error: &io::Error) -> io::Error {
    let shown = path.display();
    let directory = path.parent().filter(|directory| !directory.exists());
    let message = match directory {
        Some(directory) if error.kind() == ErrorKind::NotFound => format!(
            "log file `{shown}`: its directory `{}` is not there, and is not made",
            directory.display()
        ),
        _ => format!("log file `{shown}`: {error}"),
    };
    io::Error::new(error.kind(), message)
}

#[cold]
fn warn(path: &Path, error: &io::Error, what: &str) {
    say(|| {
        let path = path.display();
        tracing::warn!(
            target: "audit::health",
            %path,
            %error,
            "{what} `{path}` failed: {error}"
        );
    });
}
