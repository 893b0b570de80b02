//! [`Content`]: a payload as it was captured, and what of it its types keep out of records.

use std::fmt;

use serde::Serialize;

use crate::capture::Taken;
use crate::redaction::{Redaction, RedactionKey, Redactor, Secrets, Spots};
use crate::value::{Substitute, Value};

use super::marked::Marked;

static NO_KEY: RedactionKey = RedactionKey::none();

/// A payload as it was captured, and what of it its types keep out of records. `Debug` shows nothing of that.
#[derive(Clone, Default)]
pub(crate) struct Content {
    pub(crate) value: Option<Value<'static>>,
    pub(crate) spots: Spots,
    /// What its types keep out of records, where not all of it was captured: some of that may lie in what was left out.
    pub(super) beyond: Option<Box<Taken<'static>>>,
    /// The bytes of what could not be read as JSON, whose beginning stands there as it came.
    pub(super) unread: Option<usize>,
    /// Whether it stands for what is marked, and nobody knows what that was: no text is searched for it.
    pub(super) is_withheld: bool,
}

impl Content {
    /// What could not be read as JSON, of so many bytes.
    pub(super) fn unread(beginning: Value<'static>, length: usize) -> Self {
        Self {
            unread: Some(length),
            ..Self::from(beginning)
        }
    }

    /// How strictly anything in it is kept out of records.
    pub(crate) fn strictest(&self) -> Option<Redaction> {
        let beyond = self.beyond.as_ref().and_then(|beyond| beyond.how);
        self.spots.strictest().max(beyond)
    }

    /// Adds what is kept out of records to what no text may quote.
    pub(crate) fn add_secrets(&self, secrets: &mut Secrets) {
        if let Some(value) = &self.value {
            self.spots.add_secrets(value, secrets);
        }
        if let Some((beyond, how)) = self
            .beyond
            .as_ref()
            .and_then(|it| it.how.map(|how| (it, how)))
        {
            Spots::all(how).add_secrets(&beyond.value, secrets);
        }
        if self.is_withheld {
            secrets.add_withheld();
        }
    }

    /// As it is serialised, for whoever keeps its marks.
    pub(crate) fn marked(&self) -> impl Serialize + '_ {
        Marked(self.value.as_ref().unwrap_or(&Value::Null), &self.spots)
    }

    /// Takes away the text of what could not be read, in which nobody finds the fields that are to be kept out of records. Answers
    /// whether there was such a text.
    pub(crate) fn withhold_unread(&mut self) -> bool {
        let (Some(length), Some(Value::Substitute(substitute))) = (self.unread, &self.value) else {
            return false;
        };
        let text = format!("{length} bytes, withheld as fields of it are redacted");
        self.value = Some(Substitute::new(substitute.kind, text).into_value());
        true
    }
}

impl From<Value<'static>> for Content {
    /// One whose types say nothing.
    fn from(value: Value<'static>) -> Self {
        Self {
            value: Some(value),
            spots: Spots::none(),
            beyond: None,
            unread: None,
            is_withheld: false,
        }
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.spots.is_empty() {
            return self.value.fmt(f);
        }
        let mut shown = self.value.clone();
        Redactor::new(&NO_KEY).value("", &mut shown, &self.spots);
        shown.fmt(f)
    }
}
