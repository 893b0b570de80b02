//! What these tests share: lines in files, and the old files beside one.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use audit_core::sink::LogFile;
use tempfile::TempDir;

/// A directory and the path of a log file in it.
pub(crate) fn place() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.log");
    (dir, path)
}

/// Writes a line in one piece.
pub(crate) fn put(file: &mut LogFile, line: &str) {
    file.write_all(format!("{line}\n").as_bytes()).unwrap();
}

/// What a line that can't be written says.
pub(crate) fn refused(file: &mut LogFile, line: &str) -> String {
    let refused = file.write_all(format!("{line}\n").as_bytes());
    refused.unwrap_err().to_string()
}

pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap()
}

/// The files that a log file was, the oldest first.
pub(crate) fn olds(path: &Path) -> Vec<PathBuf> {
    let name = format!("{}.", path.file_name().unwrap().to_str().unwrap());
    let entries = fs::read_dir(path.parent().unwrap()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_old = |path: &PathBuf| {
        let found = path.file_name().unwrap().to_str().unwrap();
        found.starts_with(&name)
    };
    let mut olds: Vec<PathBuf> = paths.filter(is_old).collect();
    olds.sort();
    olds
}

/// What stands in old files, the oldest first, and then in the file itself.
pub(crate) fn texts(path: &Path) -> Vec<String> {
    // Whoever dies after he moved it away leaves none.
    let newest = path.exists().then(|| path.to_owned());
    let paths = olds(path).into_iter().chain(newest);
    paths.map(|path| text(&path)).collect()
}
