//! [`Asking`]: how somebody asks for a value.

use std::cell::Cell;

use serde::de::{DeserializeSeed, Deserializer, Visitor};

/// How somebody asks for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// By its type.
    Typed,
    /// Whatever it is.
    Any,
    /// As one of the names that he knows.
    Identifier,
    /// To pass over it.
    Ignored,
}

/// Reads as what is inside, and notes how it was asked.
pub(super) struct Asking<'h, D> {
    pub(super) inner: D,
    pub(super) how: &'h Cell<How>,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Asking<'_, S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        let (inner, how) = (deserializer, self.how);
        self.inner.deserialize(Asking { inner, how })
    }
}

macro_rules! handed_on {
    ($($method:ident($($argument:ident: $type:ty),*) $($how:ident)?;)*) => {
        $(
            fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, D::Error> {
                $(self.how.set(How::$how);)?
                self.inner.$method($($argument,)* visitor)
            }
        )*
    };
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Asking<'_, D> {
    type Error = D::Error;

    handed_on! {
        deserialize_any() Any;
        deserialize_identifier() Identifier;
        deserialize_ignored_any() Ignored;
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(length: usize);
        deserialize_tuple_struct(name: &'static str, length: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
    }

    fn is_human_readable(&self) -> bool {
        self.inner.is_human_readable()
    }
}
