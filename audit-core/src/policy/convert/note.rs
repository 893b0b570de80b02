//! [`ConvertNote`]: what a person should look at before the converted files replace the old ones.

use std::fmt;
use std::sync::Arc;

use crate::word::named;

named! {
    /// What a note is about.
    #[non_exhaustive]
    ConvertNoteKind as "note" {
        /// The governance file is not part of the converted set.
        GovernanceLeftOut = "governance_left_out",
        /// A key that version 1 ignores is gone.
        KeyLeftOut = "key_left_out",
        /// A declared field that no rule can read is gone.
        FieldLeftOut = "field_left_out",
        /// A rule that never decides anything is gone.
        RuleLeftOut = "rule_left_out",
        /// A rule has another identifier.
        RuleRenamed = "rule_renamed",
        /// A comparison that is never true is gone.
        ComparisonLeftOut = "comparison_left_out",
        /// A comparison is written in another way.
        ComparisonRewritten = "comparison_rewritten",
        /// Two fields are compared, which differs where both hold values of another type than declared.
        FieldsCompared = "fields_compared",
    }
}

/// Something that a person should look at before the converted files replace the old ones.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConvertNote {
    /// What it is about.
    pub kind: ConvertNoteKind,
    /// The file of version 1, as it was named to the reader.
    pub file: Arc<str>,
    /// The line in that file, from 1, where one is known.
    pub line: Option<u32>,
    /// The rule of version 1, where it is about one.
    pub rule: Option<Arc<str>>,
    /// What became of what, and why: one line, lower case, no final stop.
    pub message: String,
}

impl ConvertNote {
    /// A note on a whole file.
    pub(super) fn new(kind: ConvertNoteKind, file: &str, message: String) -> Self {
        Self {
            kind,
            file: file.into(),
            line: None,
            rule: None,
            message,
        }
    }
}

impl fmt::Display for ConvertNote {
    /// `policy.yaml:7: the rule `old` is left out: ..`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}
