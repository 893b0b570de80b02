//! [`Node`]: one value of a document, and where it stands.

use std::sync::Arc;

use audit_core::{Fields, Place, Text, Value};

use crate::mistake::{Mistake, quoted};

/// One value of a document. Cloning is cheap: an alias is a clone of what it refers to, with its own place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Where the value starts.
    pub(crate) place: Place,
    /// What it is.
    pub(crate) content: Content,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    /// Null, a truth value, a number or a text.
    Scalar(Value<'static>),
    /// A list.
    List(Arc<[Node]>),
    /// A map, in the order of the text. Each key is a text and stands once.
    Map(Arc<[(Node, Node)]>),
}

impl Node {
    /// The text, if it is one.
    pub(crate) fn text(&self) -> Option<&Text<'static>> {
        match &self.content {
            Content::Scalar(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is null, or nothing is written here.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.content, Content::Scalar(Value::Null))
    }

    /// The entries of a map.
    pub(crate) fn entries(&self) -> Option<&[(Node, Node)]> {
        match &self.content {
            Content::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Option<&[Node]> {
        match &self.content {
            Content::List(items) => Some(items),
            _ => None,
        }
    }

    /// What it holds, as a policy sees it.
    pub(crate) fn value(&self) -> Value<'static> {
        match &self.content {
            Content::Scalar(value) => value.clone(),
            Content::List(items) => Value::List(items.iter().map(Self::value).collect()),
            Content::Map(entries) => Value::Map(Box::new(fields(entries))),
        }
    }

    /// What it is, for the part of a message that says what was found.
    pub(crate) fn found(&self) -> String {
        match &self.content {
            Content::Scalar(Value::Null) => "nothing".to_owned(),
            Content::Scalar(Value::Text(text)) => format!("the text {}", quoted(text)),
            Content::Scalar(Value::Bool(flag)) => format!("the truth value `{flag}`"),
            Content::Scalar(value) => format!("the number `{value}`"),
            Content::List(items) if items.is_empty() => "an empty list".to_owned(),
            Content::List(_) => "a list".to_owned(),
            Content::Map(entries) if entries.is_empty() => "an empty map".to_owned(),
            Content::Map(_) => "a map".to_owned(),
        }
    }

    /// The mistake that something else should stand here.
    pub(crate) fn misfit(&self, expected: &str) -> Mistake {
        let message = format!("found {}, expected {expected}", self.found());
        Mistake::at(self.place, message)
    }
}

/// The entries of a map as named values.
pub(crate) fn fields(entries: &[(Node, Node)]) -> Fields<'static> {
    entries
        .iter()
        .filter_map(|(key, value)| Some((key.text()?.clone(), value.value())))
        .collect()
}
