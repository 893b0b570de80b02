//! [`Unquotable`]: what no text may quote of what an event carries.

use crate::redaction::{MASK, Secrets};

/// What no text may quote of what an event carries.
pub(crate) struct Unquotable {
    secrets: Secrets,
    /// Whether there is more, and nobody knows what: then nothing is said.
    is_more: bool,
}

impl Unquotable {
    pub(crate) fn new(secrets: Secrets, is_more: bool) -> Self {
        Self { secrets, is_more }
    }

    /// The text without what it quotes; `None` where it quotes nothing.
    pub(crate) fn hide_in(&self, text: &str) -> Option<String> {
        if self.is_more {
            return Some(MASK.to_owned());
        }
        self.secrets.hide_in(text)
    }

    /// Whether there is nothing to find.
    pub(super) fn is_empty(&self) -> bool {
        self.secrets.is_empty() && !self.is_more
    }
}
