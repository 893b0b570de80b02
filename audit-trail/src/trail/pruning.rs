//! [`plan_retention`] and [`prune`]: retention beside the service.

use std::path::Path;

use audit_core::Timestamp;

use crate::note::TrailKey;
use crate::notice::{Notices, tell};
use crate::retention::{RetentionPlan, RetentionPolicy, RetentionResult, carry_out, plan};
use crate::store::sqlite::{SqliteReader, SqliteStore};
use crate::store::{Store, StoreError, fact_name};
use crate::verify::Keys;
use crate::writer::unsignable;

use super::error::TrailError;

/// What would go from the trail in this file by a policy at some time, most often now. Nothing goes.
///
/// # Errors
/// There is no trail, or it can't be read.
pub fn plan_retention(
    path: impl AsRef<Path>,
    policy: &RetentionPolicy,
    now: Timestamp,
) -> Result<RetentionPlan, StoreError> {
    plan(&mut SqliteReader::open(path)?, policy, now)
}

/// Takes out of the trail in this file what a plan says, part by part. Whoever has the trail open meanwhile is not disturbed
/// for longer than a part takes. What remains still proves, and a record tells of each part.
///
/// The key signs what is told, so that nobody without it can pass off what he removed as retention.
///
/// `progress` is told how many records are gone after each part.
///
/// # Errors
/// There is no trail, the key is not the one that signs it, or it can't be written. What went before is gone, and told of.
pub fn prune(
    path: impl AsRef<Path>,
    key: &TrailKey,
    plan: &RetentionPlan,
    progress: &mut dyn FnMut(u64),
) -> Result<RetentionResult, TrailError> {
    let mut store = SqliteStore::open_existing(path)?;
    let mut reader = (store.opener())()?;
    Keys::stored(&mut *reader)?.and_expected(key.verifier())?;
    let origin = reader.fact(fact_name::ORIGIN)?.unwrap_or_default();
    let (notices, mut gone) = (Notices::of_system(), 0);
    carry_out(plan, |part| {
        let record = part.record(&notices, &origin, key).map_err(unsignable)?;
        let head = store.prune(&part.ranges, &record)?;
        tell(&record);
        gone += part
            .ranges
            .iter()
            .map(|(first, last)| last - first + 1)
            .sum::<u64>();
        progress(gone);
        Ok(head.size.saturating_sub(1))
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use audit_core::{Fields, Timestamp};

    use super::{plan_retention, prune};
    use crate::note::TrailKey;
    use crate::retention::RetentionPolicy;
    use crate::{AccessRecorder, Trail};

    #[test]
    fn what_goes_beside_an_open_trail_is_told_of_and_the_rest_still_proves() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("audit.db");
        let trail = Trail::open(&path).unwrap();
        let mut recorder = AccessRecorder::open(&path, "alice").unwrap();
        for _ in 0..10 {
            recorder.record("trail.query", Fields::new()).unwrap();
        }
        let policy = RetentionPolicy::new(["trail.query=3".parse().unwrap()]);
        let plan = plan_retention(&path, &policy, Timestamp::from_nanos(0)).unwrap();
        assert_eq!((plan.records(), plan.ranges()), (7, &[(1, 7)][..]));

        let mut told = Vec::new();
        let key = TrailKey::load(dir.path().join("audit.db.key")).unwrap();
        let result = prune(&path, &key, &plan, &mut |gone| told.push(gone)).unwrap();
        assert_eq!((result.records, &*result.told_by), (7, &[11][..]));
        assert_eq!(told, [7]);
        trail.close(Duration::from_secs(30)).unwrap();
        let trail = Trail::open(&path).unwrap();
        let verification = trail.verify().unwrap();
        assert!(verification.is_sound(), "{:?}", verification.damage);
        assert_eq!(verification.records_pruned, 7);
    }
}
