//! The process's recorder: set before, after and without a runtime, and taken away again. One test, as it is one for all.

#![cfg(test)]

#[path = "recorder/notebook.rs"]
mod notebook;
mod support;

use std::sync::Arc;
use std::thread;

use audit_core::{Entry, Recorder, audit, clear_recorder, install, record, set_recorder, timed};
use notebook::{Answer, Notebook};
use support::{builder, refund};

#[audit(action = "refund")]
fn audited() {}

#[test]
fn the_recorder_of_the_process_is_that_of_every_runtime_without_one() {
    let (first, second) = (Notebook::that(Answer::Take), Notebook::that(Answer::Take));
    let shared =
        |notebook: &Arc<Notebook>| -> Arc<dyn Recorder> { Arc::<Notebook>::clone(notebook) };
    let whole = ["decision refund", "outcome refund completed"];

    let runtime = builder().build().unwrap();
    assert!(runtime.allow(&refund(1)), "nobody records");

    // Without a runtime, entries alone are recorded.
    assert_eq!(record(Entry::new("boot")), Ok(None), "nobody records");
    let early = Notebook::that(Answer::Take);
    set_recorder(shared(&early));
    assert!(record(Entry::new("boot")).unwrap().is_some());
    thread::spawn(|| timed(Entry::new("boot")).unwrap().fail("no disk").unwrap())
        .join()
        .unwrap();
    audited();
    assert_eq!(early.lines(), ["event boot completed", "event boot failed"]);

    // Kept until a runtime is installed.
    set_recorder(shared(&first));
    assert_eq!(Arc::strong_count(&early), 1);
    assert_eq!(Arc::strong_count(&first), 2);
    install(runtime.clone()).unwrap();
    audited();
    assert_eq!(first.lines()[..1], ["lifecycle install"]);
    assert_eq!(first.lines()[1..], whole);

    // A runtime's own goes before it.
    let own = Notebook::that(Answer::Take);
    let other = builder().recorder(shared(&own)).build().unwrap();
    other.scope(audited);
    assert_eq!(own.lines(), whole);
    assert_eq!(first.lines().len(), 3);

    // A swap reaches all threads and runtimes.
    let runtime = other.clone();
    other.clear_recorder();
    thread::spawn(move || {
        runtime.scope(audited);
        set_recorder(shared(&second));
        runtime.scope(audited);
        assert_eq!(second.lines(), whole);
        drop(runtime);
    })
    .join()
    .unwrap();
    assert_eq!(first.lines().len(), 5);
    audited();
    assert_eq!(first.lines().len(), 5);

    // And away.
    clear_recorder();
    audited();
    other.scope(audited);
    assert_eq!(Arc::strong_count(&first), 1, "nobody holds what is no more");
}
