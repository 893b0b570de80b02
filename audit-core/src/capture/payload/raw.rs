//! JSON that is text already, as `serde_json` hands it to every serializer.

use serde::Serialize;

use crate::value::{Substitute, SubstituteKind, Value};

use super::bounds;

/// What `serde_json` calls its `RawValue`, and numbers once some crate of the program switches its `arbitrary_precision` on.
const NAMES: [&str; 2] = [
    "$serde_json::private::RawValue",
    "$serde_json::private::Number",
];

/// Whether a struct of this name is JSON that is text already.
pub(super) fn is_raw(name: &str) -> bool {
    NAMES.contains(&name)
}

/// What the text says.
///
/// # Errors
/// What stands in its place where it can't be read. Nothing is left of it: nobody finds in it what is kept out of records.
pub(super) fn read<T: Serialize + ?Sized>(text: &T) -> Result<Value<'static>, Value<'static>> {
    let text = match serde_json::to_value(text) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    };
    let kind = if text.len() > bounds::BYTES {
        SubstituteKind::Cut
    } else {
        match serde_json::from_str(&text) {
            Ok(value) => return Ok(value),
            Err(_) => SubstituteKind::InvalidJson,
        }
    };
    let said = format!("{} bytes of JSON are left out", text.len());
    Err(Substitute::new(kind, said).into_value())
}
