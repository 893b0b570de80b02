//! [`Marked`]: a value that was captured before, with the marks of its parts.

use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::redaction::{Redaction, Spots};
use crate::value::{Substitute, SubstituteKind, Value};

use super::mark;

/// As the variant of which enum a substitute is handed on.
const SUBSTITUTE: &str = "$audit_core::Substitute";

static NOTHING: Spots = Spots::none();

/// The kind of substitute that is handed over as this variant of an enum of this name.
pub(super) fn substitute(of: &str, variant: &str) -> Option<SubstituteKind> {
    (of == SUBSTITUTE).then(|| SubstituteKind::of_name(variant))?
}

/// A value that was captured before, with the marks of its parts: for the serializer of records, which makes the same of it once more.
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
                    let spots = spots.part(place).unwrap_or(&NOTHING);
                    list.serialize_element(&Marked(item, spots))?;
                }
                list.end()
            }
            Value::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for (place, field) in fields.iter().enumerate() {
                    let spots = spots.part(place).unwrap_or(&NOTHING);
                    let value = Marked(&field.value, spots);
                    match spots.name() {
                        Some(how) => map.serialize_entry(&Name(how, &field.name), &value)?,
                        None => map.serialize_entry(&field.name, &value)?,
                    }
                }
                map.end()
            }
            Value::Substitute(substitute) => {
                let (kind, text) = (substitute.kind, &substitute.text);
                serializer.serialize_newtype_variant(SUBSTITUTE, 0, Substitute::name(kind), text)
            }
            // As a number: only in JSON it has another form.
            Value::Float(number) => serializer.serialize_f64(*number),
            scalar => scalar.serialize(serializer),
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
