//! [`Watch`]: what to do next, from the time and what is seen alone.

use std::time::Duration;

/// How long after a read the files are read once more: a file system whose clock is coarse may show the same signature
/// for what was written shortly after the first.
pub(super) const READ_AGAIN: Duration = Duration::from_secs(3);

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing: what is there was read before.
    Rest,
    /// Nothing yet: it has to stay as it is for a while.
    Settle,
    /// Read it, and say with [`Watch::read`] what is seen then.
    Read,
}

/// Decides when files are read, from the time and from signatures of any kind. Times are counted from a start of the
/// caller's own choosing.
#[derive(Debug)]
pub(super) struct Watch<S> {
    settle: Duration,
    /// As it was when it was read last.
    known: Option<S>,
    /// When it is to be read once more.
    again: Option<Duration>,
    /// As it is now, and since when, where that is not known.
    unsettled: Option<(S, Duration)>,
}

impl<S: PartialEq> Watch<S> {
    /// Of something that was read before, if that is known.
    pub(super) fn new(settle: Duration, known: Option<S>) -> Self {
        Self {
            settle,
            known,
            again: None,
            unsettled: None,
        }
    }

    /// Forgets what was read: it is to be read again once it settled.
    pub(super) fn forget(&mut self) {
        self.known = None;
        self.again = None;
        self.unsettled = None;
    }

    /// What to do at this time, where this is seen.
    pub(super) fn step(&mut self, now: Duration, seen: &S) -> Step
    where
        S: Clone,
    {
        if self.known.as_ref() == Some(seen) {
            self.unsettled = None;
            return match self.again {
                Some(again) if now >= again => Step::Read,
                _ => Step::Rest,
            };
        }
        let since = match &self.unsettled {
            Some((unsettled, since)) if unsettled == seen => *since,
            _ => {
                self.unsettled = Some((seen.clone(), now));
                now
            }
        };
        if now.saturating_sub(since) >= self.settle {
            Step::Read
        } else {
            Step::Settle
        }
    }

    /// It was read, this was seen before and that afterwards. Returns whether what was read may be taken: it may not if
    /// something changed meanwhile.
    pub(super) fn read(&mut self, now: Duration, before: &S, after: S) -> bool {
        if *before != after {
            self.unsettled = Some((after, now));
            return false;
        }
        let is_new = self.known.as_ref() != Some(&after);
        self.again = is_new.then(|| now.saturating_add(READ_AGAIN));
        self.known = Some(after);
        self.unsettled = None;
        true
    }
}
