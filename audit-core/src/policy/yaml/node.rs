//! [`Node`]: one value of a document, and where it stands.

use std::sync::Arc;

use super::Scalar;
use crate::policy::problem::Place;

/// One value of a document. Cloning is cheap: an alias is a clone of what it refers to, with its own place.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Where the value starts.
    pub(crate) place: Place,
    /// The tag written before it; hardly any node has one.
    pub(crate) tag: Option<Box<Tag>>,
    /// What it is.
    pub(crate) kind: Kind,
    /// `false` if the text broke off inside it, so that nothing can be said about what is missing.
    pub(crate) whole: bool,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    /// Characters, not yet resolved.
    Scalar {
        /// The text without quotes and escapes.
        text: Arc<str>,
        /// Whether it was written without quotes: only then can it be a number, boolean or null.
        plain: bool,
    },
    /// A list.
    Sequence(Arc<[Node]>),
    /// A map, in the order of the text; keys may repeat.
    Mapping(Arc<[Entry]>),
    /// The value of a key after which the text broke off.
    Cut,
}

/// A key and its value.
pub(crate) type Entry = [Node; 2];

/// A tag, as far as it changes the meaning of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    /// `!!null`.
    Null,
    /// `!!bool`.
    Boolean,
    /// `!!int`.
    Integer,
    /// `!!float`.
    Float,
    /// `!!str` and every other tag that is not local: the text is a text.
    Text,
    /// `!name`, kept without its `!`.
    Local(Arc<str>),
}

impl Tag {
    /// From the full tag, its handle resolved.
    pub(super) fn new(full: &str) -> Self {
        match full {
            "tag:yaml.org,2002:null" => Self::Null,
            "tag:yaml.org,2002:bool" => Self::Boolean,
            "tag:yaml.org,2002:int" => Self::Integer,
            "tag:yaml.org,2002:float" => Self::Float,
            "!" => Self::Local("!".into()),
            _ => full
                .strip_prefix('!')
                .map_or(Self::Text, |name| Self::Local(name.into())),
        }
    }
}

impl Node {
    /// The text of a scalar, quoted or not.
    pub(crate) fn text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar that was written without quotes.
    pub(crate) fn plain_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    /// What a scalar stands for; `None` for lists and maps, and where the tag does not fit the text.
    pub(crate) fn scalar(&self) -> Option<Scalar> {
        match &self.kind {
            Kind::Scalar { text, plain } => Scalar::resolve(text, *plain, self.tag.as_deref()),
            _ => None,
        }
    }

    /// Whether nothing is written here: where a list or map is expected, that is an empty one.
    pub(crate) fn is_blank(&self) -> bool {
        self.plain_text() == Some("")
    }

    /// Whether the value is null where a value is optional.
    pub(crate) fn is_null(&self) -> bool {
        match self.tag.as_deref() {
            None => self
                .plain_text()
                .is_some_and(|text| text.is_empty() || Scalar::is_null_word(text)),
            Some(Tag::Null) => self.plain_text().is_some_and(Scalar::is_null_word),
            Some(_) => false,
        }
    }

    /// The entries of a map.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Mapping(entries) => Some(entries),
            _ => None,
        }
    }

    /// The items of a list.
    pub(crate) fn items(&self) -> Option<&[Node]> {
        match &self.kind {
            Kind::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The value of the first key with this text.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()?
            .iter()
            .find(|[name, _]| name.text().is_some_and(|text| **text == *key))
            .map(|[_, value]| value)
    }
}
