//! Values and fields as JSON.

use crate::value::{Field, Fields, MAX_DEPTH, Substitute, TOO_DEEP, Value, non_finite_name};

use super::ink::Ink;
use super::text::{between, flag, text, whole};

/// Names and values.
pub(super) fn fields(fields: &Fields<'_>, ink: &mut Ink<'_>) {
    let mut before = b'{';
    for field in fields {
        named(before, field, 0, ink);
        before = b',';
    }
    close(before, ink);
}

/// One field behind this byte.
#[inline]
fn named(before: u8, field: &Field<'_>, depth: usize, ink: &mut Ink<'_>) {
    between(&[before, b'"'], &field.name, b"\":", ink);
    value(&field.value, depth, ink);
}

/// The end of a map whose last field stands behind this byte.
#[inline]
fn close(before: u8, ink: &mut Ink<'_>) {
    if before == b'{' {
        ink.put(b"{");
    }
    ink.put(b"}");
}

/// A value under so many lists and maps.
pub(super) fn value(written: &Value<'_>, depth: usize, ink: &mut Ink<'_>) {
    match written {
        Value::Null => ink.put(b"null"),
        Value::Bool(said) => flag(*said, ink),
        Value::Int(number) => whole(*number, ink),
        Value::UInt(number) => whole(*number, ink),
        Value::Float(number) => float(*number, ink),
        Value::Text(said) => text(said, ink),
        Value::Substitute(substitute) => {
            ink.put(b"{\"");
            ink.copy(Substitute::name(substitute.kind).as_bytes());
            ink.put(b"\":");
            text(&substitute.text, ink);
            ink.put(b"}");
        }
        Value::List(_) | Value::Map(_) if depth >= MAX_DEPTH => text(TOO_DEEP, ink),
        Value::List(items) => list(items, depth + 1, ink),
        Value::Map(fields) => map(fields, depth + 1, ink),
    }
}

fn list(items: &[Value<'_>], depth: usize, ink: &mut Ink<'_>) {
    ink.put(b"[");
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            ink.put(b",");
        }
        value(item, depth, ink);
    }
    ink.put(b"]");
}

fn map(fields: &Fields<'_>, depth: usize, ink: &mut Ink<'_>) {
    // A map of a single name that starts with `$` could be taken for a number or a substitute.
    if let [field] = fields.as_slice()
        && field.name.starts_with('$')
    {
        between(b"{\"$", &field.name, b"\":", ink);
        value(&field.value, depth, ink);
        ink.put(b"}");
        return;
    }
    let mut before = b'{';
    for field in fields {
        named(before, field, depth, ink);
        before = b',';
    }
    close(before, ink);
}

fn float(number: f64, ink: &mut Ink<'_>) {
    if number.is_finite() {
        // The shortest digits that read back as this number: `serde_json` knows how, and can't fail.
        let _written = serde_json::to_writer(ink, &number);
    } else {
        ink.put(b"{\"$f64\":\"");
        ink.copy(non_finite_name(number).as_bytes());
        ink.put(b"\"}");
    }
}
