//! [`Marked`]: a value that was captured before, with the marks of its parts.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::redaction::{Redaction, Spots};
use crate::value::Value;

use super::mark;

/// A value that was captured before, with the marks of its parts: for a serializer that keeps them.
pub(super) struct Marked<'c>(pub(super) &'c Value<'static>, pub(super) &'c Spots);

impl Serialize for Marked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, spots) = *self;
        match spots.own() {
            Some(how) => mark::serialize(how, &Inside(value, spots), serializer),
            None => Inside(value, spots).serialize(serializer),
        }
    }
}

/// The same without its own mark.
struct Inside<'c>(&'c Value<'static>, &'c Spots);

impl Serialize for Inside<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, spots) = *self;
        match value {
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for (place, item) in items.iter().enumerate() {
                    match spots.part(place) {
                        Some(spots) => list.serialize_element(&Marked(item, spots))?,
                        None => list.serialize_element(item)?,
                    }
                }
                list.end()
            }
            Value::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (place, field) in fields.iter().enumerate() {
                    let Some(spots) = spots.part(place) else {
                        map.serialize_entry(&field.name, &field.value)?;
                        continue;
                    };
                    let value = Marked(&field.value, spots);
                    match spots.name() {
                        Some(how) => map.serialize_entry(&Name(how, &field.name), &value)?,
                        None => map.serialize_entry(&field.name, &value)?,
                    }
                }
                map.end()
            }
            value => value.serialize(serializer),
        }
    }
}

/// The name of a field that is kept out.
struct Name<'c>(Redaction, &'c str);

impl Serialize for Name<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        mark::serialize(self.0, self.1, serializer)
    }
}
