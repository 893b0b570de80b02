//! What a derived payload does with its marked members: it names them to the serializer of records.

use std::any::type_name;

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use crate::capture::{Taken, payload};
use crate::redaction::Redaction;
use crate::value::Value;

/// Serializers of serde's own that forget the name of a newtype, with what they serialize.
const FORGETFUL: [&str; 2] = ["FlatMapSerializer<", "TaggedSerializer<"];

/// Serialises a marked value: all serializers but that of records take it as it is.
///
/// # Errors
/// The serializer's own; or the value is flattened, or the content of a variant with an internal tag, where its mark would be lost.
pub(super) fn marked<T: Serialize + ?Sized, S: Serializer>(
    how: Redaction,
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let name = type_name::<S>();
    if FORGETFUL.iter().any(|forgetful| name.contains(forgetful)) {
        return Err(S::Error::custom(
            "a sensitive value can't be flattened, nor be all of a variant with an internal tag: mark its members instead",
        ));
    }
    serializer.serialize_newtype_struct(how.marker(), value)
}

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
                marked(Redaction::$how, value, serializer)
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
