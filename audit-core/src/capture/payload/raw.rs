//! JSON that is text already, as `serde_json` hands it to every serializer.

use serde::Serialize;

use crate::value::{Substitute, SubstituteKind, Value};

use super::bounds::Bounds;
use super::json;

/// What `serde_json` calls its `RawValue`.
const RAW: &str = "$serde_json::private::RawValue";

/// Whether a struct of this name is JSON that is text already.
pub(super) fn is_raw(name: &str) -> bool {
    name == RAW || name == json::NUMBER
}

/// What the text of a struct of this name says, at this depth. Of one that is no JSON nothing is left: nobody finds in it what is
/// kept out of records.
pub(super) fn read<T: Serialize + ?Sized>(
    name: &str,
    text: &T,
    bounds: &Bounds,
    depth: usize,
) -> Value<'static> {
    let text = match serde_json::to_value(text) {
        Ok(serde_json::Value::String(text)) => text,
        _ => String::new(),
    };
    let said = if name == RAW {
        json::read(&text, bounds, depth)
    } else {
        json::number_of(&text, bounds)
    };
    said.unwrap_or_else(|| {
        let left_out = format!("{} bytes of JSON are left out", text.len());
        Substitute::new(SubstituteKind::InvalidJson, left_out).into_value()
    })
}
