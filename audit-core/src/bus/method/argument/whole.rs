//! [`whole`]: an object as the value of a single argument, where that reads each of its members.
//!
//! Most types pass over a member that they do not know. A name that is misspelt would so become a default, and the call would do what
//! nobody asked for. How a type asks for a value tells whether it passes over it. Two kinds of types ask for all members alike and choose
//! later: those with something flattened into them, and enums without a tag outside. They are read once more for each such member, with a
//! value that nothing can be made of: whoever still reads the object did not read the member.

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::mem::{Discriminant, discriminant};

use serde::de::value::{BytesDeserializer, StrDeserializer};
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Map, Value};

use crate::contain::{contain, discard, shown};

use super::asking::{Asking, How};

/// No text, and no number: what takes bytes takes others than these.
const NOTHING: &[u8] = &[0xff, 0];

/// A member that no object has.
const NOBODYS: &str = "no such member";

/// What keeps an object from being the value.
#[derive(Debug, Default)]
pub(super) struct Unfit {
    /// The members that would be passed over.
    pub(super) unread: Vec<String>,
    /// What the type says.
    pub(super) message: Option<String>,
    /// The members that the type knows, where it says so.
    pub(super) known: Option<&'static [&'static str]>,
}

/// A value of this type from an object, none of whose members it passes over.
pub(super) fn whole<T: DeserializeOwned>(
    itself: &Value,
    members: &Map<String, Value>,
) -> Result<T, Unfit> {
    let notes = Notes::default();
    let object = Object {
        itself,
        members,
        notes: &notes,
        planted: None,
    };
    let read = contain(|| T::deserialize(object));
    let message = match read {
        Ok(Ok(value)) => {
            notes.settle(|member| is_unread(object, member, &discriminant(&value)));
            if notes.unread.borrow().is_empty() {
                return Ok(value);
            }
            discard(value);
            None
        }
        Ok(Err(error)) => Some(shown(error)),
        Err(panic) => Some(shown(format_args!("reading it panicked: {panic}"))),
    };
    let unread = notes.unread.take();
    Err(Unfit {
        unread: unread.into_iter().map(str::to_owned).collect(),
        message,
        known: notes.known.get(),
    })
}

/// Whether the object is read in the same way if nothing can be made of this member.
fn is_unread<T: DeserializeOwned>(
    object: Object<'_>,
    member: &str,
    as_it_is: &Discriminant<T>,
) -> bool {
    let notes = Notes::default();
    let object = Object {
        notes: &notes,
        planted: Some(member),
        ..object
    };
    match contain(|| T::deserialize(object)) {
        Ok(Ok(value)) => {
            // Another variant of an enum is another reading.
            let is_same = discriminant(&value) == *as_it_is;
            discard(value);
            is_same
        }
        _ => false,
    }
}

/// How the members of an object were asked for.
#[derive(Default)]
struct Notes<'de> {
    unread: RefCell<Vec<&'de str>>,
    /// Those that may be passed over later.
    unclear: RefCell<Vec<&'de str>>,
    known: Cell<Option<&'static [&'static str]>>,
}

impl<'de> Notes<'de> {
    fn note(&self, member: &'de str, key: How, value: How) {
        let is_clear = self.known.get().is_some() || key == How::Typed || value != How::Any;
        if value == How::Ignored {
            self.unread.borrow_mut().push(member);
        } else if !is_clear {
            self.unclear.borrow_mut().push(member);
        }
    }

    /// Finds out what is unclear. Most often the type has something for every member, or refuses what it does not know, and one
    /// question is enough; else it knows some, so that of many members one that it does not know is found soon.
    fn settle(&self, is_unread: impl Fn(&str) -> bool) {
        let unclear = self.unclear.take();
        if unclear.is_empty() || !is_unread(NOBODYS) {
            return;
        }
        let found = unclear.into_iter().find(|member| is_unread(member));
        self.unread.borrow_mut().extend(found);
    }
}

/// An object that notes how it is read.
#[derive(Clone, Copy)]
struct Object<'de> {
    itself: &'de Value,
    members: &'de Map<String, Value>,
    notes: &'de Notes<'de>,
    /// The member of which nothing can be made; it is added if there is none.
    planted: Option<&'de str>,
}

impl<'de> Deserializer<'de> for Object<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let object = self;
        self.itself.deserialize_any(Watching { visitor, object })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        members: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.notes.known.set(Some(members));
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.itself.deserialize_enum(name, variants, visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let all = self.members.keys().map(String::as_str);
        self.notes.unread.borrow_mut().extend(all);
        self.itself.deserialize_ignored_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map
        identifier
    }
}

/// Hands the members to whoever reads the object, and watches.
struct Watching<'de, V> {
    visitor: V,
    object: Object<'de>,
}

impl<'de, V: Visitor<'de>> Visitor<'de> for Watching<'de, V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(Members {
            map,
            left: self.object.members.keys(),
            here: ("", How::Typed),
            object: self.object,
            is_planted: self.object.planted.is_none(),
        })
    }
}

/// The members of an object, one after the other.
struct Members<'de, A> {
    map: A,
    left: serde_json::map::Keys<'de>,
    /// The one whose value comes next, and how its name was asked for.
    here: (&'de str, How),
    object: Object<'de>,
    /// Whether nothing is left to be planted.
    is_planted: bool,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Members<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let how = Cell::new(How::Typed);
        let key = match (self.left.next(), self.object.planted) {
            (Some(member), _) => {
                self.here.0 = member;
                let how = &how;
                self.map.next_key_seed(Asking { inner: seed, how })?
            }
            (None, Some(planted)) if !self.is_planted => {
                self.here.0 = planted;
                Some(seed.deserialize(StrDeserializer::new(planted))?)
            }
            (None, _) => return self.map.next_key_seed(seed),
        };
        self.here.1 = how.get();
        Ok(key)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        let (member, asked) = self.here;
        if self.object.planted == Some(member) {
            if self.object.members.contains_key(member) {
                self.map.next_value::<IgnoredAny>()?;
            }
            self.is_planted = true;
            return seed.deserialize(BytesDeserializer::new(NOTHING));
        }
        let how = &Cell::new(How::Typed);
        let value = self.map.next_value_seed(Asking { inner: seed, how })?;
        self.object.notes.note(member, asked, how.get());
        Ok(value)
    }
}
