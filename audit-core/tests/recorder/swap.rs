//! A recorder is set, swapped and taken away while the program runs.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use audit_core::{Fact, Recorded, Recorder, Refusal, Refused, Runtime, Terms, admit, audit};

use crate::notebook::{Answer, Notebook};
use crate::support::{builder, quietly, refund};

#[audit(action = "refund")]
fn during<R>(work: impl FnOnce() -> R) -> R {
    work()
}

#[admit(action = "refund", delivery = "durable")]
fn durable() -> Result<(), Refused> {
    Ok(())
}

fn shared(notebook: &Arc<Notebook>) -> Arc<dyn Recorder> {
    Arc::<Notebook>::clone(notebook)
}

#[test]
fn a_swap_splits_no_call() {
    let (first, second) = (Notebook::that(Answer::Take), Notebook::that(Answer::Take));
    let runtime = builder().recorder(shared(&first)).build().unwrap();
    runtime.scope(|| {
        during(|| {
            runtime.set_recorder(shared(&second));
            during(|| ());
        });
        runtime.clear_recorder();
        during(|| ());
    });
    let whole = ["decision refund", "outcome refund completed"];
    assert_eq!(first.lines(), whole);
    assert_eq!(second.lines(), whole);
}

#[test]
fn a_call_that_began_without_a_recorder_ends_without_one() {
    let notebook = Notebook::that(Answer::Take);
    let runtime = builder().build().unwrap();
    runtime.scope(|| during(|| runtime.set_recorder(shared(&notebook))));
    assert!(notebook.lines().is_empty());
}

#[test]
fn a_flush_waits_for_the_recorder_too() {
    let notebook = Notebook::that(Answer::Hold);
    let runtime = builder().recorder(shared(&notebook)).build().unwrap();
    std::thread::scope(|threads| {
        let call = threads.spawn(|| runtime.scope(durable));
        while !notebook.holds() {
            std::thread::yield_now();
        }
        let late = runtime.flush(Duration::ZERO).unwrap_err();
        assert!(late.recorder && late.observers.is_empty());
        assert_eq!(
            late.to_string(),
            "not everything was seen or kept in time by the recorder"
        );
        notebook.held().settle(Ok(()));
        assert_eq!(call.join().unwrap(), Ok(()));
    });
    assert!(runtime.flush(Duration::ZERO).is_ok());
}

/// Calls what it records, as a trail might that stands behind an annotated client.
struct Recursive {
    runtime: Mutex<Option<Runtime>>,
    seen: Mutex<u32>,
    inner: Mutex<Option<Refusal>>,
}

impl Recorder for Recursive {
    fn record(&self, _: &Fact<'_>, terms: &Terms) -> Recorded {
        *self.seen.lock().unwrap() += 1;
        let runtime = self.runtime.lock().unwrap().clone().unwrap();
        assert!(runtime.allow(&refund(1)));
        let refused = runtime.scope(durable).unwrap_err();
        *self.inner.lock().unwrap() = Some(refused.refusal());
        Recorded::Taken(terms.delivery.unwrap_or(audit_core::Delivery::Buffered))
    }

    fn flush(&self, _: Duration) -> bool {
        true
    }
}

#[test]
fn what_a_recorder_does_while_it_records_is_not_handed_to_it() {
    let recorder = Arc::new(Recursive {
        runtime: Mutex::new(None),
        seen: Mutex::new(0),
        inner: Mutex::new(None),
    });
    let runtime = builder()
        .recorder(Arc::<Recursive>::clone(&recorder))
        .build()
        .unwrap();
    *recorder.runtime.lock().unwrap() = Some(runtime.clone());
    assert!(runtime.allow(&refund(1)));
    assert_eq!(*recorder.seen.lock().unwrap(), 1);
    let inner = *recorder.inner.lock().unwrap();
    assert_eq!(
        inner,
        Some(Refusal::Unrecordable),
        "what must be recorded is refused in there"
    );
    // The circle of a runtime and its recorder.
    runtime.clear_recorder();
    recorder.runtime.lock().unwrap().take();
}

#[test]
fn a_recorder_whose_destructor_panics_harms_nobody() {
    struct Fragile;

    impl Recorder for Fragile {
        fn record(&self, _: &Fact<'_>, _: &Terms) -> Recorded {
            Recorded::Unwanted
        }

        fn flush(&self, _: Duration) -> bool {
            true
        }
    }

    impl Drop for Fragile {
        fn drop(&mut self) {
            panic!("the disk is gone");
        }
    }

    quietly(|| {
        let runtime = builder().recorder(Arc::new(Fragile)).build().unwrap();
        assert!(runtime.allow(&refund(1)));
        runtime.clear_recorder();
        assert!(runtime.allow(&refund(1)));
    });
}
