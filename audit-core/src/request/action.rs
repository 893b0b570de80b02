//! [`Action`]: what is to be done, and with what.

use serde::{Deserialize, Serialize};

use crate::value::{Fields, Text, Value};

/// What is to be done, and with what.
///
/// The type stands apart from the fields: a field that happens to be called `type` is data and
/// can never change which rules judge the action.
///
/// ```
/// use audit_core::Action;
/// let action = Action::new("refund").with("amount", 250).with("currency", "EUR").on("order:77");
/// assert_eq!(action.kind(), Some("refund"));
/// assert_eq!(action.get("currency").and_then(|value| value.as_str()), Some("EUR"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Action<'a> {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<Text<'a>>,
    #[serde(default)]
    fields: Fields<'a>,
    #[serde(skip)]
    resource: Option<Text<'a>>,
}

impl<'a> Action<'a> {
    /// An action of this type, without fields.
    #[inline]
    pub fn new(kind: impl Into<Text<'a>>) -> Self {
        Self {
            kind: Some(kind.into()),
            fields: Fields::new(),
            resource: None,
        }
    }

    /// An action whose source named no type: no action-scoped rule judges it, only global ones.
    pub const fn untyped() -> Self {
        Self {
            kind: None,
            fields: Fields::new(),
            resource: None,
        }
    }

    /// This action with one more field; a name given before gets the new value.
    #[inline(always)]
    #[must_use]
    pub fn with(mut self, name: impl Into<Text<'a>>, value: impl Into<Value<'a>>) -> Self {
        self.fields.set(name, value);
        self
    }

    /// This action with these fields instead of its own.
    #[inline]
    #[must_use]
    pub fn with_fields(mut self, fields: Fields<'a>) -> Self {
        self.fields = fields;
        self
    }

    /// This action on a named object, such as `order:77`.
    #[must_use]
    pub fn on(mut self, resource: impl Into<Text<'a>>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// Another object.
    pub(crate) fn set_resource(&mut self, resource: impl Into<Text<'a>>) {
        self.resource = Some(resource.into());
    }

    /// Another object, or none.
    pub(crate) fn replace_resource(&mut self, resource: Option<Text<'a>>) {
        self.resource = resource;
    }

    /// The type, if the source named one.
    #[inline]
    pub fn kind(&self) -> Option<&str> {
        self.kind.as_deref()
    }

    /// The fields.
    #[inline]
    pub fn fields(&self) -> &Fields<'a> {
        &self.fields
    }

    /// The value of a field, if it is there.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.fields.get(name)
    }

    /// The fields, to be filled.
    #[inline]
    pub(crate) fn fields_mut(&mut self) -> &mut Fields<'a> {
        &mut self.fields
    }

    /// The object the action is done to, if named.
    pub fn resource(&self) -> Option<&str> {
        self.resource.as_deref()
    }

    /// A copy without a lifetime.
    pub(crate) fn copied(&self) -> Action<'static> {
        let copy = |text: &Text<'a>| text.clone().into_owned();
        Action {
            kind: self.kind.as_ref().map(copy),
            fields: self.fields.copied(),
            resource: self.resource.as_ref().map(copy),
        }
    }

    /// The same action without a lifetime.
    pub fn into_owned(self) -> Action<'static> {
        Action {
            kind: self.kind.map(Text::into_owned),
            fields: self.fields.into_owned(),
            resource: self.resource.map(Text::into_owned),
        }
    }
}
