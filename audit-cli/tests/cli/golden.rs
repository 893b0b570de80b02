//! Holds a run against a golden file. `UPDATE_GOLDEN=1` writes the files; read each aloud before accepting it.

use std::fmt::Write as _;
use std::{env, fs};

use crate::Failure;
use crate::command::{Run, folder};

/// Fails unless the run printed and ended as `golden/NAME.txt` says.
pub(crate) fn assert_golden(name: &str, run: &Run) -> Result<(), Failure> {
    let path = folder("golden").join(name).with_extension("txt");
    let code = run.code.ok_or("the command was killed")?;
    let mut found = format!("exit code {code}\n");
    for (stream, text) in [("stdout", &run.out), ("stderr", &run.err)] {
        if !text.is_empty() {
            write!(found, "--- {stream} ---\n{text}")?;
        }
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &found)?;
    }
    let expected =
        fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    assert_eq!(found, expected, "`UPDATE_GOLDEN=1` accepts it");
    Ok(())
}
