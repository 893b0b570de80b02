//! [`Content`]: a payload as it was captured, and what of it its types keep out of records.

use std::fmt;

use crate::redaction::{RedactionKey, Redactor, Spots};
use crate::value::Value;

static NO_KEY: RedactionKey = RedactionKey::none();

/// A payload as it was captured, and what of it its types keep out of records. `Debug` shows nothing of that.
#[derive(Clone, Default)]
pub(crate) struct Content {
    pub(crate) value: Option<Value<'static>>,
    pub(crate) spots: Spots,
}

impl From<Value<'static>> for Content {
    /// One whose types say nothing.
    fn from(value: Value<'static>) -> Self {
        Self {
            value: Some(value),
            spots: Spots::none(),
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
