//! What a derived payload does with its marked members: it names them to the serializer of records.

use serde::{Serialize, Serializer};

use crate::capture::{Taken, marked_parts, payload, serialize_marked};
use crate::redaction::Redaction;
use crate::value::{SubstituteKind, Value};

/// One function for each word, as `serialize_with` takes it.
macro_rules! members {
    ($($name:ident $how:ident),+) => {
        $(
            #[doc = concat!("A member with `#[sensitive(", stringify!($name), ")]`.")]
            ///
            /// # Errors
            /// The serializer's own; or its mark would be lost.
            pub fn $name<T: Serialize + ?Sized, S: Serializer>(
                value: &T,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serialize_marked(Redaction::$how, value, serializer)
            }
        )+
    };
}

members!(mask Mask, hash Hash, seal Seal, drop Drop);

/// A payload as a field: what it says when it is serialised.
pub fn captured<T: Serialize + ?Sized>(value: &T) -> Value<'static> {
    payload(value).value.unwrap_or(Value::Null)
}

/// How strictly anything in a payload is kept out of records.
pub fn kept_out<T: Serialize + ?Sized>(value: &T, own: Option<Redaction>) -> Option<Redaction> {
    taken(value, own).how
}

/// The same, and how strictly anything in it is kept out of records.
pub fn taken<T: Serialize + ?Sized>(value: &T, own: Option<Redaction>) -> Taken<'static> {
    let content = payload(value);
    let how = own.max(content.strictest());
    let value = content.value.unwrap_or(Value::Null);
    // Of what failed nobody knows whether there is a mark in it.
    let failed =
        matches!(&value, Value::Substitute(it) if it.kind == SubstituteKind::Unserializable);
    let how = how.or(failed.then_some(Redaction::Mask));
    Taken::new(value, how)
}

/// What of it is kept out of records.
pub fn marked<T: Serialize + ?Sized>(value: &T, own: Option<Redaction>) -> Taken<'static> {
    marked_parts(value, own)
}
