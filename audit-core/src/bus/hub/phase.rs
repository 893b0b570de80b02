//! [`Phase`]: whether a bus takes anything.

use std::sync::atomic::Ordering;

use crate::sync::AtomicU8;

/// Whether a bus takes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bus) enum Phase {
    Open,
    /// It takes what handlers want who are at work, and nothing else.
    Closing,
    Closed,
}

impl Phase {
    fn of(number: u8) -> Self {
        match number {
            0 => Self::Open,
            1 => Self::Closing,
            _ => Self::Closed,
        }
    }

    /// Whether an operation is taken, so deep in handlers.
    #[inline]
    pub(in crate::bus) fn takes(self, depth: u16) -> bool {
        match self {
            Self::Open => true,
            Self::Closing => depth > 0,
            Self::Closed => false,
        }
    }
}

/// The phase of a bus, which goes on and never back.
#[derive(Debug, Default)]
pub(in crate::bus) struct PhaseCell(AtomicU8);

impl PhaseCell {
    pub(in crate::bus) fn get(&self) -> Phase {
        Phase::of(self.0.load(Ordering::SeqCst))
    }

    /// Goes on to a phase, unless it is behind already. Returns what it was before.
    pub(in crate::bus) fn go_on_to(&self, phase: Phase) -> Phase {
        Phase::of(self.0.fetch_max(phase as u8, Ordering::SeqCst))
    }
}
