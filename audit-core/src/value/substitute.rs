//! [`Substitute`]: what stands for a value that can't be recorded as it is.

use std::fmt;

use super::{Text, Value};

/// Why a value is not recorded as it is. The word with a `$` in front is its name in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SubstituteKind {
    /// Its `Serialize` failed or panicked. The text is what it said.
    Unserializable,
    /// It was given as JSON and is none, or has characters that are none (lone surrogates). The text is what was given,
    /// with U+FFFD where it was no Unicode, at most 4,096 characters of it.
    InvalidJson,
    /// It is bytes. The text is their hexadecimal digits.
    Bytes,
    /// It is longer, or deeper, or more than is kept. The text is its beginning, or says what was left out.
    Cut,
}

impl SubstituteKind {
    /// All of them.
    const ALL: [Self; 4] = [
        Self::Unserializable,
        Self::InvalidJson,
        Self::Bytes,
        Self::Cut,
    ];

    /// The word: `unserializable`, `invalid_json`, `bytes` or `cut`.
    pub fn as_str(self) -> &'static str {
        Substitute::name(self).trim_start_matches('$')
    }

    /// The one of this name in JSON.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| Substitute::name(*kind) == name)
    }
}

impl fmt::Display for SubstituteKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What stands for a value that can't be recorded as it is, so that no value suppresses its own record.
///
/// In JSON: a map of a single name, such as `{"$unserializable": "no such order"}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitute<'a> {
    /// Why it is not recorded as it is.
    pub kind: SubstituteKind,
    /// What stands in its place.
    pub text: Text<'a>,
}

impl<'a> Substitute<'a> {
    /// This text, for this reason.
    pub fn new(kind: SubstituteKind, text: impl Into<Text<'a>>) -> Self {
        Self {
            kind,
            text: text.into(),
        }
    }

    /// As a value.
    pub fn into_value(self) -> Value<'a> {
        Value::Substitute(Box::new(self))
    }

    /// Its name in JSON.
    pub(crate) const fn name(kind: SubstituteKind) -> &'static str {
        match kind {
            SubstituteKind::Unserializable => "$unserializable",
            SubstituteKind::InvalidJson => "$invalid_json",
            SubstituteKind::Bytes => "$bytes",
            SubstituteKind::Cut => "$cut",
        }
    }

    /// The same without a lifetime.
    pub fn into_owned(self) -> Substitute<'static> {
        Substitute {
            kind: self.kind,
            text: self.text.into_owned(),
        }
    }
}
