//! Where the program and the audit component write, in turn.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

/// Where lines are written.
#[derive(Clone)]
pub(crate) struct Paper(Arc<Mutex<dyn Write + Send>>);

impl Paper {
    pub(crate) fn of(out: impl Write + Send + 'static) -> Self {
        Self(Arc::new(Mutex::new(out)))
    }

    pub(crate) fn line(&self, line: impl Display) -> io::Result<()> {
        let mut out = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(out, "{line}")
    }

    /// Lines under a title.
    pub(crate) fn list(
        &self,
        title: &str,
        lines: impl IntoIterator<Item: Display>,
    ) -> io::Result<()> {
        self.line(format_args!("\n  === {title} ==="))?;
        let mut lines = lines.into_iter();
        lines.try_for_each(|line| self.line(format_args!("    {line}")))
    }
}
