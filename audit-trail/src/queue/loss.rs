//! [`Loss`]: how many records were lost, and between which times.

use audit_core::Timestamp;

/// How many records were lost, and between which times.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loss {
    pub(crate) count: u64,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

impl Loss {
    pub(crate) fn is_nothing(&self) -> bool {
        self.count == 0
    }

    /// Counts one record of this time.
    pub(crate) fn count(&mut self, time: Timestamp) {
        self.add(Self {
            count: 1,
            from: time,
            to: time,
        });
    }

    /// Counts those too.
    pub(crate) fn add(&mut self, other: Self) {
        if other.is_nothing() {
            return;
        }
        *self = if self.is_nothing() {
            other
        } else {
            Self {
                count: self.count + other.count,
                from: self.from.min(other.from),
                to: self.to.max(other.to),
            }
        };
    }
}
