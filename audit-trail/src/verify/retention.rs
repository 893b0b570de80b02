//! What retention took against what it says it took.

use serde_json::Value;

use crate::store::{Pruned, StoreReader, pruned_digest};

use super::damage::{Damage, DamageKind};
use super::error::VerifyError;

/// The first retention record that says something else than what is gone.
pub(super) fn check(
    reader: &mut dyn StoreReader,
    pruned: &[Pruned],
) -> Result<Option<Damage>, VerifyError> {
    let mut tellers: Vec<u64> = pruned.iter().map(|range| range.retention).collect();
    tellers.sort_unstable();
    tellers.dedup();
    for teller in tellers {
        let ranges = pruned.iter().filter(|range| range.retention == teller);
        let digest = pruned_digest(ranges.map(|range| (range.first, range.last)));
        let mut said = None;
        reader.records(teller, teller + 1, &mut |_, body| {
            let record: Option<Value> = serde_json::from_slice(body).ok();
            said = record.and_then(|record| {
                let of_retention = record.get("kind")?.as_str()? == "retention";
                let digest = record
                    .get("data")?
                    .get("ranges_sha256")?
                    .as_str()?
                    .to_owned();
                of_retention.then_some(digest)
            });
            false
        })?;
        if said.as_deref() != Some(digest.as_str()) {
            let first = pruned.iter().find(|range| range.retention == teller);
            let found = format!("record {teller} does not tell of the records that are gone");
            let seq = first.map_or(teller, |range| range.first);
            return Ok(Some(Damage::new(DamageKind::Retention, seq, found)));
        }
    }
    Ok(None)
}
