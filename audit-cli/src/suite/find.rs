//! [`find`]: which files are suites.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

use crate::console::one_line_path;
use crate::exit::Stop;

/// How the name of a suite ends that a directory stands for.
const ENDINGS: [&str; 2] = [".test.yaml", ".test.yml"];

/// The suites that paths stand for, each once: a file for itself, a directory for all in it and below it, by name.
pub(crate) fn find(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Stop> {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    let mut add = |path: PathBuf| {
        let place = fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if known.insert(place) {
            found.push(path);
        }
    };
    for path in paths {
        let about = fs::metadata(path);
        let about = about.map_err(|error| Stop::unreadable(path.display(), &error))?;
        if !about.is_dir() {
            add(path.clone());
            continue;
        }
        let suites = below(path)?;
        if suites.is_empty() {
            let message = format!(
                "`{}` holds no suite: no file in it or below it ends in `{}` or `{}`",
                one_line_path(path),
                ENDINGS[0],
                ENDINGS[1]
            );
            return Err(Stop::CouldNotRun(message));
        }
        suites.into_iter().for_each(&mut add);
    }
    Ok(found)
}

fn below(dir: &Path) -> Result<Vec<PathBuf>, Stop> {
    let mut found = Vec::new();
    for entry in WalkDir::new(dir).follow_links(true).sort_by_file_name() {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(dir);
            match error.io_error() {
                Some(io) => Stop::unreadable(path.display(), io),
                None => {
                    Stop::CouldNotRun(format!("`{}` leads back to itself", one_line_path(path)))
                }
            }
        })?;
        let name = entry.file_name().to_string_lossy();
        let named = ENDINGS.iter().any(|ending| name.ends_with(ending));
        if named && !entry.file_type().is_dir() {
            let path = entry.path();
            found.push(path.strip_prefix(".").unwrap_or(path).to_owned());
        }
    }
    Ok(found)
}
