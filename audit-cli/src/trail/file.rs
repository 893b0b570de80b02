//! [`FileArgs`]: which trail.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use audit_trail::SqliteReader;
use audit_trail::store::StoreErrorKind;
use clap::Args;

use crate::console::one_line_path;
use crate::exit::Stop;

use super::failure::{chain, stop};

/// Which trail.
#[derive(Debug, Args)]
pub(super) struct FileArgs {
    /// The file of the trail, such as `audit.db`
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
}

impl FileArgs {
    /// Opens it to read.
    pub(super) fn open(&self) -> Result<SqliteReader, Stop> {
        open(&self.file)
    }
}

/// Opens a trail to read. What is no trail is named in words of its own, as the database has one for all.
pub(super) fn open(path: &Path) -> Result<SqliteReader, Stop> {
    let shown = one_line_path(path);
    let refused = |what: &str| Stop::CouldNotRun(format!("`{shown}` {what}"));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Stop::CouldNotRun(format!("there is no trail `{shown}`")));
        }
        Err(error) => return Err(Stop::unreadable(path.display(), &error)),
    };
    if metadata.is_dir() {
        return Err(refused("is a directory, expected the file of a trail"));
    }
    if !metadata.is_file() {
        return Err(refused("is no file, expected that of a trail"));
    }
    if metadata.len() == 0 {
        return Err(refused("is empty, expected the file of a trail"));
    }
    SqliteReader::open(path).map_err(|error| {
        let names_file = error.to_string().contains('`');
        match error.kind {
            StoreErrorKind::Foreign if !names_file => refused("is no trail"),
            _ if names_file => stop(error),
            _ => Stop::CouldNotRun(format!("`{shown}` can't be read: {}", chain(&error))),
        }
    })
}
