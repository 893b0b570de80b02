//! [`Hidden`]: what was kept out of the record of a decision, and what is to be kept out of those after it.

use std::sync::Arc;

use crate::outcome::Outcome;
use crate::redaction::{Redacted, Redaction, Secrets};
use crate::value::Text;

/// What was kept out of the record of a decision, and what is to be kept out of those after it.
#[derive(Clone, Default)]
pub(crate) struct Hidden {
    pub(super) redacted: Redacted,
    /// What an outcome must not quote.
    pub(super) secrets: Arc<Secrets>,
}

impl Hidden {
    /// Which parts were redacted, and how.
    pub(crate) fn redacted(&self) -> &Redacted {
        &self.redacted
    }

    /// What concerns the record of the outcome, which has actor and object but neither fields nor snapshot.
    pub(crate) fn of_outcome(&self) -> Self {
        let mut redacted = Redacted::default();
        for known in self.redacted.iter() {
            if known.path.starts_with("actor.") || known.path == "resource" {
                redacted.push(known.path.clone(), known.how);
            }
        }
        Self {
            redacted,
            secrets: Arc::clone(&self.secrets),
        }
    }

    /// Takes out of an outcome what it quotes: of a value that is redacted like this in whole only what is kept out more strictly, so
    /// that a hash is over what may be known.
    pub(crate) fn hide_in(&self, outcome: &mut Outcome<'_>, how: Option<Redaction>) {
        if how.is_none_or(|how| self.secrets.any_stricter(how)) {
            let value = outcome.value.take();
            outcome.value = value.map(|value| self.secrets.hide_in_value(value));
        }
        let quoting = outcome.error.as_deref();
        if let Some(hidden) = quoting.and_then(|error| self.secrets.hide_in(error)) {
            outcome.error = Some(Text::from(hidden));
        }
    }
}
