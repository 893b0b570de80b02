//! [`Exit`] and [`Stop`]: how a run ends.

use std::fmt;
use std::io;
use std::process::ExitCode;

use crate::console::{Stream, one_line};

/// How a run ends, as the code that the shell sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The policy or trail is sound, the question was answered, every case passed, or the files were written.
    Fine = 0,
    /// `check` found an error, or a warning under `--deny-warnings`; in `test` a case failed, or too little is covered;
    /// `verify` found damage.
    Finding = 1,
    /// An argument is unknown, missing or not of its form; clap ends with this code too.
    Usage = 2,
    /// A file can't be read or written, a policy does not compile, a suite is broken, a row was not answered, who reads a trail
    /// can't be recorded, the output is gone.
    CouldNotRun = 3,
}

/// The same for `--help`.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0  fine: the policy is sound, the question was answered, every case passed,
     the files were written
  1  finding: `check` found an error, or a warning under `--deny-warnings`;
     in `test` a case failed, or coverage is below the threshold
  2  usage: an argument is unknown, missing or not of its form
  3  could not run: a file can't be read or written, a policy does not compile,
     a suite is broken, no case is selected, a row was not answered, the output
     is gone

What a policy says is an answer and never an exit code: `block` ends with 0.";

/// The same for what is asked of a trail.
pub(crate) const TRAIL_EXIT_CODES: &str = "\
Exit codes:
  0  fine: the question was answered, the trail or proof is sound, the files
     were written
  1  finding: `verify` found damage, or a proof does not prove
  2  usage: an argument is unknown, missing or not of its form, a query or
     cursor is none
  3  could not run: there is no trail, it can't be read or written, who reads
     it can't be recorded, there is no such record, the output is gone

No record that matches is an answer too, and ends with 0.";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command stopped before its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// An argument is not of its form.
    Usage(String),
    /// Something it needs can't be had.
    CouldNotRun(String),
    /// The reason was told already, in more words than fit here.
    Told,
    /// What is wrong with an argument was told already.
    ToldUsage,
    /// An answer can't be written.
    Output(io::Error),
}

impl Stop {
    /// A file can't be read.
    pub(crate) fn unreadable(name: impl fmt::Display, error: &io::Error) -> Self {
        let name = name.to_string();
        Self::CouldNotRun(format!("`{}` can't be read: {error}", one_line(&name)))
    }

    /// Says why, and how the run ends. Nobody is left to be told if that fails too.
    pub(crate) fn tell(self, err: &mut Stream<'_>) -> Exit {
        let told = match &self {
            Self::Usage(message) | Self::CouldNotRun(message) => {
                err.line(format_args!("error: {message}"))
            }
            // The reader left, as `head` does once it has its lines.
            Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            Self::Output(error) => {
                err.line(format_args!("error: the answer can't be written: {error}"))
            }
            Self::Told | Self::ToldUsage => Ok(()),
        };
        drop(told);
        match self {
            Self::Usage(_) | Self::ToldUsage => Exit::Usage,
            Self::CouldNotRun(_) | Self::Told | Self::Output(_) => Exit::CouldNotRun,
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}
