//! What the trail says of a failure, in one line.

use std::error::Error;

use crate::console::one_line;
use crate::exit::Stop;

/// An error and what it came from, with colons between them; what says the same as the one before is said once.
pub(super) fn chain(error: &dyn Error) -> String {
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let reason = error.to_string();
        if !told.ends_with(&reason) {
            told.push_str(": ");
            told.push_str(&reason);
        }
        source = error.source();
    }
    one_line(&told).into_owned()
}

/// What is asked for can't be had.
pub(super) fn stop(error: impl Error) -> Stop {
    Stop::CouldNotRun(chain(&error))
}
