//! [`Fingerprints`]: what a problem is known by from run to run, though its line moves.

use std::collections::HashMap;
use std::path::Path;

use audit_core::Problem;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What one problem is known by (§3.27.17). Whatever changes the value of the same problem needs another version.
///
/// GitHub goes by a hash of the line, which its uploader adds beside ours.
#[derive(Serialize)]
pub(super) struct Fingerprint {
    #[serde(rename = "auditProblem/v1")]
    v1: String,
}

/// Gives each problem of a report its own.
#[derive(Default)]
pub(super) struct Fingerprints {
    given: HashMap<u128, usize>,
}

impl Fingerprints {
    /// The kind of problem, the file's name, the rule and the word that is wrong; a number tells equals apart. Neither
    /// lines nor messages, some of which name lines, nor folders, which depend on where the command runs.
    pub(super) fn of(&mut self, problem: &Problem, thing: &str) -> Fingerprint {
        let file = Path::new(&*problem.file).file_name();
        let file = file.unwrap_or_default().to_string_lossy();
        let rule = problem.rule.as_deref();
        let mut hasher = Sha256::new();
        for part in [problem.kind.code(), &file, rule.unwrap_or_default(), thing] {
            hasher.update(part);
            // A byte that no UTF-8 holds, so that no two lists of parts are the same bytes.
            hasher.update([0xff]);
        }
        let hash = hasher.finalize();
        let hash = hash.iter().take(16);
        let hash = hash.fold(0, |hash, byte| hash << 8 | u128::from(*byte));
        let count = self.given.entry(hash).or_default();
        *count += 1;
        Fingerprint {
            v1: format!("{hash:032x}:{count}"),
        }
    }
}
