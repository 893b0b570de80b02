//! Payloads: whatever serialises becomes a value of its own, within bounds, and no payload suppresses its record.

mod bounds;
mod content;
mod json;
mod mark;
mod marked;
mod mended;
mod raw;
mod serializer;

use std::any::type_name;

use serde::Serialize;

use crate::contain::{contain, shown};
use crate::value::{Substitute, SubstituteKind, Value};

use bounds::Bounds;
pub(crate) use content::Content;
pub(crate) use mark::serialize as serialize_marked;
use serializer::Capturing;

/// Characters that are kept of a text that is no JSON, or too long a one.
const KEPT: usize = 4096;

/// Stands in the place of a message that may quote a value which is not known.
const WITHHELD: &str = "what it said is withheld, as it may quote a redacted value";

/// Stands in the place of a payload in which nobody knows what is to be kept out of records.
const LOST: &str = "it is withheld, as the mark of a sensitive value in it was lost: a sensitive value can't be flattened, nor written into a text";

/// Whether what is serialised by this comes to us, who keep the marks of values.
pub(crate) fn is_captured_by<S>() -> bool {
    type_name::<S>().contains(serializer::HERE)
}

/// A value as it is now, and what of it is kept out of records. One that fails or panics while it is serialised is a substitute
/// that says so.
pub(crate) fn payload<T: Serialize + ?Sized>(value: &T) -> Content {
    let bounds = Bounds::new();
    let before = mark::under_way();
    let captured = contain(|| value.serialize(Capturing::new(&bounds)));
    // Something between them and us forgot what they were.
    let lost = mark::give_up(before);
    let is_withheld = lost || bounds.marks.may_be_quoted();
    let message = match captured {
        Ok(Ok(_)) if lost => LOST.to_owned(),
        Ok(Ok(value)) => {
            return Content {
                spots: bounds.marks.into_spots(),
                ..Content::from(value)
            };
        }
        _ if is_withheld => WITHHELD.to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => shown(format_args!("serialising it panicked: {panic}")),
    };
    Content {
        is_withheld,
        ..Content::from(Substitute::new(SubstituteKind::Unserializable, message).into_value())
    }
}

/// What a text says as JSON. One that is none is a substitute that keeps its beginning.
pub(crate) fn payload_json(json: &[u8]) -> Content {
    let kind = if json.len() > bounds::BYTES {
        SubstituteKind::Cut
    } else {
        match serde_json::from_slice::<Value<'static>>(json) {
            Ok(value) => return Content::from(value),
            Err(_) => SubstituteKind::InvalidJson,
        }
    };
    Content::unread(beginning(json, kind), json.len())
}

fn beginning(json: &[u8], kind: SubstituteKind) -> Value<'static> {
    // A character takes four bytes at most.
    let start = json.get(..KEPT * 4).unwrap_or(json);
    let text = String::from_utf8_lossy(start);
    let text: String = text.chars().take(KEPT).collect();
    Substitute::new(kind, text).into_value()
}
