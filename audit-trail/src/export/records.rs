//! [`write_tenant_records`]: what one tenant has in a trail, record by record with its proof.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use audit_core::TenantId;

use crate::note::{Checkpoint, SignedNote};
use crate::proof::InclusionProof;
use crate::query::{Aggregation, Order, Query, Record};
use crate::store::{OpenReader, StoreError, StoreReader, StoredTiles};
use crate::tree::{inclusion_proof, leaf_hash, root, verify_inclusion};

use super::error::ExportError;
use super::file::{self, Lasting};
use super::write::Progress;

/// How many records are read at a time.
const AT_A_TIME: usize = 512;

type Failed = ExportError<StoreError, StoreError>;

/// Writes the records of one tenant, up to this checkpoint, to a directory that is made or empty: a tile has everybody's hashes and a
/// bundle everybody's records, so of each record of the tenant there is a file with its exact bytes, `record/<seq>.json`, and
/// beside it one that proves it, `record/<seq>.tlog-proof`, as C2SP's `tlog-proof@v1` has it. A place of more than three digits
/// is in folders of three each: record 1234 is `record/x001/234.json`. The checkpoint is written last, as `checkpoint`: a directory
/// that has none is not finished. Returned is how many records it has.
///
/// It proves each record that is in it, and not that no record of the tenant is missing: which are the tenant's an index says, whose
/// mistakes a [`Verifier`](crate::verify::Verifier) that checks the index finds. Whoever has it learns of others how many records there are in the
/// trail, and hashes of some of them. That the trail was read is for the caller to record, as [`TenantTrail`](crate::TenantTrail) does.
///
/// # Errors
/// There is something in the directory; the tiles do not have the checkpoint's root; a record is not the one that was hashed, or not
/// what the index has of it; something can't be read or written.
pub fn write_tenant_records(
    dir: &Path,
    opener: &OpenReader,
    tenant: &TenantId,
    checkpoint: &SignedNote,
    progress: &mut dyn FnMut(Progress),
) -> Result<u64, Failed> {
    let signed = Checkpoint::parse(checkpoint.text()).map_err(ExportError::Checkpoint)?;
    let mut hashes = opener().map_err(unreadable)?;
    let mut records = opener().map_err(unreadable)?;
    let size = hashes.head().map_err(unreadable)?.size;
    let tiles = StoredTiles::of(&mut *hashes, size);
    let (found, expected) = (
        root(&tiles, signed.size()).map_err(ExportError::Tree)?,
        signed.root(),
    );
    if found != expected {
        return Err(ExportError::Root { found, expected });
    }
    make_empty(dir)?;

    let asked = Query::new()
        .seq_to(signed.size().saturating_sub(1))
        .order(Order::Oldest)
        .within_tenant(tenant);
    let total = count(&mut *records, &asked)?;
    let (mut done, mut after) = (0, None);
    let mut is_over = signed.size() == 0;
    while !is_over {
        let page = records.search(&asked, after.as_ref(), AT_A_TIME);
        let page = page.map_err(unreadable)?;
        if page.index_mismatches > 0 {
            return Err(ExportError::Index {
                records: page.index_mismatches,
            });
        }
        for record in page.records {
            let seq = record.seq;
            // An index is not asked whose record it is, nor whether it is the one that was hashed.
            let is_own = record
                .columns()
                .is_ok_and(|columns| columns.tenant.as_deref() == Some(tenant));
            let path = inclusion_proof(&tiles, seq, signed.size()).map_err(ExportError::Tree)?;
            let leaf = leaf_hash(&record.body);
            let holds = verify_inclusion(leaf, seq, signed.size(), &path, expected);
            if !is_own || holds.is_err() {
                return Err(ExportError::Record { seq });
            }
            let proof = InclusionProof::new(seq, path, checkpoint.clone());
            put(dir, &record, &proof)?;
            done += 1;
            progress(Progress { done, total });
        }
        after = page.next;
        is_over = after.is_none();
    }
    let path = dir.join("checkpoint");
    let content = checkpoint.to_string();
    file::put(&path, content.as_bytes(), Lasting::Synced)
        .map_err(|error| ExportError::File { path, error })?;
    Ok(done)
}

fn unreadable(error: StoreError) -> Failed {
    ExportError::Entries { first: 0, error }
}

/// Makes a directory, unless there is one with nothing in it.
fn make_empty(dir: &Path) -> Result<(), Failed> {
    let failed = |error| ExportError::File {
        path: dir.to_owned(),
        error,
    };
    match fs::read_dir(dir) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(ExportError::NotEmpty {
                path: dir.to_owned(),
            }),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(dir).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}

fn count(reader: &mut dyn StoreReader, asked: &Query) -> Result<u64, Failed> {
    let tally = reader.aggregate(&Aggregation::new(asked.clone()));
    Ok(tally.map_err(unreadable)?.records)
}

fn put(dir: &Path, record: &Record, proof: &InclusionProof) -> Result<(), Failed> {
    let proof = proof.to_string();
    let files = [
        ("json", record.body.as_slice()),
        ("tlog-proof", proof.as_bytes()),
    ];
    for (ending, content) in files {
        let path = place(dir, record.seq, ending);
        file::put(&path, content, Lasting::Written)
            .map_err(|error| ExportError::File { path, error })?;
    }
    Ok(())
}

/// Where a record's file is: three digits to a folder, all but the last with an `x`.
fn place(dir: &Path, seq: u64, ending: &str) -> PathBuf {
    let digits = seq.to_string();
    let digits = format!("{seq:0>width$}", width = digits.len().div_ceil(3) * 3);
    let mut path = dir.join("record");
    let mut rest = digits.as_str();
    while let Some((folder, behind)) = rest
        .split_at_checked(3)
        .filter(|(_, rest)| !rest.is_empty())
    {
        path.push(format!("x{folder}"));
        rest = behind;
    }
    path.push(format!("{rest}.{ending}"));
    path
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    #[test]
    fn a_place_is_three_digits_to_a_folder() {
        for (seq, expected) in [
            (0, "d/record/000.json"),
            (42, "d/record/042.json"),
            (999, "d/record/999.json"),
            (1_000, "d/record/x001/000.json"),
            (1_234_567, "d/record/x001/x234/567.json"),
        ] {
            let place = super::place(Path::new("d"), seq, "json");
            assert_eq!(place, Path::new(expected));
        }
    }
}
