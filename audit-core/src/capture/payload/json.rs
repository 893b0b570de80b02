//! JSON becomes a value: within the bounds of the payload in which it stands, odd texts and numbers in a defined form.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::value::{FieldsBuilder, Text, Value, number};

use super::bounds::{Bounds, DEPTH, name_of};
use super::mended::mended;

/// What `serde_json` calls numbers once some crate of the program switches its `arbitrary_precision` on.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// What JSON says that stands at this depth; nothing if it is none.
pub(super) fn read(text: &str, bounds: &Bounds, depth: usize) -> Option<Value<'static>> {
    let text = mended(text);
    let mut json = serde_json::Deserializer::from_str(&text);
    // A level lower than it stands: `serde_json` follows 127 of them.
    let depth = depth + 1;
    let said = Part { bounds, depth }.deserialize(&mut json).ok()?;
    json.end().ok()?;
    Some(said)
}

/// A number from its digits; one that no type of ours holds is a text.
pub(super) fn number_of(digits: &str, bounds: &Bounds) -> Option<Value<'static>> {
    Some(match number(digits)? {
        Value::Float(number) if !number.is_finite() => bounds.text(digits),
        number => number,
    })
}

/// What lies in something at this depth.
#[derive(Clone, Copy)]
struct Part<'b> {
    bounds: &'b Bounds,
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for Part<'_> {
    type Value = Value<'static>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Value<'static>, D::Error> {
        if self.depth >= DEPTH {
            let _left_out = json.deserialize_ignored_any(IgnoredAny)?;
            return Ok(self.bounds.too_deep());
        }
        json.deserialize_any(Reading(Self {
            depth: self.depth + 1,
            ..self
        }))
    }
}

/// An item of a list or a map; nothing where it is left out.
struct Item<'b>(Part<'b>);

impl<'de> DeserializeSeed<'de> for Item<'_> {
    type Value = Option<Value<'static>>;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Self::Value, D::Error> {
        if self.0.bounds.has_room() {
            self.0.deserialize(json).map(Some)
        } else {
            json.deserialize_ignored_any(IgnoredAny).map(|_| None)
        }
    }
}

/// What is read, where that lies.
struct Reading<'b>(Part<'b>);

impl Reading<'_> {
    /// Adds a field of this name, unless there is no room for it.
    fn add<'de, A: MapAccess<'de>>(
        &self,
        name: &str,
        map: &mut A,
        fields: &mut FieldsBuilder,
    ) -> Result<bool, A::Error> {
        let Some(name) = name_of(self.0.bounds.text(name)) else {
            return map.next_value::<IgnoredAny>().map(|_| false);
        };
        let value = map.next_value_seed(Item(self.0))?;
        Ok(value.map(|value| fields.add(name, value)).is_some())
    }
}

/// What is a value as it is.
macro_rules! scalars {
    ($($method:ident: $type:ty),+ $(,)?) => {
        $(fn $method<E>(self, given: $type) -> Result<Value<'static>, E> {
            Ok(Value::from(given))
        })+
    };
}

impl<'de> Visitor<'de> for Reading<'_> {
    type Value = Value<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    scalars! {
        visit_bool: bool,
        visit_i64: i64,
        visit_u64: u64,
        visit_f64: f64,
    }

    fn visit_unit<E>(self) -> Result<Value<'static>, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'static>, E> {
        Ok(self.0.bounds.text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value<'static>, A::Error> {
        let (mut items, mut cut) = (Vec::new(), false);
        while let Some(item) = list.next_element_seed(Item(self.0))? {
            cut |= item.is_none();
            items.extend(item);
        }
        if cut {
            items.push(Bounds::too_many());
        }
        Ok(Value::List(items.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value<'static>, A::Error> {
        let (mut fields, mut cut) = (FieldsBuilder::default(), false);
        let mut next = map.next_key::<String>()?;
        if next.as_deref() == Some(NUMBER) {
            let value = map.next_value_seed(self.0)?;
            next = map.next_key()?;
            let digits = value.as_str().filter(|_| next.is_none());
            if let Some(number) = digits.and_then(|digits| number_of(digits, self.0.bounds)) {
                return Ok(number);
            }
            // Somebody's own map, whose name only looks like that.
            let _place = fields.add(Text::borrowed(NUMBER), value);
        }
        while let Some(name) = next {
            cut |= !self.add(&name, &mut map, &mut fields)?;
            next = map.next_key()?;
        }
        if cut {
            let _place = fields.add(Text::borrowed("..."), Bounds::too_many());
        }
        Ok(Value::from(fields.into_fields()))
    }
}
