//! [`AccessRecorder`]: says in a trail that somebody read it from outside.

use std::borrow::Cow;
use std::path::Path;

use audit_core::{Actor, EventKind, Fact, Fields, TenantId};

use crate::cut::cut;
use crate::notice::Notices;
use crate::store::sqlite::SqliteStore;
use crate::store::{Batch, Store, StoreError};

/// Says in a trail that somebody read it from outside: a command, beside the service that has the trail open.
///
/// It appends and does nothing else: it is no opening of the trail, needs no key, signs nothing and keeps nobody waiting for
/// longer than one commit takes. The next checkpoint of the service covers what it appended.
///
/// ```
/// use audit_core::Fields;
/// use audit_trail::{AccessRecorder, Trail};
/// # let dir = tempfile::tempdir()?;
/// # let path = dir.path().join("audit.db");
/// # let trail = Trail::open(&path)?;
///
/// let mut recorder = AccessRecorder::open(&path, "alice")?;
/// let seq = recorder.record("trail.query", Fields::new().with("query", "effect:block"))?;
/// # assert_eq!(seq, 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct AccessRecorder {
    store: SqliteStore,
    notices: Notices,
    actor: String,
    tenant: Option<TenantId>,
}

impl AccessRecorder {
    /// Opens a trail that is there, in the name of this actor. Whether it can be written is known then.
    ///
    /// # Errors
    /// There is no trail, it can't be written, or somebody else writes and does not come to an end.
    pub fn open(path: impl AsRef<Path>, actor: impl Into<String>) -> Result<Self, StoreError> {
        Ok(Self {
            store: SqliteStore::open_existing(path)?,
            notices: Notices::of_system(),
            actor: actor.into(),
            tenant: None,
        })
    }

    /// What was read is this tenant's, who finds it among his own records.
    #[must_use]
    pub fn for_tenant(mut self, tenant: TenantId) -> Self {
        self.tenant = Some(tenant);
        self
    }

    /// Appends that the trail was read: by which means, such as `trail.query`, and what for. Returns the place of the record,
    /// which is on disk then.
    ///
    /// # Errors
    /// Nothing was appended, unless the error says that it [may have been](StoreError::may_be_kept).
    pub fn record(&mut self, name: &'static str, data: Fields<'static>) -> Result<u64, StoreError> {
        let mut event = self.notices.event(EventKind::Access, name, data);
        event.actor = Some(Cow::Owned(Actor::new(self.actor.clone())));
        event.tenant = self.tenant.clone().map(Into::into);
        let mut body = Vec::new();
        Fact::Other(&event).write_json(&mut body);
        cut(&mut body);
        let head = self.store.append(&Batch::of(&[&body]))?;
        Ok(head.size.saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use audit_core::{EventKind, Fields};

    use super::AccessRecorder;
    use crate::store::StoreErrorKind;
    use crate::{Query, Trail};

    const SOON: Duration = Duration::from_secs(30);

    #[test]
    fn a_reader_from_outside_is_recorded_while_the_trail_is_open_and_the_next_checkpoint_covers_it()
    {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let trail = Trail::open(&path).unwrap();
        let mut recorder = AccessRecorder::open(&path, "alice").unwrap();
        let data = Fields::new().with("query", "effect:block");
        assert_eq!(recorder.record("trail.query", data).unwrap(), 1);
        drop(recorder);

        trail.close(SOON).unwrap();
        let trail = Trail::open(&path).unwrap();
        let found = trail.search(
            &Query::new().kind(EventKind::Access).actor("alice"),
            None,
            10,
        );
        let [record] = &found.unwrap().records[..] else {
            panic!("one record")
        };
        assert_eq!(
            (record.seq, &*record.columns().unwrap().name),
            (1, "trail.query")
        );
        trail.checkpoint().unwrap();
        let verification = trail.verify().unwrap();
        assert!(verification.is_sound(), "{:?}", verification.damage);
        // No opening but the trail's own was begun, so none is told to have ended uncleanly.
        let losses = trail.search(&Query::new().kind(EventKind::Loss), None, 10);
        assert!(losses.unwrap().records.is_empty());
    }

    #[test]
    fn no_trail_is_made_where_none_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        assert!(AccessRecorder::open(&path, "alice").is_err());
        assert!(!path.exists());
        std::fs::write(&path, "").unwrap();
        let error = AccessRecorder::open(&path, "alice").unwrap_err();
        assert_eq!(error.kind, StoreErrorKind::Foreign);
        assert_eq!(std::fs::read(&path).unwrap(), b"");
    }

    #[test]
    fn a_question_as_long_as_a_question_may_be_fits_into_a_record() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        drop(Trail::open(&path).unwrap());
        let mut recorder = AccessRecorder::open(&path, "alice").unwrap();
        let data = Fields::new().with("query", "\u{1}".repeat(Query::MAX_TEXT_BYTES));
        let seq = recorder.record("trail.query", data).unwrap();
        let mut length = 0;
        let mut reader = crate::SqliteReader::open(&path).unwrap();
        let mut see = |_, body: &[u8]| {
            length = body.len();
            true
        };
        crate::store::StoreReader::records(&mut reader, seq, seq + 1, &mut see).unwrap();
        assert!((1..=65_535).contains(&length), "{length}");
    }
}
