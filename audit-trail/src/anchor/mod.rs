//! Second places for checkpoints: whoever holds the key and the file can rewrite both, but not what was copied elsewhere.
//!
//! # Places that are shared
//!
//! Several trails may keep their checkpoints in one place. Each passes over those of another name, so they need names of their own
//! ([`TrailOptions::origin`](crate::TrailOptions::origin)) and keys that are called as they are, which those are that are made with
//! a trail. A checkpoint with the name of a trail's key counts as its own.
//!
//! Whoever can write to a place can put a note there that has a trail's name and was signed by no key of it. It is told of as damage
//! when the trail is checked, and keeps it from opening, since it may stand there instead of a genuine one. A place is to be shared
//! with those alone who are trusted so far.

mod courier;
mod file;
#[cfg(feature = "webhook")]
mod webhook;

use std::fmt;

use audit_core::__private::contain;

pub(crate) use courier::Courier;
pub use file::FileAnchor;
#[cfg(feature = "webhook")]
pub use webhook::WebhookAnchor;

/// A second place for checkpoints.
///
/// It is called on a thread of its own, so it may take its time; while it does, later checkpoints wait, and only the latest
/// of them is copied. A panic is a failure to do what it was asked for.
pub trait Anchor: Send + 'static {
    /// What it is called in warnings and findings, such as the path of a file. One that panics is called
    /// `a second place without a name`.
    fn name(&self) -> String;

    /// Keeps a checkpoint: the text of a signed note.
    ///
    /// # Errors
    /// It could not be kept. The next one is tried all the same.
    fn put(&mut self, checkpoint: &str) -> Result<(), AnchorError>;

    /// The checkpoints that it keeps, or the latest of them, in the order in which they came.
    ///
    /// # Errors
    /// They can't be read.
    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError>;
}

/// What a second place is called, one that panics when it is asked too: it is foreign code.
pub(crate) fn called(anchor: &dyn Anchor) -> String {
    contain(|| anchor.name()).unwrap_or_else(|_| NAMELESS.to_owned())
}

const NAMELESS: &str = "a second place without a name";

/// Asks a second place, which is foreign code: a panic is its failure.
pub(crate) fn ask<T>(work: impl FnOnce() -> Result<T, AnchorError>) -> Result<T, AnchorError> {
    contain(work).unwrap_or_else(|_| Err(AnchorError::new("it panicked")))
}

/// Why a second place could not keep or give back checkpoints.
#[derive(Debug)]
pub struct AnchorError(Box<dyn std::error::Error + Send + Sync>);

impl AnchorError {
    /// Because of this.
    pub fn new(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(source.into())
    }
}

impl fmt::Display for AnchorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for AnchorError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}
