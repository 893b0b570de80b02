//! Redaction: what must not be read from a record is taken out before a value can enter an event, an error,
//! an explanation or a log. It never changes an effect: policy is asked first, about the values as they are.
//!
//! [`Classification`] says which fields, [`Redaction`] how, the key makes hashes that can't be guessed, [`Redacted`] says
//! what was done, and `secrets` finds what was hidden in texts that quote it. Where all this is applied: `call`.

mod classification;
mod forms;
mod hash;
mod key;
mod redacted;
mod redactor;
mod secrets;
mod spot;

pub use classification::Classification;
pub(crate) use classification::{Named, of_path, paths};
pub(crate) use key::RedactionKeys;
pub use key::{KeyNameError, RedactionKey};
pub use redacted::{Redacted, RedactedPath};
pub(crate) use redactor::Redactor;
pub(crate) use secrets::Secrets;
pub(crate) use spot::Spots;

use crate::value::{Text, Value};
use crate::word::named;

named! {
    /// How a value is kept out of records. Of two for the same field the stricter holds, which is the later here.
    ///
    /// The fields of action, actor and snapshot are redacted by name: in the attribute of a function those of its action, in the
    /// schema all. What entries and domain events carry is redacted by the schema too, by the names of their fields or as a whole; and
    /// whatever a type says ([`Sensitive`](struct@crate::Sensitive)) holds everywhere. Of the resource only what quotes a redacted value is
    /// masked, and of the tenant nothing: what names a person does not belong into either.
    #[derive(PartialOrd, Ord)]
    Redaction as "redaction" {
        /// A keyed hash stands in its place: equal values can be found, but not guessed. It is written
        /// `hmac-sha256:` and 32 hexadecimal digits, the name of the key between them if it has one, over the value and its type:
        /// `1` and `"1"` differ, and a number is the same in whichever type it stands.
        Hash = "hash",
        /// As `hash`, until sealed values can be kept beside the record and erased.
        Seal = "seal",
        /// `***` stands in its place.
        Mask = "mask",
        /// Nothing stands in its place.
        Drop = "drop",
    }
}

/// What stands in the place of a masked value, and of whatever quotes a redacted one.
pub(crate) const MASK: &str = "***";

/// Stands in the place of a text that may quote a value which is not known.
pub(crate) const WITHHELD: &str = "what it said is withheld, as it may quote a redacted value";

/// What the hashes of values begin with, whichever key made them.
const HASHED: &str = "hmac-sha256:";

/// Whether a text stands in the place of a redacted value.
pub(crate) fn stands_for_redacted(text: &str) -> bool {
    text == MASK || key::is_hash(text)
}

impl Redaction {
    /// The name under which a marked value is handed to a serializer, as that of a newtype. All but ours ignore it.
    pub(crate) const fn marker(self) -> &'static str {
        match self {
            Self::Hash => "$audit_core::sensitive::Hash",
            Self::Seal => "$audit_core::sensitive::Seal",
            Self::Mask => "$audit_core::sensitive::Mask",
            Self::Drop => "$audit_core::sensitive::Drop",
        }
    }

    /// How a value is kept out that is handed over under this name.
    pub(crate) fn of_marker(name: &str) -> Option<Self> {
        if !name.starts_with('$') {
            return None;
        }
        let all = [Self::Hash, Self::Seal, Self::Mask, Self::Drop];
        all.into_iter().find(|how| how.marker() == name)
    }

    /// What stands in the place of a value; `None` where nothing does.
    pub(crate) fn apply(self, value: &Value<'_>, key: &RedactionKey) -> Option<Value<'static>> {
        let mask = || Value::Text(Text::borrowed(MASK));
        match self {
            Self::Hash | Self::Seal => Some(key.hash(value).map_or_else(mask, Value::from)),
            Self::Mask => Some(mask()),
            Self::Drop => None,
        }
    }
}
