//! The JSON form of values: every value has one, and reading it back gives the value again.

use std::fmt;

use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Field, Fields, Substitute, SubstituteKind, Text, Value};

/// The name that stands for a number JSON has no form for.
const NON_FINITE: &str = "$f64";
/// The name under which `serde_json` hands numbers on when some crate of the program switches its
/// `arbitrary_precision` on.
const ARBITRARY_PRECISION: &str = "$serde_json::private::Number";
/// Lists and maps below one another that are written. Readers stop at 128, and the envelope takes some.
pub(crate) const MAX_DEPTH: usize = 96;
/// What is written in place of whatever lies deeper.
pub(crate) const TOO_DEEP: &str = "(deeper than 96 lists and maps)";

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        AtDepth(self, 0).serialize(serializer)
    }
}

/// A value under so many lists and maps.
struct AtDepth<'v>(&'v Value<'v>, usize);

impl Serialize for AtDepth<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(value, depth) = *self;
        match value {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(flag) => serializer.serialize_bool(*flag),
            Value::Int(number) => serializer.serialize_i64(*number),
            Value::UInt(number) => serializer.serialize_u64(*number),
            Value::Float(number) if number.is_finite() => serializer.serialize_f64(*number),
            Value::Float(number) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(NON_FINITE, non_finite_name(*number))?;
                map.end()
            }
            Value::Text(text) => text.serialize(serializer),
            Value::Substitute(substitute) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry(Substitute::name(substitute.kind), &substitute.text)?;
                map.end()
            }
            Value::List(_) | Value::Map(_) if depth >= MAX_DEPTH => {
                serializer.serialize_str(TOO_DEEP)
            }
            Value::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(&AtDepth(item, depth + 1))?;
                }
                list.end()
            }
            Value::Map(fields) => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                for field in fields.iter() {
                    let value = AtDepth(&field.value, depth + 1);
                    match fields.len() {
                        1 if field.name.starts_with('$') => {
                            map.serialize_entry(&format_args!("${}", field.name), &value)?;
                        }
                        _ => map.serialize_entry(&field.name, &value)?,
                    }
                }
                map.end()
            }
        }
    }
}

/// What a number that JSON has no form for is called.
pub(crate) fn non_finite_name(number: f64) -> &'static str {
    if number.is_nan() {
        "nan"
    } else if number > 0.0 {
        "inf"
    } else {
        "-inf"
    }
}

impl<'de> Deserialize<'de> for Value<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'static>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null, a truth value, a number, text, a list or a map")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Self::Value, E> {
        Ok(Value::Int(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Self::Value, E> {
        Ok(Value::from(number))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Self::Value, E> {
        Ok(Value::Float(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Text::from(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list: Vec<Value<'static>> = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list.into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(meant(Fields::from_map(map)?))
    }
}

/// What a map stands for: mostly itself.
fn meant(fields: Fields<'static>) -> Value<'static> {
    let [Field { name, value }] = fields.as_slice() else {
        return Value::from(fields);
    };
    if let (Some(kind), Value::Text(text)) = (SubstituteKind::of_name(name), value) {
        return Substitute::new(kind, text.clone()).into_value();
    }
    match (name.as_str(), value.as_str()) {
        (NON_FINITE, Some("nan")) => Value::Float(f64::NAN),
        (NON_FINITE, Some("inf")) => Value::Float(f64::INFINITY),
        (NON_FINITE, Some("-inf")) => Value::Float(f64::NEG_INFINITY),
        (ARBITRARY_PRECISION, Some(digits)) => {
            number(digits).unwrap_or_else(|| Value::from(fields))
        }
        (escaped, _) => match escaped.strip_prefix("$$") {
            Some(rest) => Value::from(Fields::new().with(format!("${rest}"), value.clone())),
            None => Value::from(fields),
        },
    }
}

/// A number from its digits: whole if it is and fits 64 bits.
pub(crate) fn number(digits: &str) -> Option<Value<'static>> {
    let whole = digits
        .parse::<i64>()
        .map(Value::Int)
        .or_else(|_| digits.parse::<u64>().map(Value::UInt));
    whole.ok().or_else(|| digits.parse().ok().map(Value::Float))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Value<'static> {
        serde_json::from_str(json).unwrap()
    }

    fn written(value: &Value<'_>) -> String {
        serde_json::to_string(value).unwrap()
    }

    #[test]
    fn numbers_stay_numbers_when_some_crate_asks_for_arbitrary_precision() {
        let wrapped = |digits: &str| read(&format!(r#"{{"{ARBITRARY_PRECISION}": "{digits}"}}"#));
        assert_eq!(wrapped("12"), Value::Int(12));
        assert_eq!(wrapped("18446744073709551615"), Value::UInt(u64::MAX));
        assert_eq!(wrapped("-2.5e3"), Value::Float(-2500.0));
    }

    #[test]
    fn a_map_that_looks_like_a_special_form_stays_a_map() {
        for name in [
            "$f64",
            "$$f64",
            "$",
            "$serde_json::private::Number",
            "plain",
        ] {
            let map = Value::from(Fields::new().with(name, "nan"));
            assert_eq!(read(&written(&map)), map, "{name}");
        }
        assert_eq!(
            written(&Value::from(Fields::new().with("$f64", "nan"))),
            r#"{"$$f64":"nan"}"#
        );
    }

    #[test]
    fn what_nests_too_deep_for_a_reader_is_cut_and_says_so() {
        let mut value = Value::Int(1);
        for _ in 0..200 {
            value = Value::List([value].into());
        }
        let json = written(&value);
        assert!(json.contains(TOO_DEEP));
        assert!(matches!(read(&json), Value::List(_)));
    }
}
