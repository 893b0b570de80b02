//! [`Capturing`]: a serializer whose output is a value.

use std::fmt;

use serde::ser::{
    Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::contain::shown;
use crate::redaction::Redaction;
use crate::value::{Fields, FieldsBuilder, Substitute, Text, Value};

use super::bounds::{Bounds, DEPTH, Room, name_of};
use super::{marked, raw};

/// Where it stands, as the name of its type says.
pub(super) const HERE: &str = module_path!();

/// Why a payload can't be serialised, at most 512 characters.
#[derive(Debug)]
pub(super) struct Failed(String);

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failed {}

impl serde::ser::Error for Failed {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(shown(message))
    }
}

/// Makes a value of what is serialised, at this depth.
#[derive(Clone, Copy)]
pub(super) struct Capturing<'b> {
    bounds: &'b Bounds,
    depth: usize,
}

impl<'b> Capturing<'b> {
    pub(super) const fn new(bounds: &'b Bounds) -> Self {
        Self { bounds, depth: 0 }
    }

    /// What lies one level deeper; `None` where that is too deep.
    fn below(self) -> Option<Self> {
        (self.depth < DEPTH).then_some(Self {
            bounds: self.bounds,
            depth: self.depth + 1,
        })
    }

    fn capture<T: Serialize + ?Sized>(self, value: &T) -> Result<Value<'static>, Failed> {
        match self.below() {
            Some(below) => value.serialize(below),
            None => Ok(self.bounds.too_deep()),
        }
    }

    fn list(self) -> List<'b> {
        List {
            within: self,
            items: Vec::new(),
            cut: false,
        }
    }

    fn map(self) -> Map<'b> {
        Map {
            within: self,
            fields: FieldsBuilder::default(),
            name: None,
            kept_out: None,
            cut: false,
            raw: None,
        }
    }

    fn variant<C>(self, name: &'static str, content: C) -> Variant<C> {
        Variant {
            name,
            content,
            since: self.bounds.marks.count(),
        }
    }
}

/// A map of a single name, as variants with content are written.
fn variant(name: &'static str, content: Value<'static>) -> Value<'static> {
    Value::from(Fields::new().with(Text::borrowed(name), content))
}

/// Numbers that fit 64 bits.
macro_rules! numbers {
    ($($method:ident: $type:ty),+ $(,)?) => {
        $(fn $method(self, number: $type) -> Result<Value<'static>, Failed> {
            Ok(Value::from(number))
        })+
    };
}

impl<'b> Serializer for Capturing<'b> {
    type Ok = Value<'static>;
    type Error = Failed;
    type SerializeSeq = List<'b>;
    type SerializeTuple = List<'b>;
    type SerializeTupleStruct = List<'b>;
    type SerializeTupleVariant = Variant<List<'b>>;
    type SerializeMap = Map<'b>;
    type SerializeStruct = Map<'b>;
    type SerializeStructVariant = Variant<Map<'b>>;

    numbers! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_f32: f32,
        serialize_f64: f64,
    }

    fn serialize_i128(self, number: i128) -> Result<Value<'static>, Failed> {
        Ok(match i64::try_from(number) {
            Ok(number) => Value::from(number),
            Err(_) => u64::try_from(number)
                .map_or_else(|_| self.bounds.text(&number.to_string()), Value::from),
        })
    }

    fn serialize_u128(self, number: u128) -> Result<Value<'static>, Failed> {
        let digits = |_| self.bounds.text(&number.to_string());
        Ok(u64::try_from(number).map_or_else(digits, Value::from))
    }

    fn serialize_char(self, character: char) -> Result<Value<'static>, Failed> {
        Ok(self.bounds.text(character.encode_utf8(&mut [0; 4])))
    }

    fn serialize_str(self, text: &str) -> Result<Value<'static>, Failed> {
        Ok(self.bounds.text(text))
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value<'static>, Failed> {
        Ok(self.bounds.bytes(bytes))
    }

    fn serialize_none(self) -> Result<Value<'static>, Failed> {
        Ok(Value::Null)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value<'static>, Failed> {
        self.capture(value)
    }

    fn serialize_unit(self) -> Result<Value<'static>, Failed> {
        Ok(Value::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Value<'static>, Failed> {
        Ok(Value::Null)
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
    ) -> Result<Value<'static>, Failed> {
        Ok(Value::Text(Text::borrowed(name)))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Result<Value<'static>, Failed> {
        let Some(how) = Redaction::of_marker(name) else {
            return self.capture(value);
        };
        let around = self.bounds.marks.open();
        let captured = self.capture(value)?;
        self.bounds.marks.close(how, around);
        Ok(captured)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        of: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Value<'static>, Failed> {
        if let Some(kind) = marked::substitute(of, name) {
            return Ok(match value.serialize(self)? {
                Value::Text(text) => Substitute::new(kind, text).into_value(),
                cut => cut,
            });
        }
        let since = self.bounds.marks.count();
        let content = self.capture(value)?;
        self.bounds.marks.lead(since, 0);
        Ok(variant(name, content))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'b>, Failed> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'b>, Failed> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'b>, Failed> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Variant<List<'b>>, Failed> {
        Ok(self.variant(name, self.list()))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Map<'b>, Failed> {
        Ok(self.map())
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Map<'b>, Failed> {
        let raw = raw::is_raw(name).then_some(Value::Null);
        Ok(Map { raw, ..self.map() })
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Variant<Map<'b>>, Failed> {
        Ok(self.variant(name, self.map()))
    }
}

/// Whether one more item is kept; an error where nobody waits for its end.
fn has_room(bounds: &Bounds) -> Result<bool, Failed> {
    match bounds.item() {
        Room::Kept => Ok(true),
        Room::LeftOut => Ok(false),
        Room::Endless => Err(Failed(
            "it has more than a million items, and may have no end".to_owned(),
        )),
    }
}

/// A list that is being made.
pub(super) struct List<'b> {
    within: Capturing<'b>,
    items: Vec<Value<'static>>,
    cut: bool,
}

impl List<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Failed> {
        if has_room(self.within.bounds)? {
            let marks = &self.within.bounds.marks;
            let since = marks.count();
            let captured = self.within.capture(item)?;
            marks.lead(since, self.items.len());
            self.items.push(captured);
        } else {
            self.cut = true;
        }
        Ok(())
    }

    fn made(mut self) -> Value<'static> {
        if self.cut {
            self.items.push(Bounds::too_many());
        }
        Value::List(self.items.into())
    }
}

/// A map that is being made.
pub(super) struct Map<'b> {
    within: Capturing<'b>,
    fields: FieldsBuilder,
    name: Option<Text<'static>>,
    /// How the name is kept out of records.
    kept_out: Option<Redaction>,
    cut: bool,
    /// What it says in its place, where it is JSON that is text already.
    raw: Option<Value<'static>>,
}

impl Map<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, name: Text<'static>, value: &T) -> Result<(), Failed> {
        if has_room(self.within.bounds)? {
            let marks = &self.within.bounds.marks;
            let since = marks.count();
            let captured = self.within.capture(value)?;
            let place = self.fields.add(name, captured);
            marks.lead(since, place);
            if let Some(how) = self.kept_out.take() {
                marks.add_name(place, how);
            }
        } else {
            self.cut = true;
        }
        Ok(())
    }

    fn made(mut self) -> Value<'static> {
        if self.cut {
            let left_out = Bounds::too_many();
            let _place = self.fields.add(Text::borrowed("..."), left_out);
        }
        Value::from(self.fields.into_fields())
    }
}

impl SerializeMap for Map<'_> {
    type Ok = Value<'static>;
    type Error = Failed;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Failed> {
        let marks = &self.within.bounds.marks;
        let since = marks.count();
        self.name = name_of(self.within.capture(key)?);
        self.kept_out = marks.take_name(since);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Failed> {
        let Some(name) = self.name.take() else {
            // It is an item all the same: there may be no end to them.
            let _room = has_room(self.within.bounds)?;
            self.cut = true;
            return Ok(());
        };
        self.add(name, value)
    }

    fn end(self) -> Result<Value<'static>, Failed> {
        Ok(self.made())
    }
}

impl SerializeStruct for Map<'_> {
    type Ok = Value<'static>;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        if let Some(raw) = &mut self.raw {
            *raw = raw::read(name, value, self.within.bounds, self.within.depth);
            return Ok(());
        }
        self.add(Text::declared(name), value)
    }

    fn end(mut self) -> Result<Value<'static>, Failed> {
        Ok(self.raw.take().unwrap_or_else(|| self.made()))
    }
}

/// The content of a variant that is being made.
pub(super) struct Variant<C> {
    name: &'static str,
    content: C,
    /// The marks that were there before.
    since: usize,
}

impl SerializeStructVariant for Variant<Map<'_>> {
    type Ok = Value<'static>;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Failed> {
        self.content.add(Text::declared(name), value)
    }

    fn end(self) -> Result<Value<'static>, Failed> {
        self.content.within.bounds.marks.lead(self.since, 0);
        Ok(variant(self.name, self.content.made()))
    }
}

impl SerializeTupleVariant for Variant<List<'_>> {
    type Ok = Value<'static>;
    type Error = Failed;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Failed> {
        self.content.add(item)
    }

    fn end(self) -> Result<Value<'static>, Failed> {
        self.content.within.bounds.marks.lead(self.since, 0);
        Ok(variant(self.name, self.content.made()))
    }
}

/// The forms of a list, which differ in the names of their methods alone.
macro_rules! lists {
    ($($form:ident $method:ident),+ $(,)?) => {
        $(impl $form for List<'_> {
            type Ok = Value<'static>;
            type Error = Failed;

            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Failed> {
                self.add(item)
            }

            fn end(self) -> Result<Value<'static>, Failed> {
                Ok(self.made())
            }
        })+
    };
}

lists!(
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
);
