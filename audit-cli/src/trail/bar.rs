//! [`Bar`]: how far long work has come, for a person who waits.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::console::Stream;

/// How far work has come. Nothing is drawn where the error stream is no terminal, and nothing is left of it at the end.
#[derive(Debug)]
pub(super) struct Bar(ProgressBar);

/// How often it is drawn in a second, at most.
const PER_SECOND: u8 = 10;

impl Bar {
    /// For work on so many things.
    pub(super) fn new(doing: &'static str, total: u64, err: &Stream<'_>) -> Self {
        if !err.terminal {
            return Self(ProgressBar::hidden());
        }
        let target = ProgressDrawTarget::stderr_with_hz(PER_SECOND);
        let bar = ProgressBar::with_draw_target(Some(total), target).with_message(doing);
        let template = "{msg} {wide_bar} {human_pos} of {human_len}, {eta} left";
        Self(match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        })
    }

    /// So many are done, of so many: from whichever thread.
    pub(super) fn set(&self, done: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(done);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}
