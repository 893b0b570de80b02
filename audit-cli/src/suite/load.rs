//! [`load`]: from a file to its cases, and every mistake in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use audit_core::{Place, Text};

use super::plan::{Case, plan};
use super::{read, yaml};
use crate::mistake::Mistake;

/// The longest suite that is read, in bytes.
const MAX_BYTES: usize = 256 * 1024 * 1024;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Source {
    /// As it was named, or found.
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) mistakes: Vec<Mistake>,
}

/// The suite in a file.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) name: Text<'static>,
    pub(crate) name_place: Place,
    /// Where its policy is.
    pub(crate) policy: Option<PathBuf>,
    pub(crate) cases: Vec<Case>,
}

/// Reads a suite. There is none if the file is none, or does not say its name.
pub(crate) fn load(path: &Path) -> io::Result<(Source, Option<Loaded>)> {
    let mut source = Source {
        file: path.display().to_string(),
        text: String::new(),
        mistakes: Vec::new(),
    };
    let bytes = fs::read(path)?;
    if bytes.len() > MAX_BYTES {
        let message = format!(
            "the file has {} bytes, at most {MAX_BYTES} are read",
            bytes.len()
        );
        source.mistakes.push(Mistake::of_file(message));
        return Ok((source, None));
    }
    match String::from_utf8(bytes) {
        Ok(text) => source.text = text,
        Err(error) => {
            source.text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            source.mistakes.push(not_utf8(&error));
            return Ok((source, None));
        }
    }
    let loaded = suite(path, &source.text, &mut source.mistakes);
    Ok((source, loaded))
}

fn suite(path: &Path, text: &str, mistakes: &mut Vec<Mistake>) -> Option<Loaded> {
    let Some(root) = yaml::read(text, mistakes) else {
        if mistakes.is_empty() {
            mistakes.push(Mistake::of_file("the file holds nothing, expected a suite"));
        }
        return None;
    };
    let suite = read::read(&root, mistakes)?;
    let cases = plan(&suite, mistakes);
    let beside = path.parent().unwrap_or(Path::new(""));
    let policy = suite.policy.as_ref();
    Some(Loaded {
        // By its parts, which leaves `.` out.
        policy: policy.map(|dir| beside.join(&**dir).components().collect()),
        name: suite.name,
        name_place: suite.name_place,
        cases,
    })
}

fn not_utf8(error: &std::string::FromUtf8Error) -> Mistake {
    let good = error.utf8_error().valid_up_to();
    let before = error.as_bytes().get(..good).unwrap_or_default();
    let before = String::from_utf8_lossy(before);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count());
    let place = Place {
        line: number(before.matches('\n').count() + 1),
        column: number(column + 1),
        length: 0,
    };
    let byte = error.as_bytes().get(good).copied().unwrap_or_default();
    let message = format!("byte {byte:#04x} at offset {good} is not UTF-8");
    Mistake::at(place, message).helped("save the file as UTF-8".to_owned())
}
