//! [`stamp`]: a record gets its place.

use std::io::Write as _;

use super::{StoreError, StoreErrorKind};

/// Writes a record's JSON with its place in the trail as its last member, `seq`: the bytes that are hashed and kept.
///
/// # Errors
/// What was given does not end as a JSON object does, so that there is no room for its place. Nothing is written then.
pub fn stamp(body: &[u8], seq: u64, into: &mut Vec<u8>) -> Result<(), StoreError> {
    let Some(open) = body.strip_suffix(b"}") else {
        let message = "what is to be appended is not a JSON object";
        return Err(StoreError::new(StoreErrorKind::Refused, message));
    };
    into.extend_from_slice(open);
    // Writing to a vector can't fail.
    let _infallible = write!(into, ",\"seq\":{seq}}}");
    Ok(())
}
