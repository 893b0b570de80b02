//! How a file gets the name of an old one, and which old ones go.
//!
//! Names hold the time instead of a number: moving one aside is a single rename, where numbers would take one for each old file, and a crash or
//! a second process in between would leave a hole or push a file twice.

use std::ffi::{OsStr, OsString};
use std::fs::{self, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::clock::Timestamp;

use super::open::{Open, appending};

/// Gives the file at a path the name of an old one, unless another process is doing so. Returns whether the path has to be opened anew.
pub(super) fn move_away(path: &Path, open: &Open) -> io::Result<bool> {
    match open.file.try_lock() {
        Err(TryLockError::WouldBlock) => return Ok(false),
        // Not every file system has locks; one process alone does without.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    let moved = move_away_alone(path, open);
    let _unlocked = open.file.unlock();
    moved.map(|()| true)
}

fn move_away_alone(path: &Path, open: &Open) -> io::Result<()> {
    // Of a link, the file behind it is moved, and the link stays.
    let path = fs::canonicalize(path)?;
    if !open.is(&fs::metadata(&path)?) {
        // Another process was faster.
        return Ok(());
    }
    let old = reserve(&path)?;
    fs::rename(&path, &old).inspect_err(|_| {
        let _removed = fs::remove_file(&old);
    })
}

/// Makes an empty file under the name of an old one, which nobody has: what is renamed to it writes over nothing else.
fn reserve(path: &Path) -> io::Result<PathBuf> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| {
        i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
    });
    // The clock may have been set back.
    let newest = olds(path)?.last().map(|(time, _)| time.as_nanos());
    let mut nanos = newest.map_or(now, |newest| now.max(newest.saturating_add(1)));
    loop {
        let old = named(path, Timestamp::from_nanos(nanos));
        match appending().create_new(true).open(&old) {
            Ok(_) => return Ok(old),
            Err(error) if error.kind() == ErrorKind::AlreadyExists && nanos < i64::MAX => {
                nanos += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Removes old files but for the newest so many.
pub(super) fn prune(path: &Path, keep: usize) -> io::Result<()> {
    let path = fs::canonicalize(path)?;
    let olds = olds(&path)?;
    let too_many = olds.len().saturating_sub(keep);
    let mut result = Ok(());
    for (_, old) in olds.iter().take(too_many) {
        match fs::remove_file(old) {
            // Another process was faster.
            Err(error) if error.kind() != ErrorKind::NotFound => result = Err(error),
            _ => {}
        }
    }
    result
}

/// The old files of a path, the oldest first.
fn olds(path: &Path) -> io::Result<Vec<(Timestamp, PathBuf)>> {
    let (Some(directory), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(Vec::new());
    };
    let mut olds = Vec::new();
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if let Some(time) = time_of(&entry.file_name(), name) {
            olds.push((time, entry.path()));
        }
    }
    olds.sort();
    Ok(olds)
}

/// The name of an old file: no letter of it is forbidden anywhere.
fn named(path: &Path, time: Timestamp) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(time.to_string().replace(':', "-"));
    name.into()
}

/// The time in the name of an old file of this name; nothing if it is none.
fn time_of(found: &OsStr, name: &OsStr) -> Option<Timestamp> {
    let rest = found
        .as_encoded_bytes()
        .strip_prefix(name.as_encoded_bytes())?;
    let written = std::str::from_utf8(rest).ok()?.strip_prefix('.')?;
    let (date, time) = written.split_once('T')?;
    let read: Timestamp = format!("{date}T{}", time.replace('-', ":")).parse().ok()?;
    // A name that is not written like ours is not ours.
    (read.to_string().replace(':', "-") == written).then_some(read)
}
