//! Bringing policy documents in: from texts, bytes, files, or a directory.

use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::Arc;

use super::problem::{Place, PolicyError, Problem, ProblemKind, ProblemStage};
use super::reading::{Source, Sources};
use super::yaml::MAX_BYTES;

/// The schema's name in a policy directory.
pub const SCHEMA_FILE: &str = "schema.yaml";
/// The rules' name in a policy directory.
pub const POLICY_FILE: &str = "policy.yaml";
/// The governance file's name in a policy directory, where there is one.
pub const GOVERNANCE_FILE: &str = "governance.yaml";

/// The texts of one policy set, with the names that messages call them by.
#[derive(Clone, Debug)]
pub struct Documents {
    schema: Document,
    policy: Document,
    governance: Option<Document>,
}

#[derive(Clone, Debug)]
struct Document {
    name: Arc<str>,
    text: String,
}

impl Documents {
    /// From texts; messages call them `schema`, `policy` and `governance`.
    pub fn from_strings(schema: &str, policy: &str, governance: Option<&str>) -> Self {
        let document = |name: &str, text: &str| Document {
            name: name.into(),
            text: text.to_owned(),
        };
        Self {
            schema: document("schema", schema),
            policy: document("policy", policy),
            governance: governance.map(|text| document("governance", text)),
        }
    }

    /// From files; messages call them by their paths.
    ///
    /// # Errors
    /// A file can't be read, or is not UTF-8; every such file is named.
    pub fn from_files(
        schema: &Path,
        policy: &Path,
        governance: Option<&Path>,
    ) -> Result<Self, PolicyError> {
        let schema = read(schema, ProblemStage::SchemaParse);
        let policy = read(policy, ProblemStage::PolicyParse);
        let governance = governance
            .map(|path| read(path, ProblemStage::GovernanceParse))
            .transpose();
        match (schema, policy, governance) {
            (Ok(schema), Ok(policy), Ok(governance)) => Ok(Self {
                schema,
                policy,
                governance,
            }),
            (schema, policy, governance) => Err(PolicyError::all(
                [schema.err(), policy.err(), governance.err()]
                    .into_iter()
                    .flatten()
                    .collect(),
            )),
        }
    }

    /// From a directory with `schema.yaml`, `policy.yaml` and, if it is there, `governance.yaml`.
    ///
    /// # Errors
    /// A file can't be read, or is not UTF-8; every such file is named.
    pub fn from_dir(dir: &Path) -> Result<Self, PolicyError> {
        let governance = dir.join(GOVERNANCE_FILE);
        // A file that is there but can't be looked at must be an error, not "no governance".
        let absent = matches!(fs::symlink_metadata(&governance), Err(error) if error.kind() == io::ErrorKind::NotFound);
        let governance = (!absent).then_some(governance.as_path());
        Self::from_files(&dir.join(SCHEMA_FILE), &dir.join(POLICY_FILE), governance)
    }

    pub(super) fn sources(&self) -> Sources<'_> {
        Sources {
            schema: self.schema.source(),
            policy: self.policy.source(),
            governance: self.governance.as_ref().map(Document::source),
        }
    }

    /// The text that a problem's `file` names, for showing the line in question.
    pub fn text_of(&self, file: &str) -> Option<&str> {
        [
            Some(&self.schema),
            Some(&self.policy),
            self.governance.as_ref(),
        ]
        .into_iter()
        .flatten()
        .find(|document| &*document.name == file)
        .map(|document| document.text.as_str())
    }
}

impl Document {
    fn source(&self) -> Source<'_> {
        Source {
            name: &self.name,
            text: &self.text,
        }
    }
}

/// Reads one file as UTF-8, but no more of it than a reader accepts.
fn read(path: &Path, stage: ProblemStage) -> Result<Document, Problem> {
    let name: Arc<str> = path.display().to_string().into();
    let problem = |kind, place, message, hint| Problem {
        stage,
        kind,
        file: Arc::clone(&name),
        place,
        message,
        hint,
        rule: None,
    };
    let bytes = read_bytes(path).map_err(|error| {
        let hint = (error.kind() == io::ErrorKind::NotFound).then(|| {
            format!("a policy directory holds `{SCHEMA_FILE}`, `{POLICY_FILE}` and perhaps `{GOVERNANCE_FILE}`")
        });
        problem(ProblemKind::Unreadable, None, format!("the file can't be read: {error}"), hint)
    })?;
    if bytes.len() > MAX_BYTES {
        // Cut off somewhere; the reader refuses it for its length before it looks at a character.
        return Ok(Document {
            name,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Document { name, text }),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let place = place_of(error.as_bytes(), good);
            let byte = error.as_bytes().get(good).copied().unwrap_or_default();
            Err(problem(
                ProblemKind::InvalidUtf8,
                Some(place),
                format!("byte {byte:#04x} at offset {good} is not UTF-8"),
                Some("save the file as UTF-8".to_owned()),
            ))
        }
    }
}

/// The bytes of a file; of one that is too long, just enough for the reader to see that it is.
fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(MAX_BYTES)
        .unwrap_or(u64::MAX)
        .saturating_add(1);
    // Asked before opening: opening a pipe would wait for somebody to write.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "not a regular file",
        ));
    }
    fs::File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The line and column of a byte; what comes before it is UTF-8.
fn place_of(bytes: &[u8], offset: usize) -> Place {
    let before = String::from_utf8_lossy(bytes.get(..offset).unwrap_or_default());
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .map_or(0, |last| last.chars().count())
        + 1;
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Place {
        line: number(line),
        column: number(column),
        length: 0,
    }
}
