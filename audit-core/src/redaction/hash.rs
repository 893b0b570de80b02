//! The canonical bytes of a value: the same for equal values, different for different ones.

use crate::value::{Field, Value};

/// Lists and maps below one another that are told apart; the JSON of a record ends before.
const MAX_DEPTH: usize = 128;

/// Hands on the bytes of a value: a letter for its type, then what tells it from others of the type. A number is the
/// same in whichever type it stands, as policy compares it; a map is the same in whichever order its names stand.
pub(super) fn feed(value: &Value<'_>, take: &mut impl FnMut(&[u8])) {
    feed_at(value, 0, take);
}

fn feed_at(value: &Value<'_>, depth: usize, take: &mut impl FnMut(&[u8])) {
    match value {
        Value::Null => take(b"n"),
        Value::Bool(flag) => take(&[b'b', u8::from(*flag)]),
        Value::Int(number) => feed_whole(i128::from(*number), take),
        Value::UInt(number) => feed_whole(i128::from(*number), take),
        Value::Float(number) => feed_float(*number, take),
        Value::Text(text) => {
            take(b"t");
            feed_text(text, take);
        }
        Value::Substitute(substitute) => {
            take(b"s");
            feed_text(substitute.kind.as_str(), take);
            feed_text(&substitute.text, take);
        }
        Value::List(_) | Value::Map(_) if depth >= MAX_DEPTH => take(b"d"),
        Value::List(items) => {
            take(b"l");
            feed_length(items.len(), take);
            items.iter().for_each(|item| feed_at(item, depth + 1, take));
        }
        Value::Map(fields) => {
            take(b"m");
            feed_length(fields.len(), take);
            let mut fields: Vec<&Field<'_>> = fields.iter().collect();
            fields.sort_by(|a, b| a.name.cmp(&b.name));
            for field in fields {
                feed_text(&field.name, take);
                feed_at(&field.value, depth + 1, take);
            }
        }
    }
}

fn feed_whole(number: i128, take: &mut impl FnMut(&[u8])) {
    take(b"i");
    take(&number.to_be_bytes());
}

/// A float that is a whole number of 64 bits is fed as that number; every NaN is one.
#[allow(
    clippy::cast_possible_truncation,
    reason = "whole and within the bounds of the type"
)]
fn feed_float(number: f64, take: &mut impl FnMut(&[u8])) {
    /// -2^63 and 2^64.
    const BOUNDS: std::ops::Range<f64> = -9_223_372_036_854_775_808.0..18_446_744_073_709_551_616.0;
    if number.fract() == 0.0 && BOUNDS.contains(&number) {
        return feed_whole(number as i128, take);
    }
    let number = if number.is_nan() { f64::NAN } else { number };
    take(b"f");
    take(&number.to_bits().to_be_bytes());
}

fn feed_text(text: &str, take: &mut impl FnMut(&[u8])) {
    feed_length(text.len(), take);
    take(text.as_bytes());
}

fn feed_length(length: usize, take: &mut impl FnMut(&[u8])) {
    take(&(length as u64).to_be_bytes());
}

#[cfg(test)]
mod tests {
    use super::super::RedactionKey;
    use super::*;
    use crate::value::{Fields, Text};

    fn hash<'a>(value: impl Into<Value<'a>>) -> String {
        RedactionKey::new([7; 32]).hash(&value.into()).unwrap()
    }

    #[test]
    fn values_of_different_types_or_shapes_have_different_hashes() {
        let values: Vec<Value<'_>> = vec![
            Value::Null,
            Value::from(false),
            Value::from(true),
            Value::from(0),
            Value::from(1),
            Value::from(-1),
            Value::from(u64::MAX),
            Value::from(1.5),
            Value::from(f64::NAN),
            Value::from(f64::INFINITY),
            Value::from(18_446_744_073_709_551_616.0),
            Value::from(Text::borrowed("")),
            Value::from(Text::borrowed("1")),
            Value::from(Text::borrowed("null")),
            Value::from(Vec::<i64>::new()),
            Value::from(vec![1]),
            Value::from(vec![1, 1]),
            Value::from(vec![vec![1], vec![1]]),
            Value::from(vec![vec![1, 1]]),
            Value::from(Fields::new()),
            Value::from(Fields::new().with("a", 1)),
            Value::from(Fields::new().with("a", "1")),
            Value::from(Fields::new().with("b", 1)),
            Value::from(vec![Text::borrowed("ab"), Text::borrowed("c")]),
            Value::from(vec![Text::borrowed("a"), Text::borrowed("bc")]),
        ];
        let mut hashes: Vec<String> = values.iter().map(|value| hash(value.clone())).collect();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), values.len());
    }

    #[test]
    fn a_number_has_one_hash_in_whichever_type_it_stands() {
        assert_eq!(hash(Value::Int(1)), hash(Value::UInt(1)));
        assert_eq!(hash(Value::Int(1)), hash(Value::Float(1.0)));
        assert_eq!(hash(Value::Int(0)), hash(Value::Float(-0.0)));
        assert_eq!(
            hash(Value::Int(i64::MIN)),
            hash(-9_223_372_036_854_775_808.0)
        );
        assert_eq!(hash(f64::NAN), hash(-f64::NAN));
    }

    #[test]
    fn a_map_has_one_hash_in_whichever_order_its_names_stand() {
        let (a, b) = (Fields::new().with("a", 1), Fields::new().with("b", 2));
        assert_eq!(hash(a.with("b", 2)), hash(b.with("a", 1)));
    }

    #[test]
    fn the_form_is_an_hmac_that_others_can_make_too() {
        // python3: hmac.new(bytes([7]*32), b"audit-redaction/v1\nt" + (5).to_bytes(8, "big") + b"alice", "sha256")
        assert_eq!(
            hash("alice"),
            "hmac-sha256:255fb0efdc2f0091e8205e3a9f1a1642"
        );
    }

    #[test]
    fn what_nests_without_end_is_hashed_all_the_same() {
        let mut value = Value::Int(1);
        for _ in 0..1000 {
            value = Value::List([value].into());
        }
        assert!(hash(value).starts_with("hmac-sha256:"));
    }
}
