//! [`Spots`]: where in a value something is kept out of records, and how.

use std::collections::BTreeMap;

use crate::value::{Fields, Value};

use super::{Redaction, Secrets};

/// Where in a value something is kept out of records, and how: a tree whose branches are the places of fields and items.
/// Takes memory from the heap only if there is such a spot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spots {
    /// How all of it is kept out.
    pub(super) own: Option<Redaction>,
    /// How its name is kept out, where it is a field.
    pub(super) name: Option<Redaction>,
    pub(super) inner: BTreeMap<usize, Spots>,
}

impl Spots {
    /// Nothing is kept out.
    pub(crate) const fn none() -> Self {
        Self {
            own: None,
            name: None,
            inner: BTreeMap::new(),
        }
    }

    /// All of it is kept out.
    pub(crate) fn all(how: Redaction) -> Self {
        let mut spots = Self::none();
        spots.add(how);
        spots
    }

    /// Which fields are kept out by their names.
    pub(crate) fn of_fields<'n>(
        fields: &Fields<'_>,
        named: impl IntoIterator<Item = (&'n str, Redaction)>,
    ) -> Self {
        let mut spots = Self::none();
        for (path, how) in named {
            spots.add_field(fields, path, how);
        }
        spots
    }

    /// Whether nothing is kept out.
    pub(crate) fn is_empty(&self) -> bool {
        self.own.is_none() && self.name.is_none() && self.inner.is_empty()
    }

    /// How strictly anything is kept out.
    pub(crate) fn strictest(&self) -> Option<Redaction> {
        let inner = self.inner.values().filter_map(Self::strictest).max();
        inner.max(self.own).max(self.name)
    }

    /// How all of it is kept out.
    pub(crate) fn own(&self) -> Option<Redaction> {
        self.own
    }

    /// How its name is.
    pub(crate) fn name(&self) -> Option<Redaction> {
        self.name
    }

    /// What is kept out of the part in this place.
    pub(crate) fn part(&self, place: usize) -> Option<&Self> {
        self.inner.get(&place)
    }

    /// All of the value is kept out. Of two ways the stricter holds.
    pub(crate) fn add(&mut self, how: Redaction) {
        self.own = self.own.max(Some(how));
    }

    /// The name of the field is kept out.
    pub(crate) fn add_name(&mut self, how: Redaction) {
        self.name = self.name.max(Some(how));
    }

    /// The part that lies there.
    pub(crate) fn at(&mut self, places: impl IntoIterator<Item = usize>) -> &mut Self {
        let mut at = self;
        for place in places {
            at = at.inner.entry(place).or_default();
        }
        at
    }

    /// What a path of names such as `card.number` leads to, through each item of a list. A name may have dots of its own.
    pub(crate) fn add_path(&mut self, value: &Value<'_>, path: &str, how: Redaction) {
        find(value, path, &mut Vec::new(), &mut |places| {
            self.at(places.iter().copied()).add(how);
        });
    }

    /// The same among fields.
    pub(crate) fn add_field(&mut self, fields: &Fields<'_>, path: &str, how: Redaction) {
        find_field(fields, path, &mut Vec::new(), &mut |places| {
            self.at(places.iter().copied()).add(how);
        });
    }

    /// Adds what is kept out to what no text may quote.
    pub(crate) fn add_secrets(&self, value: &Value<'_>, secrets: &mut Secrets) {
        if let Some(how) = self.own {
            secrets.note(how);
            return secrets.add(value);
        }
        match value {
            Value::List(items) => {
                for (place, spots) in &self.inner {
                    if let Some(item) = items.get(*place) {
                        spots.add_secrets(item, secrets);
                    }
                }
            }
            Value::Map(fields) => self.add_secrets_of(fields, secrets),
            _ => {}
        }
    }

    /// The same among fields.
    pub(crate) fn add_secrets_of(&self, fields: &Fields<'_>, secrets: &mut Secrets) {
        for (place, spots) in &self.inner {
            if let Some(field) = fields.as_slice().get(*place) {
                if let Some(how) = spots.name {
                    secrets.note(how);
                    secrets.add(&Value::Text(field.name.reborrow()));
                }
                spots.add_secrets(&field.value, secrets);
            }
        }
    }
}

fn find(value: &Value<'_>, path: &str, places: &mut Vec<usize>, found: &mut dyn FnMut(&[usize])) {
    match value {
        Value::Map(fields) => find_field(fields, path, places, found),
        Value::List(items) => {
            for (place, item) in items.iter().enumerate() {
                places.push(place);
                find(item, path, places, found);
                places.pop();
            }
        }
        _ => {}
    }
}

fn find_field(
    fields: &Fields<'_>,
    path: &str,
    places: &mut Vec<usize>,
    found: &mut dyn FnMut(&[usize]),
) {
    for (place, field) in fields.iter().enumerate() {
        let Some(rest) = path.strip_prefix(&*field.name) else {
            continue;
        };
        places.push(place);
        if rest.is_empty() {
            found(places);
        } else if let Some(rest) = rest.strip_prefix('.') {
            find(&field.value, rest, places, found);
        }
        places.pop();
    }
}
