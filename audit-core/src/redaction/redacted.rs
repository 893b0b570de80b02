//! [`Redacted`]: which parts of an event were redacted, and how.

use std::collections::BTreeSet;
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
///
/// In a text that quotes what was redacted elsewhere `***` stands in the place of the quote. Of such texts `resource` is listed;
/// a decision's reason and error, and an outcome's error and value, are not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Redacted(Vec<RedactedPath>);

impl Redacted {
    /// Nothing was redacted.
    pub const NOTHING: &'static Self = &Self(Vec::new());

    /// Adds a path, written `domain.field`. Paths are kept in order, whatever the order of the fields. Of one that is there
    /// the stricter redaction holds.
    pub fn push(&mut self, path: impl Into<Text<'static>>, how: Redaction) {
        let path = path.into();
        match self.0.binary_search_by(|known| known.path.cmp(&path)) {
            Ok(place) => {
                if let Some(known) = self.0.get_mut(place) {
                    known.how = known.how.max(how);
                }
            }
            Err(place) => self.0.insert(place, RedactedPath { path, how }),
        }
    }

    /// Adds what was done besides.
    pub(crate) fn add(&mut self, other: Self) {
        for RedactedPath { path, how } in other.0 {
            self.push(path, how);
        }
    }

    /// These without the paths that lead into one of the others.
    pub(super) fn without_inside(&self, paths: &BTreeSet<String>) -> Self {
        let leads_in = |path: &str| {
            let mut ends = path.match_indices(['.', '[']);
            ends.any(|(end, _)| path.get(..end).is_some_and(|path| paths.contains(path)))
        };
        let kept = self.iter().filter(|known| !leads_in(&known.path));
        Self(kept.cloned().collect())
    }

    /// What was done to what lies there, or to something that it is a part of.
    pub(crate) fn of(&self, path: &str) -> Option<Redaction> {
        let covers = |known: &str| {
            // Where very much was redacted, one path stands for all in a part of the event.
            let known = known.strip_suffix(".*").unwrap_or(known);
            let rest = path.strip_prefix(known);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let known = self.0.iter().filter(|known| covers(&known.path));
        known.map(|known| known.how).max()
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
