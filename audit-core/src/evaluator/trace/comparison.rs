//! [`Comparison`]: one comparison with the values it met.

use std::fmt;

use serde::Serialize;

use crate::redaction::Redaction;
use crate::value::{Text, Value};
use crate::word::named;

named! {
    /// What became of a comparison, or of a condition.
    #[non_exhaustive]
    Truth as "truth" {
        /// It holds.
        True = "true",
        /// It does not hold.
        False = "false",
        /// A side is not there, so it does not hold, or nobody can say whether it does.
        Missing = "missing",
        /// The sides can't be compared, so it does not hold, or nobody can say whether it does.
        TypeMismatch = "type_mismatch",
    }
}

/// One comparison with the values it met.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Comparison {
    /// The field on the left, `domain.field`, or `domain.field.part` of a map.
    pub subject: Text<'static>,
    /// The value it had; `None` if it was not there.
    pub found: Option<Value<'static>>,
    /// The operator's word.
    pub operator: Text<'static>,
    /// The field on the right, `domain.field`, if it is nothing written in the policy.
    pub other: Option<Text<'static>>,
    /// The value on the right; `None` if it was not there. What is no value, such as a network, stands here as the
    /// policy writes it.
    pub expected: Option<Value<'static>>,
    /// What became of it.
    pub truth: Truth,
    /// Whether what is missing or does not fit leaves it open if the comparison holds. Elsewhere it then does not.
    #[serde(skip_serializing_if = "is_false")]
    pub unknown: bool,
    /// How both values are kept out of the record, if one of the fields is redacted: what stands above are then no
    /// values, and `None` also stands for one that is there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redacted: Option<Redaction>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Comparison {
    /// A comparison with a value written in the policy.
    pub fn with_literal(
        subject: impl Into<Text<'static>>,
        found: Option<Value<'static>>,
        operator: impl Into<Text<'static>>,
        expected: Value<'static>,
        truth: Truth,
    ) -> Self {
        Self {
            subject: subject.into(),
            found,
            operator: operator.into(),
            other: None,
            expected: Some(expected),
            truth,
            unknown: false,
            redacted: None,
        }
    }

    /// The word for a side that is not shown. What may be absent is not missing.
    fn nothing(&self) -> &'static str {
        match (self.redacted, self.truth) {
            (Some(Redaction::Drop), _) => "redacted",
            (_, Truth::Missing) => "missing",
            _ => "absent",
        }
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nothing = self.nothing();
        write_side(f, &self.subject, self.found.as_ref(), nothing)?;
        write!(f, " {} ", self.operator)?;
        match (&self.other, &self.expected) {
            (Some(field), value) => write_side(f, field, value.as_ref(), nothing)?,
            (None, Some(value)) => write!(f, "{value}")?,
            (None, None) if self.redacted.is_some() => f.write_str("(redacted)")?,
            (None, None) => f.write_str("nothing")?,
        }
        write!(f, ": {}", self.truth)
    }
}

/// A field with the value it had, or the word for one that is not shown.
fn write_side(
    f: &mut fmt::Formatter<'_>,
    field: &str,
    value: Option<&Value<'_>>,
    nothing: &str,
) -> fmt::Result {
    let field = field.escape_debug();
    match value {
        Some(value) => write!(f, "{field} ({value})"),
        None => write!(f, "{field} ({nothing})"),
    }
}
