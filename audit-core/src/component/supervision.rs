//! [`Supervision`]: what becomes of a component that failed.

use std::collections::VecDeque;
use std::time::Duration;

/// What becomes of components when one fails. Decided by counting alone: it has no clock and starts nothing.
///
/// ```
/// use std::time::Duration;
/// use audit_core::component::{Backoff, Restart, Supervision};
///
/// let supervision = Supervision::new(Restart::OneForAll)
///     .max_restarts(5)
///     .within(Duration::from_secs(60))
///     .backoff(Backoff::Exponential, Duration::from_millis(100));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "it is nothing before an assembly has it"]
pub struct Supervision {
    restart: Restart,
    max_restarts: u32,
    within: Duration,
    backoff: Backoff,
    base: Duration,
}

/// Who is started anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restart {
    /// The one that failed.
    OneForOne,
    /// All.
    OneForAll,
    /// The one that failed, and all that started after it.
    RestForOne,
}

/// How the wait before a restart grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backoff {
    /// Not at all.
    Constant,
    /// By as much each time.
    Linear,
    /// To twice as much each time.
    Exponential,
}

/// No wait is longer.
const LONGEST: Duration = Duration::from_mins(1);

impl Default for Supervision {
    /// The one that failed, three times in a minute at most, after a second, two and four.
    fn default() -> Self {
        Self::new(Restart::OneForOne)
    }
}

impl Supervision {
    /// Three restarts in a minute at most, after a second, two and four.
    pub fn new(restart: Restart) -> Self {
        Self {
            restart,
            max_restarts: 3,
            within: Duration::from_mins(1),
            backoff: Backoff::Exponential,
            base: Duration::from_secs(1),
        }
    }

    /// How often a component is started anew within a time before it is given up.
    pub fn max_restarts(mut self, times: u32) -> Self {
        self.max_restarts = times;
        self
    }

    /// How long a restart counts.
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// How long a restart is waited for: the first time as long as `base`. A minute at most.
    pub fn backoff(mut self, backoff: Backoff, base: Duration) -> Self {
        self.backoff = backoff;
        self.base = base;
        self
    }

    /// Nobody is started anew: the first failure is the last.
    pub fn never() -> Self {
        Self::default().max_restarts(0)
    }

    /// Whether it ever waits.
    pub(super) fn waits(&self) -> bool {
        self.max_restarts > 0 && !self.base.is_zero()
    }

    /// Who is started anew.
    pub(super) fn restart(&self) -> Restart {
        self.restart
    }

    fn delay(&self, attempt: u32) -> Duration {
        let times = match self.backoff {
            Backoff::Constant => 1,
            Backoff::Linear => attempt,
            Backoff::Exponential => 1_u32.checked_shl(attempt - 1).unwrap_or(u32::MAX),
        };
        self.base.saturating_mul(times).min(LONGEST)
    }
}

/// What is to be done about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It is started anew, for the so manieth time, after this long.
    Restart { attempt: u32, after: Duration },
    /// It failed too often.
    GiveUp,
}

/// When a component was started anew, as far as it counts.
#[derive(Debug, Default)]
pub(super) struct Restarts(VecDeque<u64>);

impl Restarts {
    /// It failed at this time, in nanoseconds of a clock that never runs backwards.
    pub(super) fn failed(&mut self, now: u64, supervision: &Supervision) -> Next {
        let within = u64::try_from(supervision.within.as_nanos()).unwrap_or(u64::MAX);
        while self
            .0
            .front()
            .is_some_and(|then| now.saturating_sub(*then) > within)
        {
            self.0.pop_front();
        }
        let restarts = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        if restarts >= supervision.max_restarts {
            return Next::GiveUp;
        }
        self.0.push_back(now);
        let attempt = restarts + 1;
        Next::Restart {
            attempt,
            after: supervision.delay(attempt),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 1_000_000_000;

    fn waits(supervision: &Supervision, failures: u64) -> Vec<Option<u64>> {
        let mut restarts = Restarts::default();
        (0..failures)
            .map(|number| match restarts.failed(number, supervision) {
                Next::Restart { after, .. } => Some(after.as_secs()),
                Next::GiveUp => None,
            })
            .collect()
    }

    #[test]
    fn waits_grow_as_asked_for_and_are_a_minute_at_most() {
        let supervision = Supervision::default().max_restarts(9);
        let expected = [1, 2, 4, 8, 16, 32, 60, 60, 60].map(Some);
        assert_eq!(waits(&supervision, 9), expected);
        let linear = supervision
            .clone()
            .backoff(Backoff::Linear, Duration::from_secs(2));
        assert_eq!(waits(&linear, 3), [2, 4, 6].map(Some));
        let constant = supervision.backoff(Backoff::Constant, Duration::from_secs(5));
        assert_eq!(waits(&constant, 3), [5, 5, 5].map(Some));
    }

    #[test]
    fn what_fails_too_often_in_too_short_a_time_is_given_up() {
        let supervision = Supervision::default();
        assert_eq!(waits(&supervision, 4), [Some(1), Some(2), Some(4), None]);
        assert_eq!(waits(&supervision.clone().max_restarts(0), 1), [None]);
        // A failure that lies behind counts no more.
        let mut restarts = Restarts::default();
        for number in 0..10 {
            let next = restarts.failed(number * 31 * SECOND, &supervision);
            assert!(
                matches!(next, Next::Restart { attempt: 1 | 2, .. }),
                "{next:?}"
            );
        }
    }
}
