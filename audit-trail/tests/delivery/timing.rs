//! Stretches of code that are measured: what is on disk when.

use std::time::Duration;

use audit_core::{Delivery, Entry, RecordError, RecordErrorKind, Scope, Timed, timed};
use audit_trail::Trail;

use crate::support::{Gate, SOON, found, gated, json, quiet, runtime};

fn begin(trail: &Trail, entry: Entry) -> Result<Timed, RecordError> {
    let scope = Scope::new().runtime(runtime(trail));
    scope.run(|| timed(entry))
}

fn durable() -> Entry {
    Entry::new("import").delivery(Delivery::Durable)
}

/// The outcomes of what is in the trail under this name, and whether each points to the first.
fn parts(trail: &Trail) -> Vec<(String, bool)> {
    let records: Vec<_> = found(trail, "name:import").iter().map(json).collect();
    let part = |record: &serde_json::Value| {
        let status = record["outcome"]["status"].as_str().unwrap_or("begun");
        (status.to_owned(), record["call"] == records[0]["id"])
    };
    records.iter().map(part).collect()
}

fn part(status: &str, points: bool) -> (String, bool) {
    (status.to_owned(), points)
}

#[test]
fn a_durable_end_is_on_disk_when_complete_returns() {
    let dir = tempfile::tempdir().unwrap();
    let trail = gated(dir.path(), &Gate::default(), quiet());
    let import = begin(&trail, durable()).unwrap();
    assert_eq!(parts(&trail), [part("begun", false)]);
    import.complete().unwrap();
    // Nobody flushed.
    let whole = [part("begun", false), part("completed", true)];
    assert_eq!(parts(&trail), whole);
}

#[test]
fn a_durable_end_that_the_store_refuses_is_told_so_and_kept_as_soon_as_it_can_be() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    let import = begin(&trail, durable()).unwrap();
    gate.fail();
    let error = import.complete_with(&"x".parse::<u8>()).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Failed);
    gate.open();
    trail.flush(SOON).unwrap();
    let whole = [part("begun", false), part("failed", true)];
    assert_eq!(parts(&trail), whole);
}

#[test]
fn a_durable_end_waits_for_a_store_that_hangs_for_as_long_as_it_may_take() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    let patient = begin(&trail, durable().durable_timeout(SOON)).unwrap();
    let impatient = || durable().durable_timeout(Duration::from_millis(20));
    // On a machine that is busy its beginning may take too long as well.
    let mut begun = std::iter::repeat_with(|| begin(&trail, impatient())).take(1_000);
    let impatient = begun.find_map(Result::ok).unwrap();
    gate.hang();
    let error = impatient.complete().unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::TimedOut);
    std::thread::scope(|threads| {
        let waits = threads.spawn(|| patient.complete());
        gate.wait_until_it_hangs();
        gate.open();
        waits.join().unwrap().unwrap();
    });
    assert_eq!(found(&trail, "name:import outcome:completed").len(), 2);
}

#[tokio::test]
async fn a_task_waits_for_a_durable_end_without_a_thread() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    let import = begin(&trail, durable()).unwrap();
    gate.fail();
    let error = import.complete_async().await.unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Failed);
    gate.open();
    trail.flush(SOON).unwrap();
}

#[test]
fn what_the_trail_keeps_durably_has_its_beginning_on_disk_without_a_word_of_its_own() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let options = quiet().deliver("im*", Delivery::Durable).unwrap();
    let trail = gated(dir.path(), &gate, options);
    let import = begin(&trail, Entry::new("import")).unwrap();
    assert_eq!(parts(&trail), [part("begun", false)]);
    import.complete().unwrap();
    let whole = [part("begun", false), part("completed", true)];
    assert_eq!(parts(&trail), whole);

    gate.fail();
    let error = begin(&trail, Entry::new("import")).unwrap_err();
    assert_eq!(error.kind, RecordErrorKind::Failed, "it does not begin");
    // What says itself how surely it is to be kept, and what the trail keeps otherwise, begins without a record.
    let buffered = Entry::new("import").delivery(Delivery::Buffered);
    drop(begin(&trail, buffered).unwrap());
    drop(begin(&trail, Entry::new("export")).unwrap());
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(found(&trail, "name:export").len(), 1);
}

#[test]
fn what_the_trail_leaves_out_has_neither_beginning_nor_end() {
    let dir = tempfile::tempdir().unwrap();
    let options = quiet().deliver_otherwise(Delivery::Durable);
    let options = options.except(["import"]).unwrap();
    let trail = gated(dir.path(), &Gate::default(), options);
    let import = begin(&trail, Entry::new("import")).unwrap();
    assert_eq!(import.complete(), Ok(None));
    assert!(parts(&trail).is_empty());
}
