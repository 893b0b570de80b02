//! [`Parts`]: what of a payload its types keep out of records, found without keeping the rest.

use std::cell::{Cell, RefCell};

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::redaction::Redaction;
use crate::value::Value;

use super::bounds::{Bounds, DEPTH, LET_GO};
use super::serializer::{Capturing, Failed};

/// Where it stands, as the name of its type says.
pub(super) const HERE: &str = module_path!();

/// The marked parts of a payload: what lies beside them takes no room, so that it hides none of them.
pub(super) struct Parts {
    bounds: Bounds,
    found: RefCell<Vec<Value<'static>>>,
    /// Items and names that are looked at yet: whoever makes them may never end.
    items: Cell<usize>,
}

impl Parts {
    pub(super) fn new() -> Self {
        Self {
            bounds: Bounds::new(),
            found: RefCell::default(),
            items: Cell::new(LET_GO),
        }
    }

    /// Finds those of a payload.
    pub(super) const fn seek(&self) -> Seeking<'_> {
        Seeking {
            parts: self,
            depth: 0,
        }
    }

    /// All of them, and how the strictest is kept out.
    pub(super) fn done(self) -> (Vec<Value<'static>>, Option<Redaction>) {
        let how = self.bounds.marks.into_spots().strictest();
        (self.found.into_inner(), how)
    }
}

/// Looks for marked parts at this depth, and is what looks for them in lists and maps too.
#[derive(Clone, Copy)]
pub(super) struct Seeking<'p> {
    parts: &'p Parts,
    depth: usize,
}

impl Seeking<'_> {
    /// Looks at what lies in it.
    fn look<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        if self.depth >= DEPTH {
            return Err(Failed::custom("it is too deep"));
        }
        value.serialize(Self {
            depth: self.depth + 1,
            ..self
        })
    }

    /// Looks at one item of several.
    fn item<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        let left = self.parts.items.get().checked_sub(1);
        let left = left.ok_or_else(|| Failed::custom("it may have no end"))?;
        self.parts.items.set(left);
        self.look(value)
    }
}

/// What has no parts.
macro_rules! plain {
    ($($method:ident($($given:ty),*)),+ $(,)?) => {
        $(fn $method(self, $(_: $given),*) -> Result<(), Failed> {
            Ok(())
        })+
    };
}

/// What has some.
macro_rules! several {
    ($($method:ident($($given:ty),*)),+ $(,)?) => {
        $(fn $method(self, $(_: $given),*) -> Result<Self, Failed> {
            Ok(self)
        })+
    };
}

impl Serializer for Seeking<'_> {
    type Ok = ();
    type Error = Failed;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    plain! {
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_none(),
        serialize_unit(),
        serialize_unit_struct(&'static str),
        serialize_unit_variant(&'static str, u32, &'static str),
    }

    several! {
        serialize_seq(Option<usize>),
        serialize_tuple(usize),
        serialize_tuple_struct(&'static str, usize),
        serialize_tuple_variant(&'static str, u32, &'static str, usize),
        serialize_map(Option<usize>),
        serialize_struct(&'static str, usize),
        serialize_struct_variant(&'static str, u32, &'static str, usize),
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Failed> {
        self.look(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        let Some(how) = Redaction::of_marker(name) else {
            return self.look(value);
        };
        let bounds = &self.parts.bounds;
        let around = bounds.marks.open();
        let part = value.serialize(Capturing::new(bounds))?;
        bounds.marks.close(how, around);
        self.parts.found.borrow_mut().push(part);
        Ok(())
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.look(value)
    }
}

impl SerializeMap for Seeking<'_> {
    type Ok = ();
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        self.look(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        self.item(value)
    }

    fn end(self) -> Result<(), Failed> {
        Ok(())
    }
}

/// The forms of members with a name, and of those without.
macro_rules! members {
    ($($form:ident $method:ident($($name:ty)?)),+ $(,)?) => {
        $(impl $form for Seeking<'_> {
            type Ok = ();
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? member: &T) -> Result<(), Failed> {
                self.item(member)
            }

            fn end(self) -> Result<(), Failed> {
                Ok(())
            }
        })+
    };
}

members!(
    SerializeSeq serialize_element(),
    SerializeTuple serialize_element(),
    SerializeTupleStruct serialize_field(),
    SerializeTupleVariant serialize_field(),
    SerializeStruct serialize_field(&'static str),
    SerializeStructVariant serialize_field(&'static str),
);
