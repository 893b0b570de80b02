//! What retention took against what it says it took.

use serde_json::Value;

use crate::note::states_retention;
use crate::store::{Pruned, StoreReader, fact_name, pruned_digest};

use super::damage::{Damage, DamageKind};
use super::error::VerifyError;
use super::keys::Keys;

/// The first retention record that says something else than what is gone.
pub(super) fn check(
    reader: &mut dyn StoreReader,
    keys: &Keys,
    pruned: &[Pruned],
) -> Result<Option<Damage>, VerifyError> {
    let origin = reader.fact(fact_name::ORIGIN)?.unwrap_or_default();
    let keys = keys.all();
    let mut tellers: Vec<u64> = pruned.iter().map(|range| range.retention).collect();
    tellers.sort_unstable();
    tellers.dedup();
    for teller in tellers {
        let ranges = || pruned.iter().filter(|range| range.retention == teller);
        let digest = pruned_digest(ranges().map(|range| (range.first, range.last)));
        let records = ranges()
            .map(|range| (range.last + 1).saturating_sub(range.first))
            .sum();
        let mut holds = false;
        reader.records(teller, teller + 1, &mut |_, body| {
            let statement = statement(body);
            holds = statement
                .is_some_and(|note| states_retention(&note, &origin, records, &digest, &keys));
            false
        })?;
        if !holds {
            let first = pruned.iter().find(|range| range.retention == teller);
            let found = format!("record {teller} does not tell of the records that are gone");
            let seq = first.map_or(teller, |range| range.first);
            return Ok(Some(Damage::new(DamageKind::Retention, seq, found)));
        }
    }
    Ok(None)
}

/// The note in a retention record by which the key holder says what went.
fn statement(body: &[u8]) -> Option<String> {
    let record: Value = serde_json::from_slice(body).ok()?;
    let of_retention = record.get("kind")?.as_str()? == "retention";
    let note = record.get("data")?.get("statement")?.as_str()?.to_owned();
    of_retention.then_some(note)
}
