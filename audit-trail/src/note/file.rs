//! A key in a file: made on first use, read from then on, and refused where others could have read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::{fmt, str};

use zeroize::Zeroizing;

use super::error::KeyError;
use super::key::TrailKey;

/// A key takes some 100 bytes; its name may be longer than usual.
const MOST_BYTES: u64 = 4096;

/// Why a file gives no key.
#[derive(Debug)]
pub struct KeyFileError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: KeyFileProblem,
}

/// What is wrong with a key's file.
#[derive(Debug)]
#[non_exhaustive]
pub enum KeyFileProblem {
    /// It can't be read.
    Read(io::Error),
    /// It is not there and can't be written.
    Write(io::Error),
    /// It is a directory, or something else that is no file.
    NoFile,
    /// Others than its owner may read or write it.
    Exposed {
        /// Its permissions.
        mode: u32,
    },
    /// There is nothing in it.
    Empty,
    /// There is more in it than a key has.
    TooLong,
    /// What is in it is no key, or none could be made.
    Key(KeyError),
}

impl TrailKey {
    /// The key in this file. Where there is no file, a key of the name `origin` is made and written to one that its owner alone may
    /// read. Of several processes that do so at once one writes the file, and all have its key.
    ///
    /// The file appears whole or not at all, by way of a second name in its folder, so that folder must be on a file system with
    /// hard links.
    ///
    /// # Errors
    /// The file can't be read or written, is open to others than its owner, or holds no key; `origin` can't be the name
    /// of a key.
    pub fn load_or_create(path: impl AsRef<Path>, origin: &str) -> Result<Self, KeyFileError> {
        let path = path.as_ref();
        let found = match load(path) {
            Err(KeyFileProblem::Read(error)) if error.kind() == ErrorKind::NotFound => {
                create(path, origin)
            }
            found => found,
        };
        found.map_err(|problem| at(path, problem))
    }

    /// The key in this file, which must be there.
    ///
    /// # Errors
    /// The file can't be read, is open to others than its owner, or holds no key.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, KeyFileError> {
        let path = path.as_ref();
        load(path).map_err(|problem| at(path, problem))
    }

    /// Writes this key to a file that is not there yet, which its owner alone may read: whole or not at all.
    ///
    /// # Errors
    /// The file is there already, or can't be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), KeyFileError> {
        let path = path.as_ref();
        write_new(path, self).map_err(|error| at(path, KeyFileProblem::Write(error)))
    }
}

fn at(path: &Path, problem: KeyFileProblem) -> KeyFileError {
    KeyFileError {
        path: path.to_owned(),
        problem,
    }
}

fn load(path: &Path) -> Result<TrailKey, KeyFileProblem> {
    // Looked at first, as opening a pipe would wait for its other end.
    if !fs::metadata(path).map_err(KeyFileProblem::Read)?.is_file() {
        return Err(KeyFileProblem::NoFile);
    }
    let file = File::open(path).map_err(KeyFileProblem::Read)?;
    is_private(&file)?;
    // With room for all of it, as a text that grows leaves copies behind.
    let mut text = Zeroizing::new(Vec::with_capacity(8192));
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut text)
        .map_err(KeyFileProblem::Read)?;
    if text.is_empty() {
        return Err(KeyFileProblem::Empty);
    }
    if text.len() as u64 > MOST_BYTES {
        return Err(KeyFileProblem::TooLong);
    }
    // What is no text has not the parts of a key either.
    let text = str::from_utf8(&text).unwrap_or_default();
    text.trim_ascii_end().parse().map_err(KeyFileProblem::Key)
}

fn create(path: &Path, origin: &str) -> Result<TrailKey, KeyFileProblem> {
    let key = TrailKey::generate(origin).map_err(KeyFileProblem::Key)?;
    match write_new(path, &key) {
        Ok(()) => Ok(key),
        // Somebody else was faster.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => load(path),
        Err(error) => Err(KeyFileProblem::Write(error)),
    }
}

/// A link to a name that is taken fails, and what is linked is complete and on the disk.
fn write_new(path: &Path, key: &TrailKey) -> io::Result<()> {
    let Some(name) = path.file_name() else {
        return Err(io::Error::from(ErrorKind::InvalidFilename));
    };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut draft = name.to_owned();
    draft.push(format!(".{:016x}.new", getrandom::u64()?));
    let draft = folder.join(draft);
    let written = write(&draft, key).and_then(|()| fs::hard_link(&draft, path));
    let removed = fs::remove_file(&draft);
    written?;
    removed?;
    sync(folder)
}

fn write(path: &Path, key: &TrailKey) -> io::Result<()> {
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
    file.write_all(key.to_secret_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

#[cfg(unix)]
fn is_private(file: &File) -> Result<(), KeyFileProblem> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(KeyFileProblem::Read)?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(KeyFileProblem::Exposed { mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn is_private(_: &File) -> Result<(), KeyFileProblem> {
    Ok(())
}

/// A name is on the disk once its folder is.
#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

impl fmt::Display for KeyFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        match &self.problem {
            KeyFileProblem::Read(_) => write!(f, "reading key file `{path}`"),
            KeyFileProblem::Write(_) => write!(f, "writing key file `{path}`"),
            KeyFileProblem::NoFile => write!(f, "`{path}` is no file; expected one with a key"),
            KeyFileProblem::Exposed { mode } => write!(
                f,
                "key file `{path}` has mode {mode:04o}, so others can read or change it; expected 0600"
            ),
            KeyFileProblem::Empty => write!(f, "key file `{path}` is empty; expected a key"),
            KeyFileProblem::TooLong => write!(
                f,
                "key file `{path}` has more than {MOST_BYTES} bytes; expected a key"
            ),
            KeyFileProblem::Key(_) => write!(f, "key file `{path}`"),
        }
    }
}

impl std::error::Error for KeyFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.problem {
            KeyFileProblem::Read(error) | KeyFileProblem::Write(error) => Some(error),
            KeyFileProblem::Key(error) => Some(error),
            KeyFileProblem::NoFile
            | KeyFileProblem::Exposed { .. }
            | KeyFileProblem::Empty
            | KeyFileProblem::TooLong => None,
        }
    }
}

#[cfg(test)]
mod tests;
