//! The canonical digest: the same for the same policies, in every process and on every machine.

use serde_json::Value as Json;
use sha2::{Digest as _, Sha256};

use crate::decision::Digest;

/// Names what is hashed, so that no other document can have the same digest by accident.
const PREFIX: &[u8] = b"audit-cedar/v1\n";

/// SHA-256 over a document whose names are sorted. Lists count in their order.
pub(super) fn digest(document: &Json) -> Digest {
    let mut hasher = Sha256::new_with_prefix(PREFIX);
    hasher.update(canonical(document).to_string().as_bytes());
    Digest(hasher.finalize().into())
}

/// The same document with the names of every map in order, whatever order the map keeps.
fn canonical(document: &Json) -> Json {
    match document {
        Json::Array(items) => items.iter().map(canonical).collect(),
        Json::Object(map) => {
            let mut pairs: Vec<_> = map.iter().collect();
            pairs.sort_unstable_by_key(|(name, _)| *name);
            let pairs = pairs.into_iter();
            pairs
                .map(|(name, value)| (name.clone(), canonical(value)))
                .collect()
        }
        single => single.clone(),
    }
}

/// A list in which order means nothing, in one order.
pub(super) fn unordered(items: &Json) -> Json {
    let mut items: Vec<Json> = items
        .as_array()
        .into_iter()
        .flatten()
        .map(canonical)
        .collect();
    items.sort_by_cached_key(ToString::to_string);
    Json::Array(items)
}
