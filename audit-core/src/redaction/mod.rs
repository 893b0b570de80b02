//! Redaction: what must not be read from a record is taken out before a value can enter an event, an error,
//! an explanation or a log. It never changes an effect: policy is asked first, about the values as they are.
//!
//! [`Classification`] says which fields, [`Redaction`] how, the key makes hashes that can't be guessed, [`Redacted`] says
//! what was done, and `secrets` finds what was hidden in texts that quote it. Where all this is applied: `call`.

mod classification;
mod hash;
mod key;
mod redacted;
mod redactor;
mod secrets;
mod spot;

pub use classification::Classification;
pub(crate) use classification::Named;
pub use key::RedactionKey;
pub use redacted::{Redacted, RedactedPath};
pub(crate) use redactor::Redactor;
pub(crate) use secrets::Secrets;
pub(crate) use spot::Spots;

use crate::value::{Fields, Text, Value};
use crate::word::named;

named! {
    /// How a value is kept out of records. Of two for the same field the stricter holds, which is the later here.
    ///
    /// The fields of action, actor and snapshot can be redacted by name: in the attribute of a function those of its
    /// action, in the schema all (`sensitive: {token: mask}` beside `fields`). The resource and the tenant have no
    /// field of their own and can't be redacted yet: what names a person does not belong into either.
    #[derive(PartialOrd, Ord)]
    Redaction as "redaction" {
        /// A keyed hash stands in its place: equal values can be found, but not guessed. It is written
        /// `hmac-sha256:` and 32 hexadecimal digits, over the value and its type: `1` and `"1"` differ, and a number
        /// is the same in whichever type it stands.
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

impl Redaction {
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

/// Redacts the fields of which `how` says how, and keeps a list of them as `domain.field`.
pub(crate) fn redact_fields(
    fields: &mut Fields<'_>,
    domain: &str,
    how: impl Fn(&str) -> Option<Redaction>,
    key: &RedactionKey,
    redacted: &mut Redacted,
) {
    fields.retain(|field| {
        let Some(how) = how(&field.name) else {
            return true;
        };
        redacted.push(format!("{domain}.{}", field.name), key.done(how));
        let shown = how.apply(&field.value, key);
        let stays = shown.is_some();
        field.value = shown.unwrap_or(Value::Null);
        stays
    });
}
