//! Payloads: whatever serialises becomes a value of its own, within bounds, and no payload suppresses its record.

mod bounds;
mod content;
mod json;
mod mark;
mod marked;
mod mended;
mod part;
mod raw;
mod serializer;

use std::any::type_name;

use serde::Serialize;

use crate::contain::{contain, shown};
use crate::redaction::{Redaction, WITHHELD};
use crate::value::{Substitute, SubstituteKind, Value};

use super::Taken;
use bounds::Bounds;
pub(crate) use content::Content;
pub(crate) use mark::serialize as serialize_marked;
use part::Parts;
use serializer::Capturing;

/// Characters that are kept of a text that is no JSON, or too long a one.
const KEPT: usize = 4096;

/// Stands in the place of a payload in which nobody knows what is to be kept out of records.
const LOST: &str = "it is withheld, as the mark of a sensitive value in it was lost: a sensitive value can't be flattened, nor written into a text";

/// Whether what is serialised by this comes to us, who keep the marks of values.
pub(crate) fn is_captured_by<S>() -> bool {
    let name = type_name::<S>();
    name.contains(serializer::HERE) || name.contains(part::HERE)
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
        Ok(Ok(captured)) => {
            let beyond = bounds.is_cut().then(|| marked_parts(value, None));
            return Content {
                beyond: beyond.map(Box::new),
                spots: bounds.marks.into_spots(),
                ..Content::from(captured)
            };
        }
        _ if is_withheld => WITHHELD.to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(panic) => shown(format_args!("serialising it panicked: {panic}")),
    };
    let failed = Substitute::new(SubstituteKind::Unserializable, message);
    Content {
        is_withheld,
        beyond: is_withheld.then(|| Box::new(Taken::unknown(None))),
        ..Content::from(failed.into_value())
    }
}

/// What of a value its types keep out of records, and how strictly: nothing of what lies beside it, which so may be as long as it is.
/// Where that can't be found out, something that nobody knows is kept out, by the word of its own type if that says one.
pub(crate) fn marked_parts<T: Serialize + ?Sized>(
    value: &T,
    own: Option<Redaction>,
) -> Taken<'static> {
    let parts = Parts::new();
    let before = mark::under_way();
    let sought = contain(|| value.serialize(parts.seek()));
    let lost = mark::give_up(before);
    match sought {
        Ok(Ok(())) if !lost => {
            let (found, how) = parts.done();
            Taken::new(Value::List(found.into()), how)
        }
        _ => Taken::unknown(own),
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
