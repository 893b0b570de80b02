//! Bringing Cedar's files in: one by one, or a directory.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::problem::{CedarProblem, CedarProblemKind};
use super::source::Source;

/// The longest file that is read.
const MAX_BYTES: u64 = 32 << 20;
/// How the names of policy files end.
const POLICIES: &str = ".cedar";
/// How the names of schema files end.
const SCHEMAS: [&str; 2] = [".cedarschema", ".cedarschema.json"];
/// The name of a directory's entities.
const ENTITIES: &str = "entities.json";

/// The texts that policies are read from.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources {
    pub(super) policies: Vec<Source>,
    pub(super) schema: Option<Source>,
    pub(super) entities: Option<Source>,
}

impl Sources {
    /// Adds a directory's files.
    pub(super) fn add_dir(&mut self, dir: &Path, problems: &mut Vec<CedarProblem>) {
        let dir_name: Arc<str> = dir.display().to_string().into();
        let mut paths = match paths_of(dir) {
            Ok(paths) => paths,
            Err(error) => {
                let message = format!("the directory can't be read: {error}");
                let kind = CedarProblemKind::Unreadable;
                return problems.push(CedarProblem::new(kind, &dir_name, message));
            }
        };
        paths.sort();
        let ends = |path: &Path, end: &str| path.to_string_lossy().ends_with(end);
        let policies = paths.iter().filter(|path| ends(path, POLICIES));
        let before = self.policies.len();
        self.policies
            .extend(policies.filter_map(|path| read(path, problems)));
        if self.policies.len() == before && problems.is_empty() {
            let message = format!("no policy, expected files whose names end in `{POLICIES}`");
            problems.push(CedarProblem::new(
                CedarProblemKind::Missing,
                &dir_name,
                message,
            ));
        }
        let is_schema = |path: &&PathBuf| SCHEMAS.iter().any(|end| ends(path, end));
        match paths.iter().filter(is_schema).collect::<Vec<_>>()[..] {
            [] => {}
            [schema] => self.schema = read(schema, problems),
            [one, other, ..] => {
                let name = |path: &Path| path.file_name().map(|name| name.display().to_string());
                let (one, other) = (name(one), name(other));
                let (one, other) = (one.unwrap_or_default(), other.unwrap_or_default());
                let message =
                    format!("`{one}` and `{other}` are both a schema, expected at most one");
                problems.push(CedarProblem::new(
                    CedarProblemKind::Missing,
                    &dir_name,
                    message,
                ));
            }
        }
        if let Some(entities) = paths.iter().find(|path| path.ends_with(ENTITIES)) {
            self.entities = read(entities, problems);
        }
    }
}

/// What stands in a directory, but not deeper.
fn paths_of(dir: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(dir)?.map(|entry| Ok(entry?.path())).collect()
}

/// Reads one file as UTF-8.
pub(super) fn read(path: &Path, problems: &mut Vec<CedarProblem>) -> Option<Source> {
    let name: Arc<str> = path.display().to_string().into();
    match read_text(path) {
        Ok(text) => Some(Source::new(name, &text)),
        Err(error) => {
            let message = format!("the file can't be read: {error}");
            problems.push(CedarProblem::new(
                CedarProblemKind::Unreadable,
                &name,
                message,
            ));
            None
        }
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    let invalid = |what: String| io::Error::new(io::ErrorKind::InvalidData, what);
    // Asked before opening: opening a pipe would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(invalid("not a regular file".to_owned()));
    }
    let mut text = String::new();
    fs::File::open(path)?
        .take(MAX_BYTES + 1)
        .read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(invalid(format!(
            "it is longer than {} MiB",
            MAX_BYTES >> 20
        )));
    }
    Ok(text)
}
