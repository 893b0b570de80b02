//! [`Text`]: a string that is borrowed for the length of a call, or shared for longer.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A string that is borrowed for the length of a call, or shared for longer.
///
/// Cloning never copies the characters. [`Text::into_owned`] copies them once if they were borrowed.
///
/// ```
/// use audit_core::Text;
/// let rule = Text::from("block_large");
/// assert_eq!(rule, "block_large");
/// assert_eq!(rule.len(), 11);
/// ```
#[derive(Clone)]
pub struct Text<'a>(Repr<'a>);

#[derive(Clone)]
enum Repr<'a> {
    Borrowed(&'a str),
    /// Stands in the program, as what members of types are called does.
    Declared(&'static str),
    Shared(Arc<str>),
}

impl<'a> Text<'a> {
    /// A text that is known when the program is compiled.
    pub const fn borrowed(text: &'a str) -> Self {
        Self(Repr::Borrowed(text))
    }

    /// What a member of a type is called.
    pub(crate) const fn declared(text: &'static str) -> Self {
        Self(Repr::Declared(text))
    }

    /// Whether it is what a member of a type is called.
    pub(crate) fn is_declared(&self) -> bool {
        matches!(self.0, Repr::Declared(_))
    }

    /// Whether it lies somewhere else: where nothing is borrowed from, in the program itself.
    pub(crate) fn is_borrowed(&self) -> bool {
        matches!(self.0, Repr::Borrowed(_) | Repr::Declared(_))
    }

    /// The characters.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Repr::Borrowed(text) | Repr::Declared(text) => text,
            Repr::Shared(text) => text,
        }
    }

    /// The same characters, borrowed from this text: free of any cost.
    #[inline]
    pub fn reborrow(&self) -> Text<'_> {
        match self.0 {
            Repr::Declared(text) => Text::declared(text),
            _ => Text(Repr::Borrowed(self)),
        }
    }

    /// A text without a lifetime: copies the characters once if they were borrowed.
    pub fn into_owned(self) -> Text<'static> {
        match self.0 {
            Repr::Declared(text) => Text::declared(text),
            _ => Text(Repr::Shared(self.into_shared())),
        }
    }

    /// The characters as a shared string.
    pub fn into_shared(self) -> Arc<str> {
        match self.0 {
            Repr::Borrowed(text) | Repr::Declared(text) => Arc::from(text),
            Repr::Shared(text) => text,
        }
    }
}

impl Deref for Text<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Text<'_> {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Text<'_> {
    fn borrow(&self) -> &str {
        self
    }
}

impl<'a> From<&'a str> for Text<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self(Repr::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Text<'a> {
    fn from(text: &'a String) -> Self {
        Self(Repr::Borrowed(text))
    }
}

impl<'a> From<&'a Arc<str>> for Text<'a> {
    #[inline]
    fn from(text: &'a Arc<str>) -> Self {
        Self(Repr::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Repr::Shared(text.into()))
    }
}

impl From<Arc<str>> for Text<'_> {
    fn from(text: Arc<str>) -> Self {
        Self(Repr::Shared(text))
    }
}

impl Default for Text<'_> {
    fn default() -> Self {
        Self::borrowed("")
    }
}

impl PartialEq for Text<'_> {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl PartialEq<str> for Text<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Eq for Text<'_> {}

impl PartialOrd for Text<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for Text<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), f)
    }
}

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}
