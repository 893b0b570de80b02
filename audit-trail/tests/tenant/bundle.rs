//! A tenant's records as files, each with its proof.

use std::fs;
use std::path::{Path, PathBuf};

use audit_trail::export::write_tenant_records;
use audit_trail::note::{Checkpoint, SignedNote};
use audit_trail::proof::InclusionProof;
use audit_trail::{SqliteReader, Trail};

use super::{fill, happened, id, world};
use crate::support::{SOON, line};

/// All files below a directory, by their path within it.
fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path.strip_prefix(dir).unwrap().to_owned());
            }
        }
    }
    found.sort();
    found
}

/// Checks each record of a bundle by the file beside it, as whoever was sent it does.
fn assert_proved(dir: &Path, trail: &Trail, tenant: &str) {
    let keys = [trail.verifier_key()];
    let note = fs::read_to_string(dir.join("checkpoint")).unwrap();
    let note: SignedNote = note.parse().unwrap();
    Checkpoint::open(&note, &keys).unwrap();
    let paths = files(dir);
    for path in paths
        .iter()
        .filter(|path| path.extension().unwrap_or_default() == "json")
    {
        let body = fs::read(dir.join(path)).unwrap();
        let record: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(record["tenant"], tenant, "{path:?}");
        let proof = dir.join(path).with_extension("tlog-proof");
        let proof: InclusionProof = fs::read_to_string(proof).unwrap().parse().unwrap();
        assert_eq!(record["seq"], proof.index(), "{path:?}");
        assert_eq!(proof.checkpoint(), &note);
        proof.verify(&body, &keys).unwrap();
    }
}

#[test]
fn a_bundle_has_the_tenants_records_each_with_its_proof_and_nothing_else() {
    let (dir, trail) = world();
    let out = dir.path().join("acme");
    let acme = trail.for_tenant(id("acme"));
    assert_eq!(acme.export_records(&out).unwrap(), 2);
    let expected = [
        "checkpoint",
        "record/001.json",
        "record/001.tlog-proof",
        "record/004.json",
        "record/004.tlog-proof",
    ];
    assert_eq!(files(&out), expected.map(PathBuf::from));
    assert_proved(&out, &trail, "acme");

    let none = dir.path().join("none");
    assert_eq!(
        trail.for_tenant(id("none")).export_records(&none).unwrap(),
        0
    );
    assert_eq!(files(&none), ["checkpoint"].map(PathBuf::from));
}

#[test]
fn records_of_more_than_one_page_and_of_several_tiles_are_all_there() {
    let (dir, trail) = world();
    // A page is 512 records.
    for number in 0..540 {
        let tenant = if number % 20 == 0 { "globex" } else { "acme" };
        happened(&trail, Some(tenant), number);
    }
    trail.flush(SOON).unwrap();
    let out = dir.path().join("acme");
    assert_eq!(
        trail.for_tenant(id("acme")).export_records(&out).unwrap(),
        515
    );
    assert_eq!(files(&out).len(), 2 * 515 + 1);
    assert!(out.join("record/546.json").exists());
    assert_proved(&out, &trail, "acme");
}

#[test]
fn a_directory_with_something_in_it_is_left_as_it_is() {
    let (dir, trail) = world();
    let out = dir.path().join("out");
    trail.for_tenant(id("globex")).export_records(&out).unwrap();
    let before = files(&out);
    let error = trail
        .for_tenant(id("acme"))
        .export_records(&out)
        .unwrap_err();
    let error = line(&error);
    assert!(
        error.ends_with("is not empty; expected a directory with nothing in it, or none"),
        "{error}"
    );
    assert_eq!(files(&out), before);
    assert_proved(&out, &trail, "globex");
}

#[test]
fn a_bundle_ends_at_its_checkpoint_and_is_made_of_a_closed_trail_too() {
    let (dir, trail) = world();
    let early: SignedNote = trail.checkpoint().unwrap().parse().unwrap();
    fill(&trail);
    let opener = SqliteReader::opener(dir.path().join("audit.db"));
    let out = dir.path().join("early");
    let mut last = None;
    let mut progress = |at: audit_trail::export::Progress| last = Some((at.done, at.total));
    let acme = id("acme");
    let written = write_tenant_records(&out, &opener, &acme, &early, &mut progress).unwrap();
    assert_eq!((written, last), (2, Some((2, 2))));
    assert_proved(&out, &trail, "acme");

    trail.close(SOON).unwrap();
    let out = dir.path().join("closed");
    assert_eq!(trail.for_tenant(acme).export_records(&out).unwrap(), 4);
    assert_proved(&out, &trail, "acme");
}

#[test]
fn a_record_that_was_rewritten_is_named_and_the_bundle_has_no_checkpoint() {
    let (dir, trail) = world();
    let note: SignedNote = trail.checkpoint().unwrap().parse().unwrap();
    trail.close(SOON).unwrap();
    let path = dir.path().join("audit.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    database
        .execute_batch(
            "DROP TRIGGER record_is_never_changed;
             UPDATE record SET body = CAST(replace(CAST(body AS TEXT), '\"n\":1', '\"n\":9') AS BLOB) WHERE seq = 4",
        )
        .unwrap();
    drop(database);
    let out = dir.path().join("out");
    let opener = SqliteReader::opener(&path);
    let error = write_tenant_records(&out, &opener, &id("acme"), &note, &mut |_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "record 4 is not the one whose hash is in the tree"
    );
    assert!(!out.join("checkpoint").exists());
}

#[test]
fn an_index_that_does_not_agree_with_the_records_makes_no_bundle() {
    let (dir, trail) = world();
    let note: SignedNote = trail.checkpoint().unwrap().parse().unwrap();
    trail.close(SOON).unwrap();
    let path = dir.path().join("audit.db");
    let database = rusqlite::Connection::open(&path).unwrap();
    let sql = "UPDATE entry SET tenant = 'acme' WHERE seq = 2";
    database.execute(sql, []).unwrap();
    drop(database);
    let out = dir.path().join("out");
    let opener = SqliteReader::opener(&path);
    let error = write_tenant_records(&out, &opener, &id("acme"), &note, &mut |_| ()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "1 records would be missing, as the index names what their bytes do not say; `audit trail verify --index` names the first"
    );
    assert!(!out.join("checkpoint").exists());
}
