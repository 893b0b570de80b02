//! Policies made for one test, in a folder that goes with it.

use std::fs;

use tempfile::TempDir;

use crate::Failure;
use crate::command::folder;

/// The sound policy, to be changed.
pub(crate) fn copy_of_sound() -> Result<TempDir, Failure> {
    let dir = tempfile::tempdir()?;
    for file in ["schema.yaml", "policy.yaml"] {
        fs::copy(folder("policies/sound").join(file), dir.path().join(file))?;
    }
    Ok(dir)
}

/// The sound policy with rules that are not UTF-8.
pub(crate) fn not_utf8() -> Result<TempDir, Failure> {
    let dir = copy_of_sound()?;
    fs::write(
        dir.path().join("policy.yaml"),
        b"version: 1\nrules: # caf\xe9\n",
    )?;
    Ok(dir)
}
