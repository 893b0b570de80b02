//! [`FileArgs`]: which trail.

use std::path::{Path, PathBuf};

use audit_trail::SqliteReader;
use clap::Args;

use crate::exit::Stop;

use super::failure::stop;

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

/// Opens a trail to read.
pub(super) fn open(path: &Path) -> Result<SqliteReader, Stop> {
    SqliteReader::open(path).map_err(stop)
}
