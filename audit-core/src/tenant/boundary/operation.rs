//! [`Operation`]: what is done to rows.

use crate::observability::ObservabilityEvent;
use crate::word::named;

named! {
    /// What is done to rows of a model.
    Operation as "operation" {
        /// They are read.
        Read = "read",
        /// They are made.
        Insert = "insert",
        /// They are changed.
        Update = "update",
        /// They are deleted.
        Delete = "delete",
        /// They are made or changed; which of both can't be told.
        Write = "write",
    }
}

impl Operation {
    /// What observability is told where it is blocked.
    pub(in crate::tenant) fn blocked(self) -> ObservabilityEvent {
        match self {
            Self::Read => ObservabilityEvent::ReadBlocked,
            _ => ObservabilityEvent::WriteBlocked,
        }
    }

    /// The coarser word that policies go by: `read`, `write` or `delete`.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Insert | Self::Update | Self::Write => "write",
            Self::Delete => "delete",
        }
    }
}
