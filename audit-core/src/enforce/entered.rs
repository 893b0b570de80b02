//! [`Entered`] and [`EnteredUnseen`]: a synchronous function on its way through its body.

use std::thread::panicking;

use crate::outcome::Status;

use super::passage::Passage;
use super::refused::Refused;
use super::returned::Report;

/// A synchronous call that was judged. Dropped without [`Entered::end`], its body panicked.
#[must_use = "generated code alone makes this"]
#[derive(Debug)]
pub struct Entered {
    passage: Passage,
}

impl Entered {
    /// Nobody wants to know of the call.
    pub const OPEN: Self = Self::new(Passage::OPEN);

    pub(super) const fn new(passage: Passage) -> Self {
        Self { passage }
    }

    /// What to say instead of running, if the call is refused.
    #[inline(always)]
    pub fn refused(&mut self) -> Option<Refused> {
        if self.passage.is_open() {
            None
        } else {
            self.passage.take_refused()
        }
    }

    /// Whether anybody wants to know how it ends.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        !self.passage.is_open()
    }

    /// Its body returned.
    #[inline(always)]
    pub fn end(&mut self, report: Report<'_>) {
        self.passage.end(report);
    }
}

impl Drop for Entered {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_on() {
            self.passage.abandon(Status::Panicked);
        }
    }
}

/// A synchronous call that was judged and says nothing of what it returns: it ends when this is dropped.
#[must_use = "generated code alone makes this"]
#[derive(Debug)]
pub struct EnteredUnseen {
    entered: Entered,
    was_panicking: bool,
}

impl EnteredUnseen {
    /// Nobody wants to know of the call.
    pub const OPEN: Self = Self {
        entered: Entered::OPEN,
        was_panicking: false,
    };

    pub(super) fn new(passage: Passage) -> Self {
        let was_panicking = !passage.is_open() && panicking();
        Self {
            entered: Entered::new(passage),
            was_panicking,
        }
    }

    /// What to say instead of running, if the call is refused.
    #[inline(always)]
    pub fn refused(&mut self) -> Option<Refused> {
        self.entered.refused()
    }
}

impl Drop for EnteredUnseen {
    #[inline(always)]
    fn drop(&mut self) {
        if self.entered.is_on() {
            // A destructor that runs while another panic unwinds ends as any other call.
            let status = if panicking() && !self.was_panicking {
                Status::Panicked
            } else {
                Status::Completed
            };
            self.entered.passage.abandon(status);
        }
    }
}
