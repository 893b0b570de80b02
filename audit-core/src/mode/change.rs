//! [`Change`]: who changes something in a running program, and why.

use std::fmt;

use crate::contain::SHOWN_LIMIT;
use crate::value::Text;

/// Who changes something in a running program, and why: both are recorded with the change, and neither is empty.
///
/// ```
/// use audit_core::Change;
/// let change = Change::by("ada").because("incident 4711")?;
/// assert_eq!((change.who(), change.why()), ("ada", "incident 4711"));
/// assert!(Change::by("ada").because(" ").is_err());
/// # Ok::<(), audit_core::UnexplainedChange>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    by: Text<'static>,
    reason: Text<'static>,
}

impl Change {
    /// This person or program changes something. What is around the text goes, and what is beyond 512 characters.
    pub fn by(who: impl Into<String>) -> ChangeBy {
        ChangeBy(trimmed(&who.into()))
    }

    /// Who changes it.
    pub fn who(&self) -> &str {
        &self.by
    }

    /// Why.
    pub fn why(&self) -> &str {
        &self.reason
    }
}

/// Who changes something; the reason is still to be said.
#[derive(Clone, Debug)]
#[must_use = "a change has a reason: say it with `because`"]
pub struct ChangeBy(Text<'static>);

impl ChangeBy {
    /// For this reason. What is around the text goes, and what is beyond 512 characters.
    ///
    /// # Errors
    /// Who or why is empty.
    pub fn because(self, reason: impl Into<String>) -> Result<Change, UnexplainedChange> {
        let (by, reason) = (self.0, trimmed(&reason.into()));
        match (by.is_empty(), reason.is_empty()) {
            (true, _) => Err(UnexplainedChange::NOBODY),
            (_, true) => Err(UnexplainedChange::NO_REASON),
            _ => Ok(Change { by, reason }),
        }
    }
}

/// Nobody is named as the author of a change, or no reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnexplainedChange {
    /// The method that was given nothing.
    method: &'static str,
    /// What a change says there.
    says: &'static str,
}

impl UnexplainedChange {
    const NOBODY: Self = Self {
        method: "by",
        says: "who makes it",
    };
    const NO_REASON: Self = Self {
        method: "because",
        says: "why it is made",
    };
}

impl fmt::Display for UnexplainedChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, says } = self;
        write!(f, "`{method}` is empty: a change says {says}")
    }
}

impl std::error::Error for UnexplainedChange {}

fn trimmed(text: &str) -> Text<'static> {
    let text: String = text.trim().chars().take(SHOWN_LIMIT).collect();
    Text::from(text)
}
