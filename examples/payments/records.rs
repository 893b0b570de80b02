//! Where decisions and outcomes stay: the trail, what a question to it answers, and whether it still proves.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;

use audit_trail::{Record, Trail};

use crate::report::Show;

/// Names the file of the trail.
const VARIABLE: &str = "AUDIT_TRAIL";
/// How long the end waits for what is not written yet.
const FLUSH: Duration = Duration::from_secs(10);
/// The question that the program asks at its end.
const QUESTION: &str = "effect:block,require_approval kind:decision since:24h";

/// The trail, and where it is.
pub(crate) struct Records {
    pub(crate) trail: Trail,
    path: PathBuf,
    /// Goes with it, where nobody is to look at it later.
    #[cfg(test)]
    #[allow(dead_code, reason = "held for what its end does")]
    folder: Option<tempfile::TempDir>,
}

impl Records {
    /// Opens the trail that the environment names, or one in a new temporary folder, which stays.
    pub(crate) fn open() -> Result<Self, Box<dyn Error>> {
        if let Some(path) = std::env::var_os(VARIABLE) {
            return Self::open_at(Path::new(&path));
        }
        let folder = tempfile::Builder::new().prefix("payments-").tempdir()?;
        Self::open_at(&folder.keep().join("audit.db"))
    }

    fn open_at(path: &Path) -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            trail: Trail::open(path)?,
            path: path.to_owned(),
            #[cfg(test)]
            folder: None,
        })
    }

    /// A trail that goes with its handle.
    #[cfg(test)]
    pub(crate) fn passing() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut records = Self::open_at(&folder.path().join("audit.db")).unwrap();
        records.folder = Some(folder);
        records
    }

    /// Says what was refused, whether every record still proves, and how to ask on.
    pub(crate) fn close(&self, show: Show) -> Result<(), Box<dyn Error>> {
        self.trail.flush(FLUSH)?;
        show(&format!("trail `{}`\n  {QUESTION}", self.path.display()));
        let query = self.trail.query(QUESTION)?;
        for record in self.trail.search(&query, None, 10)?.records {
            show(&line(&record)?);
        }
        let verification = self.trail.verify()?;
        match verification.damage.first() {
            None => show(&format!(
                "  verified: {} records, as they were written",
                verification.size
            )),
            Some(damage) => {
                return Err(format!("the trail is NOT as it was written: {damage}").into());
            }
        }
        show(&format!("  key: {}", self.trail.verifier_key()));
        self.trail.close(FLUSH)?;
        Ok(())
    }
}

/// One record in one line.
fn line(record: &Record) -> Result<String, serde_json::Error> {
    let columns = record.columns()?;
    let part = |part: &Option<std::borrow::Cow<'_, str>>| part.as_deref().unwrap_or("-").to_owned();
    Ok(format!(
        "  {:>4}  {:<9} {:<8} {:<17} {}",
        record.seq,
        columns.name,
        part(&columns.actor),
        part(&columns.effect),
        part(&columns.rule)
    ))
}
