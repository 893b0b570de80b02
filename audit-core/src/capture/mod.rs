//! Capturing: how an argument or an expression of an annotated function becomes a value.

mod foreign;
mod payload;

use crate::redaction::Redaction;
use crate::value::{Substitute, SubstituteKind, Text, Value};

pub(crate) use payload::{
    Content, is_captured_by, marked_parts, payload, payload_json, serialize_marked,
};

/// What can be captured as a field of an action, by reference and at the moment of the call.
///
/// Numbers, truth values, texts and what the standard library builds of them are. A type of yours says how:
///
/// ```
/// use audit_core::{Capture, Value};
///
/// struct OrderId(u64);
///
/// impl Capture for OrderId {
///     fn capture(&self) -> Value<'_> {
///         self.0.capture()
///     }
/// }
/// assert_eq!(OrderId(77).capture(), Value::from(77_u64));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be captured",
    label = "no text, number or truth value, nor made of them",
    note = "take a part of it, as in `fields(id = order.id)`, or implement `audit_core::Capture` for the type"
)]
pub trait Capture {
    /// How the field is kept out of records, whatever attribute and schema say of it; of several ways the strictest holds. A
    /// [`Sensitive`](struct@crate::Sensitive) value says so, and what consists of such values. Policy judges by the value as it is.
    const REDACTION: Option<Redaction> = None;

    /// Whether a value of it may be kept out of records, whole or in part: for generated code.
    #[doc(hidden)]
    const MAY_BE_KEPT_OUT: bool = Self::REDACTION.is_some();

    /// The value, borrowed from this where that saves a copy.
    fn capture(&self) -> Value<'_>;

    /// How it is kept out of records, where that depends on the value: for generated code.
    #[doc(hidden)]
    #[inline]
    fn kept_out(&self) -> Option<Redaction> {
        Self::REDACTION
    }

    /// The value, and how it is kept out of records: for generated code.
    #[doc(hidden)]
    #[inline]
    fn take(&self) -> Taken<'_> {
        Taken {
            how: self.kept_out(),
            value: self.capture(),
        }
    }

    /// What of it is kept out of records, which no text may quote, and how the strictest of that is: for generated code. Unlike
    /// [`take`](Self::take) it leaves out what lies beside that.
    #[doc(hidden)]
    #[inline]
    fn marked(&self) -> Taken<'_> {
        match self.kept_out() {
            how @ Some(_) => Taken::new(self.capture(), how),
            None => Taken::nothing(),
        }
    }
}

/// Stands for what is kept out of records and could not be captured.
const UNKNOWN: &str = "a value that fails when it is captured";

/// A value, and how it is kept out of records.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct Taken<'a> {
    pub(crate) value: Value<'a>,
    pub(crate) how: Option<Redaction>,
}

/// Fields whose types keep them out of records, and how.
pub(crate) type Marked = Vec<(&'static str, Redaction)>;

impl<'a> Taken<'a> {
    /// Nothing that is kept out of records.
    #[inline]
    pub(crate) const fn nothing() -> Self {
        Self {
            value: Value::Null,
            how: None,
        }
    }

    /// Something that is kept out of records like this, and that nobody knows.
    #[cold]
    pub(crate) fn unknown(how: Option<Redaction>) -> Self {
        let unknown = Substitute::new(SubstituteKind::Unserializable, Text::borrowed(UNKNOWN));
        Self {
            value: unknown.into_value(),
            how: how.or(Some(Redaction::Mask)),
        }
    }

    /// What an expression gave.
    #[inline]
    pub fn new(value: Value<'a>, how: Option<Redaction>) -> Self {
        Self { value, how }
    }
}

impl<'a, T: Capture + ?Sized> From<&'a T> for Value<'a> {
    #[inline]
    fn from(captured: &'a T) -> Self {
        captured.capture()
    }
}

/// What an expression in an attribute may give: a value of its own, or a reference to what can be captured.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be captured",
    label = "no text, number or truth value, nor a reference to what can be captured",
    note = "give a part of it, or implement `audit_core::Capture` for the type and give a reference"
)]
pub trait IntoField<'a> {
    /// The value.
    fn into_field(self) -> Value<'a>;
}

#[diagnostic::do_not_recommend]
impl<'a, T: Into<Value<'a>>> IntoField<'a> for T {
    #[inline]
    fn into_field(self) -> Value<'a> {
        self.into()
    }
}
