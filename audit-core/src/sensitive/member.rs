//! What a derived payload does with its marked members: it names them to the serializer of records.

use serde::{Serialize, Serializer};

use crate::capture::{Taken, payload, serialize_marked};
use crate::redaction::Redaction;
use crate::value::Value;

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
    own.max(payload(value).spots.strictest())
}

/// The same, and how strictly anything in it is kept out of records.
pub fn taken<T: Serialize + ?Sized>(value: &T, own: Option<Redaction>) -> Taken<'static> {
    let content = payload(value);
    let how = own.max(content.spots.strictest());
    Taken::new(content.value.unwrap_or(Value::Null), how)
}
