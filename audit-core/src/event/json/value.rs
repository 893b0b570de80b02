//! Values and fields as JSON.

use crate::value::{Field, Fields, MAX_DEPTH, Substitute, TOO_DEEP, Value, non_finite_name};

use super::text::{flag, inside, text, whole};

/// Names and values.
pub(super) fn fields(fields: &Fields<'_>, out: &mut Vec<u8>) {
    let mut before = b'{';
    for field in fields {
        named(before, field, 0, out);
        before = b',';
    }
    close(before, out);
}

/// One field behind this byte.
#[inline]
fn named(before: u8, field: &Field<'_>, depth: usize, out: &mut Vec<u8>) {
    out.push(before);
    text(&field.name, out);
    out.push(b':');
    value(&field.value, depth, out);
}

/// The end of a map whose last field stands behind this byte.
#[inline]
fn close(before: u8, out: &mut Vec<u8>) {
    if before == b'{' {
        out.push(b'{');
    }
    out.push(b'}');
}

/// A value under so many lists and maps.
pub(super) fn value(written: &Value<'_>, depth: usize, out: &mut Vec<u8>) {
    match written {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Bool(said) => flag(*said, out),
        Value::Int(number) => whole(*number, out),
        Value::UInt(number) => whole(*number, out),
        Value::Float(number) => float(*number, out),
        Value::Text(said) => text(said, out),
        Value::Substitute(substitute) => {
            out.extend_from_slice(b"{\"");
            out.extend_from_slice(Substitute::name(substitute.kind).as_bytes());
            out.extend_from_slice(b"\":");
            text(&substitute.text, out);
            out.push(b'}');
        }
        Value::List(_) | Value::Map(_) if depth >= MAX_DEPTH => text(TOO_DEEP, out),
        Value::List(items) => list(items, depth + 1, out),
        Value::Map(fields) => map(fields, depth + 1, out),
    }
}

fn list(items: &[Value<'_>], depth: usize, out: &mut Vec<u8>) {
    out.push(b'[');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        value(item, depth, out);
    }
    out.push(b']');
}

fn map(fields: &Fields<'_>, depth: usize, out: &mut Vec<u8>) {
    // A map of a single name that starts with `$` could be taken for a number or a substitute.
    if let [field] = fields.as_slice()
        && field.name.starts_with('$')
    {
        out.extend_from_slice(b"{\"$");
        inside(&field.name, out);
        out.extend_from_slice(b"\":");
        value(&field.value, depth, out);
        out.push(b'}');
        return;
    }
    let mut before = b'{';
    for field in fields {
        named(before, field, depth, out);
        before = b',';
    }
    close(before, out);
}

fn float(number: f64, out: &mut Vec<u8>) {
    if number.is_finite() {
        // The shortest digits that read back as this number: `serde_json` knows how, and can't fail.
        let _written = serde_json::to_writer(out, &number);
    } else {
        out.extend_from_slice(b"{\"$f64\":\"");
        out.extend_from_slice(non_finite_name(number).as_bytes());
        out.extend_from_slice(b"\"}");
    }
}
