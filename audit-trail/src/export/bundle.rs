//! Bundles of records: each behind its length, two bytes with the high one first (C2SP `tlog-tiles`, "Log entries").

use crate::tree::{Hash, leaf_hash};

/// Puts a record at the end of a bundle. `None` if it is longer than 65,535 bytes.
pub(super) fn put(bundle: &mut Vec<u8>, record: &[u8]) -> Option<()> {
    let length = u16::try_from(record.len()).ok()?;
    bundle.extend_from_slice(&length.to_be_bytes());
    bundle.extend_from_slice(record);
    Some(())
}

/// Whether a bundle holds exactly the records with these hashes.
pub(super) fn holds(bundle: &[u8], hashes: &[u8]) -> bool {
    let mut rest = bundle;
    let (hashes, _) = hashes.as_chunks::<{ Hash::LEN }>();
    for hash in hashes {
        match take(rest) {
            Some((record, after)) if leaf_hash(record).as_bytes() == hash => rest = after,
            _ => return false,
        }
    }
    rest.is_empty()
}

fn take(bundle: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bundle.split_first_chunk()?;
    rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
}
