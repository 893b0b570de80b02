//! Payloads: whatever serialises becomes a value of its own, within bounds, and no payload suppresses its record.

mod bounds;
mod content;
mod mark;
mod serializer;

use serde::Serialize;

use crate::contain::{contain, shown};
use crate::value::{Substitute, SubstituteKind, Value};

use bounds::Bounds;
pub(crate) use content::Content;
use serializer::Capturing;

/// Characters that are kept of a text that is no JSON, or too long a one.
const KEPT: usize = 4096;

/// Stands in the place of a message that may quote a value which is not known.
const WITHHELD: &str = "what it said is withheld, as it may quote a redacted value";

/// A value as it is now, and what of it is kept out of records. One that fails or panics while it is serialised is a substitute
/// that says so.
pub(crate) fn payload<T: Serialize + ?Sized>(value: &T) -> Content {
    let bounds = Bounds::new();
    let message = match contain(|| value.serialize(Capturing::new(&bounds))) {
        Ok(Ok(value)) => {
            return Content {
                value: Some(value),
                spots: bounds.marks.into_spots(),
            };
        }
        _ if bounds.marks.may_be_quoted() => WITHHELD.to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => shown(format_args!("serialising it panicked: {panic}")),
    };
    Content::from(Substitute::new(SubstituteKind::Unserializable, message).into_value())
}

/// What a text says as JSON. One that is none is a substitute that keeps its beginning.
pub(crate) fn payload_json(json: &[u8]) -> Content {
    Content::from(read(json))
}

fn read(json: &[u8]) -> Value<'static> {
    if json.len() > bounds::BYTES {
        return beginning(json, SubstituteKind::Cut);
    }
    match serde_json::from_slice::<Value<'static>>(json) {
        Ok(value) => value,
        Err(_) => beginning(json, SubstituteKind::InvalidJson),
    }
}

fn beginning(json: &[u8], kind: SubstituteKind) -> Value<'static> {
    // A character takes four bytes at most.
    let start = json.get(..KEPT * 4).unwrap_or(json);
    let text = String::from_utf8_lossy(start);
    let text: String = text.chars().take(KEPT).collect();
    Substitute::new(kind, text).into_value()
}
