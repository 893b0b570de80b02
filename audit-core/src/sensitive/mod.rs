//! How a [`Sensitive`] value is kept out of records: [`Mask`], [`Hash`](enum@Hash), [`Seal`] or [`Drop`].
//!
//! ```
//! use audit_core::{Entry, Sensitive, sensitive};
//! use serde::Serialize;
//!
//! #[derive(Serialize)]
//! struct SignUp {
//!     name: String,
//!     password: Sensitive<String>,
//!     email: Sensitive<String, sensitive::Hash>,
//! }
//!
//! let sign_up = SignUp {
//!     name: "alice".to_owned(),
//!     password: "hunter22".to_owned().into(),
//!     email: "alice@example.org".to_owned().into(),
//! };
//! // Whoever gets it reads it; a record of it doesn't show it.
//! assert!(serde_json::to_string(&sign_up)?.contains("hunter22"));
//! let entry = Entry::new("user.sign_up").request(&sign_up);
//! assert!(!format!("{entry:?}").contains("hunter22"));
//! # Ok::<(), serde_json::Error>(())
//! ```

#[doc(hidden)]
pub mod member;
mod reading;

use std::any::type_name;
use std::cmp::Ordering;
use std::fmt;
use std::hash::Hasher;
use std::marker::PhantomData;
use std::panic::resume_unwind;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::capture::{Capture, Taken, serialize_marked};
use crate::contain::contain;
use crate::redaction::{MASK, Redaction};
use crate::value::Value;

use reading::Reading;

/// `***` stands in its place.
#[derive(Clone, Copy, Debug)]
pub enum Mask {}

/// A keyed hash stands in its place, as [`Redaction::Hash`] says; without a runtime, whose key that is, `***`.
#[derive(Clone, Copy, Debug)]
pub enum Hash {}

/// As [`Hash`](enum@Hash), until sealed values can be kept beside the record and erased: then what is marked like this will be. Nothing
/// but the hash is kept until then, and `redacted` says `seal`.
#[derive(Clone, Copy, Debug)]
pub enum Seal {}

/// Nothing stands in its place; in a list `null`, so that the others keep theirs.
#[derive(Clone, Copy, Debug)]
pub enum Drop {}

/// How a value is kept out of records: [`Mask`], [`Hash`](enum@Hash), [`Seal`] or [`Drop`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no way to keep a value out of records",
    label = "expected `Mask`, `Hash`, `Seal` or `Drop` of `audit_core::sensitive`"
)]
pub trait Kept: sealed::Sealed {
    /// The same as a word.
    const HOW: Redaction;
}

mod sealed {
    pub trait Sealed {}
}

macro_rules! kept {
    ($($marker:ident),+) => {
        $(
            impl sealed::Sealed for $marker {}
            impl Kept for $marker {
                const HOW: Redaction = Redaction::$marker;
            }
        )+
    };
}

kept!(Mask, Hash, Seal, Drop);

/// A value that no record shows, wherever it lies in what is recorded: the payload of an [`Entry`](crate::Entry) or of a domain
/// event, a field of an annotated function, what that returns. `redacted` says where it was and what was done ([`Mask`], unless
/// the second parameter says otherwise). Policy judges by the value as it is.
///
/// `Debug` and `Display` show `***`. To every serializer but that of records it is its value, so that handlers, bridges and answers get
/// it; one that would lose sight of it fails (a sensitive value can't be flattened). Formats that write newtypes as what is in them,
/// such as JSON, write and read it as if it were not there; those that write them as such, as RON does, write and read a newtype
/// here too. What comes out of one of these again, or out of [`expose`](Self::expose), is marked no longer. An
/// [`Action`](crate::Action), [`Actor`](crate::Actor) or [`Value`] that is made of it by hand is not either: there the schema says
/// what is kept out.
///
/// ```
/// use audit_core::Sensitive;
///
/// let card: Sensitive<String> = Sensitive::new("4111-1111".to_owned());
/// assert_eq!(format!("{card} {card:?}"), "*** ***");
/// assert_eq!(card.expose(), "4111-1111");
/// ```
pub struct Sensitive<T, H = Mask> {
    value: T,
    how: PhantomData<fn() -> H>,
}

impl<T, H> Sensitive<T, H> {
    /// A value that no record shows.
    pub const fn new(value: T) -> Self {
        Self {
            value,
            how: PhantomData,
        }
    }

    /// The value, for what has to be done with it.
    pub const fn expose(&self) -> &T {
        &self.value
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T, H> From<T> for Sensitive<T, H> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T, H> fmt::Debug for Sensitive<T, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<T, H> fmt::Display for Sensitive<T, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(MASK)
    }
}

impl<T: Clone, H> Clone for Sensitive<T, H> {
    fn clone(&self) -> Self {
        Self::new(self.value.clone())
    }
}

impl<T: Copy, H> Copy for Sensitive<T, H> {}

impl<T: Default, H> Default for Sensitive<T, H> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: PartialEq, H> PartialEq for Sensitive<T, H> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq, H> Eq for Sensitive<T, H> {}

impl<T: PartialOrd, H> PartialOrd for Sensitive<T, H> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord, H> Ord for Sensitive<T, H> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.value.cmp(&other.value)
    }
}

impl<T: std::hash::Hash, H> std::hash::Hash for Sensitive<T, H> {
    fn hash<S: Hasher>(&self, state: &mut S) {
        self.value.hash(state);
    }
}

impl<T: Serialize, H: Kept> Serialize for Sensitive<T, H> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_marked(H::HOW, &self.value, serializer)
    }
}

impl<'de, T: Deserialize<'de>, H: Kept> Deserialize<'de> for Sensitive<T, H> {
    /// As it is written: a newtype. What does not fit is not quoted.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let unfit = |_| {
            let expected = type_name::<T>();
            serde::de::Error::custom(format_args!("a sensitive value is no `{expected}`"))
        };
        let read = deserializer.deserialize_newtype_struct(H::HOW.marker(), Reading(PhantomData));
        read.map(Self::new).map_err(unfit)
    }
}

impl<T: Capture, H: Kept> Capture for Sensitive<T, H> {
    const REDACTION: Option<Redaction> = stricter(T::REDACTION, Some(H::HOW));

    /// A panic says nothing of the value.
    fn capture(&self) -> Value<'_> {
        let captured = contain(|| self.value.capture());
        captured.unwrap_or_else(|_| resume_unwind(Box::new(PANICKED)))
    }

    fn kept_out(&self) -> Option<Redaction> {
        stricter(self.value.kept_out(), Some(H::HOW))
    }

    fn take(&self) -> Taken<'_> {
        let taken = contain(|| self.value.take());
        let taken = taken.unwrap_or_else(|_| resume_unwind(Box::new(PANICKED)));
        Taken::new(taken.value, stricter(taken.how, Some(H::HOW)))
    }

    /// All of it.
    fn marked(&self) -> Taken<'_> {
        self.take()
    }
}

/// What a value says that panics.
const PANICKED: &str = "a sensitive value panics when it is captured";

/// The stricter of two redactions.
const fn stricter(one: Option<Redaction>, other: Option<Redaction>) -> Option<Redaction> {
    match (one, other) {
        (Some(first), Some(second)) if first as u8 >= second as u8 => one,
        (Some(_), None) => one,
        _ => other,
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema, H> schemars::JsonSchema for Sensitive<T, H> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
