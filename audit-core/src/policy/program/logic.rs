//! [`Logic`]: true, false, or unknown.

/// What is known of a comparison: Kleene's strong logic, in which `all` is the least of its parts and `any` the
/// greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Logic {
    /// It does not hold.
    False,
    /// A field that must be there is not, or holds a value of another type.
    Unknown,
    /// It holds.
    True,
}

impl Logic {
    /// What is known of the opposite.
    pub(super) const fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Logic {
    #[inline]
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}
