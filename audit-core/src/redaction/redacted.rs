//! [`Redacted`]: which parts of an event were redacted, and how.

use std::fmt;
use std::ops::Deref;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::value::Text;

use super::Redaction;

/// One part of an event that was redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedPath {
    /// Where it was, written `domain.field`, such as `action.token`.
    pub path: Text<'static>,
    /// What was done to it.
    pub how: Redaction,
}

/// Which parts of an event were redacted, and how. In JSON: a map of paths to words. Takes memory from the
/// heap only if there is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted(Vec<RedactedPath>);

impl Redacted {
    /// Nothing was redacted.
    pub const NOTHING: &'static Self = &Self(Vec::new());

    /// Adds a path, written `domain.field`. Paths are kept in order, whatever the order of the fields.
    pub fn push(&mut self, path: impl Into<Text<'static>>, how: Redaction) {
        let path = path.into();
        let place = self.0.partition_point(|known| *known.path <= *path);
        self.0.insert(place, RedactedPath { path, how });
    }
}

impl Deref for Redacted {
    type Target = [RedactedPath];

    fn deref(&self) -> &[RedactedPath] {
        &self.0
    }
}

impl Serialize for Redacted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|redacted| (&redacted.path, redacted.how)))
    }
}

impl<'de> Deserialize<'de> for Redacted {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(RedactedVisitor)
    }
}

struct RedactedVisitor;

impl<'de> Visitor<'de> for RedactedVisitor {
    type Value = Redacted;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of paths to redactions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Redacted, A::Error> {
        let mut redacted = Redacted::default();
        while let Some((path, how)) = map.next_entry::<Text<'static>, Redaction>()? {
            redacted.push(path, how);
        }
        Ok(redacted)
    }
}
