//! [`sign_checkpoint`]: a checkpoint made beside the service.

use std::cell::RefCell;
use std::path::Path;

use crate::note::{Checkpoint, TrailKey};
use crate::store::sqlite::SqliteStore;
use crate::store::{Batch, Head, ReadFact, Store, fact_name};
use crate::verify::{Keys, Places, prove_consistent};
use crate::writer::{successor, unsignable};

use super::error::TrailError;

/// Signs a checkpoint over all records that are written in the trail in this file, keeps it there and returns it. Whoever has
/// the trail open meanwhile is not disturbed.
///
/// What is there must continue the last checkpoint: nothing is signed that contradicts it.
///
/// # Errors
/// There is no trail, the key is not the one that signs it, what is there contradicts itself, or it can't be written.
pub fn sign_checkpoint(path: impl AsRef<Path>, key: &TrailKey) -> Result<String, TrailError> {
    let mut store = SqliteStore::open_existing(path)?;
    let mut reader = (store.opener())()?;
    let origin = reader.fact(fact_name::ORIGIN)?;
    let origin = origin.unwrap_or_else(|| key.name().to_owned());
    Keys::stored(&mut *reader)?.and_expected(key.verifier())?;
    let keys = Keys::leading_to(key.verifier(), &mut *reader)?;
    prove_consistent(&mut *reader, &keys, (&origin, None), Places::none())?;
    let signed = RefCell::new(String::new());
    let sign = |head: &Head| {
        let checkpoint = Checkpoint::new(&origin, head.size, head.root).map_err(unsignable)?;
        let note = checkpoint.sign(key).to_string();
        signed.borrow_mut().clone_from(&note);
        Ok(note)
    };
    // The key may have been changed since it was looked at.
    let replaced = RefCell::new(None);
    store.append(&Batch {
        checkpoint: Some(&|head: &Head, fact: &ReadFact<'_>| {
            if let Some(by) = successor(&origin, key.verifier(), fact)? {
                *replaced.borrow_mut() = Some(by);
                return Ok(None);
            }
            sign(head).map(Some)
        }),
        ..Batch::of(&[])
    })?;
    if let Some(by) = replaced.into_inner() {
        return Err(TrailError::OtherKey {
            found: key.verifier().to_string(),
            expected: by.to_string(),
        });
    }
    Ok(signed.into_inner())
}

#[cfg(test)]
mod tests {
    use super::sign_checkpoint;
    use crate::note::{Checkpoint, SignedNote, TrailKey};
    use crate::{Trail, TrailError};

    #[test]
    fn a_checkpoint_signed_beside_the_service_covers_all_and_no_other_key_signs_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let trail = Trail::open(&path).unwrap();
        let key = TrailKey::load(dir.path().join("audit.db.key")).unwrap();
        let note: SignedNote = sign_checkpoint(&path, &key).unwrap().parse().unwrap();
        let checkpoint = Checkpoint::open(&note, &[key.verifier().clone()]).unwrap();
        assert_eq!(checkpoint.size(), 1);
        let verification = trail.verify().unwrap();
        assert_eq!((verification.is_sound(), verification.anchored), (true, 1));

        let other = TrailKey::generate(key.name()).unwrap();
        let error = sign_checkpoint(&path, &other).unwrap_err();
        assert!(matches!(error, TrailError::OtherKey { .. }), "{error}");
    }

    #[test]
    fn nothing_is_signed_over_hashes_that_were_changed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        drop(Trail::open(&path).unwrap());
        let key = TrailKey::load(dir.path().join("audit.db.key")).unwrap();
        let database = rusqlite::Connection::open(&path).unwrap();
        let changed = database.execute("UPDATE tile SET hashes = zeroblob(length(hashes))", []);
        assert_eq!(changed.unwrap(), 1);
        let error = sign_checkpoint(&path, &key).unwrap_err();
        assert!(matches!(error, TrailError::Damaged(_)), "{error}");
    }
}
