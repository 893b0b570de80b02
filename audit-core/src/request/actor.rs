//! [`Actor`]: who acts.

use serde::{Deserialize, Serialize};

use crate::value::{Fields, Text, Value};

/// The field that holds the identifier.
const ID: &str = "id";
/// The field that holds who is acted for.
const ON_BEHALF_OF: &str = "on_behalf_of";

/// Who acts (an XACML subject, a Cedar principal): an identifier and whatever a policy may ask of them.
///
/// The identifier is the field `id`; whom they act for is the field `on_behalf_of`. A policy reads
/// both like any other field.
///
/// ```
/// use audit_core::Actor;
/// let actor = Actor::new("alice").with("role", "support").on_behalf_of("bob");
/// assert_eq!(actor.id(), Some("alice"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Actor<'a> {
    fields: Fields<'a>,
}

impl<'a> Actor<'a> {
    /// An actor with this identifier.
    pub fn new(id: impl Into<Text<'a>>) -> Self {
        Self::anonymous().with(ID, id.into())
    }

    /// An actor about whom nothing is known.
    pub const fn anonymous() -> Self {
        Self {
            fields: Fields::new(),
        }
    }

    /// This actor with one more field; a name given before gets the new value.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text<'a>>, value: impl Into<Value<'a>>) -> Self {
        self.fields.set(name, value);
        self
    }

    /// This actor, acting for somebody else.
    #[must_use]
    pub fn on_behalf_of(self, id: impl Into<Text<'a>>) -> Self {
        self.with(ON_BEHALF_OF, id.into())
    }

    /// The identifier, if there is one and it is text.
    pub fn id(&self) -> Option<&str> {
        self.fields.get(ID).and_then(Value::as_str)
    }

    /// All that is known.
    #[inline]
    pub fn fields(&self) -> &Fields<'a> {
        &self.fields
    }

    /// All that is known, to be changed.
    pub(crate) fn fields_mut(&mut self) -> &mut Fields<'a> {
        &mut self.fields
    }

    /// A copy without a lifetime.
    pub(crate) fn copied(&self) -> Actor<'static> {
        Actor {
            fields: self.fields.copied(),
        }
    }

    /// The same actor without a lifetime.
    pub fn into_owned(self) -> Actor<'static> {
        Actor {
            fields: self.fields.into_owned(),
        }
    }
}

impl<'a> From<Fields<'a>> for Actor<'a> {
    fn from(fields: Fields<'a>) -> Self {
        Self { fields }
    }
}
