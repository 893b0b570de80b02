//! Stores pass the suite.

#![cfg(test)]

use std::cell::Cell;

use audit_trail::SqliteStore;
use audit_trail::store::suite;

#[test]
fn sqlite_does_what_every_store_must() {
    let dir = tempfile::tempdir().unwrap();
    let made = Cell::new(0);
    suite::run(|| {
        made.set(made.get() + 1);
        let path = dir.path().join(format!("{}.db", made.get()));
        move || SqliteStore::open(&path).unwrap()
    });
    assert!(made.get() > 0);
}
