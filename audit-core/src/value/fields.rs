//! [`Fields`]: names and values, in the order given, each name once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::inline::InlineVec;
use super::{Text, Value, same_text};

/// Fields that stand in the list itself, without an allocation.
const INLINE: usize = 4;

/// One named value.
#[derive(Clone, Debug, PartialEq)]
pub struct Field<'a> {
    /// The name, compared exactly.
    pub name: Text<'a>,
    /// The value.
    pub value: Value<'a>,
}

/// Names and values, in the order given, each name once. Up to four fields take no allocation.
///
/// ```
/// use audit_core::Fields;
/// let fields = Fields::new().with("amount", 50).with("currency", "EUR").with("amount", 75);
/// assert_eq!(fields.len(), 2);
/// assert_eq!(fields.get("amount").and_then(|v| v.as_f64()), Some(75.0));
/// ```
#[derive(Clone, Default, PartialEq)]
pub struct Fields<'a> {
    items: InlineVec<Field<'a>, INLINE>,
}

impl<'a> Fields<'a> {
    /// No fields.
    #[inline]
    pub const fn new() -> Self {
        Self {
            items: InlineVec::new(),
        }
    }

    /// These fields and one more; a name given before gets the new value.
    #[inline(always)]
    #[must_use]
    pub fn with(mut self, name: impl Into<Text<'a>>, value: impl Into<Value<'a>>) -> Self {
        self.set(name, value);
        self
    }

    /// Sets one field; a name given before keeps its place and gets the new value.
    #[inline(always)]
    pub fn set(&mut self, name: impl Into<Text<'a>>, value: impl Into<Value<'a>>) {
        let (name, value) = (name.into(), value.into());
        match self
            .items
            .as_mut_slice()
            .iter_mut()
            .find(|field| same_text(&field.name, &name))
        {
            Some(field) => field.value = value,
            None => self.items.push(Field { name, value }),
        }
    }

    /// Adds a field whose name is known not to be there.
    #[inline]
    pub(crate) fn push(&mut self, name: Text<'a>, value: Value<'a>) {
        self.items.push(Field { name, value });
    }

    /// Keeps the fields for which `keep` says so, which may change their values.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&mut Field<'a>) -> bool) {
        self.items.retain(keep);
    }

    /// The value of a name, if it is there.
    #[inline]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.items
            .iter()
            .find(|field| same_text(&field.name, name))
            .map(|field| &field.value)
    }

    /// The fields as a slice, in the order given.
    #[inline]
    pub fn as_slice(&self) -> &[Field<'a>] {
        &self.items
    }

    /// The fields, in the order given.
    pub fn iter(&self) -> std::slice::Iter<'_, Field<'a>> {
        self.items.iter()
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Reads a foreign map.
    pub(super) fn from_map<'de, A: MapAccess<'de>>(
        mut map: A,
    ) -> Result<Fields<'static>, A::Error> {
        let mut fields = FieldsBuilder::default();
        while let Some((name, value)) = map.next_entry::<Text<'static>, Value<'static>>()? {
            let _place = fields.add(name, value);
        }
        Ok(fields.into_fields())
    }

    /// A copy without a lifetime, made in one go.
    pub(crate) fn copied(&self) -> Fields<'static> {
        let copy = |field: &Field<'a>| Field {
            name: field.name.clone().into_owned(),
            value: field.value.copied(),
        };
        Fields {
            items: self.items.map_each(copy),
        }
    }

    /// The same fields without a lifetime.
    pub fn into_owned(self) -> Fields<'static> {
        let own = |field: Field<'a>| Field {
            name: field.name.into_owned(),
            value: field.value.into_owned(),
        };
        Fields {
            items: self.items.map(own),
        }
    }
}

/// Fields of a foreign map. A name given twice keeps its place and gets the last value, found by hash, so that a map with
/// very many names takes no more than linear time.
#[derive(Default)]
pub(crate) struct FieldsBuilder {
    items: InlineVec<Field<'static>, INLINE>,
    places: HashMap<Text<'static>, usize>,
}

impl FieldsBuilder {
    /// Adds a field, and answers in which place it stands.
    pub(crate) fn add(&mut self, name: Text<'static>, value: Value<'static>) -> usize {
        match self.places.entry(name) {
            Entry::Occupied(known) => {
                let place = *known.get();
                if let Some(field) = self.items.as_mut_slice().get_mut(place) {
                    field.value = value;
                }
                place
            }
            Entry::Vacant(free) => {
                let (name, place) = (free.key().clone(), self.items.len());
                free.insert(place);
                self.items.push(Field { name, value });
                place
            }
        }
    }

    pub(crate) fn into_fields(self) -> Fields<'static> {
        Fields { items: self.items }
    }
}

impl<'a, N: Into<Text<'a>>, V: Into<Value<'a>>> FromIterator<(N, V)> for Fields<'a> {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut fields = Self::new();
        for (name, value) in pairs {
            fields.set(name, value);
        }
        fields
    }
}

impl<'f, 'a> IntoIterator for &'f Fields<'a> {
    type Item = &'f Field<'a>;
    type IntoIter = std::slice::Iter<'f, Field<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map()
            .entries(self.iter().map(|field| (&field.name, &field.value)))
            .finish()
    }
}

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|field| (&field.name, &field.value)))
    }
}

impl<'de> Deserialize<'de> for Fields<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(FieldsVisitor)
    }
}

struct FieldsVisitor;

impl<'de> Visitor<'de> for FieldsVisitor {
    type Value = Fields<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of names to values")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Fields::from_map(map)
    }
}
