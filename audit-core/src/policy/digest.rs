//! The canonical digest: the same for the same policy, in every process and on every machine.

use std::io;

use sha2::{Digest as _, Sha256};

use crate::decision::Digest;

use super::model::{Declarations, PolicySet};

/// Names what is hashed, so that no other document can have the same digest by accident.
const PREFIX: &[u8] = b"audit-policy/v1\n";

/// SHA-256 over what the policy means: schema, rules and governance as JSON, declarations by name,
/// rules in file order (it decides which one matches first). What is kept out of records enters where
/// anything is. Comments, white space, spelling of numbers and ignored keys do not enter.
pub(super) fn digest(set: &PolicySet) -> Digest {
    let mut set = set.clone();
    let by_name = |declarations: &mut Declarations| declarations.sort_by(|a, b| a.0.cmp(&b.0));
    set.schema.actions.sort_by(|a, b| a.0.cmp(&b.0));
    set.schema
        .actions
        .iter_mut()
        .for_each(|(_, fields)| by_name(fields));
    by_name(&mut set.schema.actor);
    by_name(&mut set.schema.snapshot);

    let mut hasher = Sha256::new_with_prefix(PREFIX);
    // Writing into a hash can't fail, and every key is a string.
    let written = serde_json::to_writer(Absorb(&mut hasher), &set);
    debug_assert!(written.is_ok(), "a checked policy set is always JSON");
    Digest(hasher.finalize().into())
}

/// A hash as a place to write to.
struct Absorb<'h>(&'h mut Sha256);

impl io::Write for Absorb<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
