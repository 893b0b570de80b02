//! What subscribers and recorders do to whoever calls: nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::observability::{disable, enable};
use audit_core::testing::capture;
use audit_core::{Refused, Scope, admit, audit};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tracing::span::{Attributes, Id, Record};

use crate::seen::{alone, now};
use crate::support::{quietly, runtime};

#[admit(action = "refund")]
fn refund(amount: i64) -> Result<i64, Refused> {
    Ok(amount)
}

#[audit(action = "transfer")]
async fn transfer() -> i64 {
    tokio::task::yield_now().await;
    7
}

/// Panics wherever it is told of something of ours, counting how often.
#[derive(Clone, Default)]
struct Breaks(Arc<AtomicU32>);

impl Breaks {
    fn broken(&self) -> ! {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("on purpose")
    }
}

impl tracing::Subscriber for Breaks {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "audit::observability"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.0.fetch_add(1, Ordering::Relaxed);
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {
        self.broken()
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {
        self.broken()
    }
    fn enter(&self, _: &Id) {
        self.broken()
    }
    fn exit(&self, _: &Id) {
        self.broken()
    }
    fn try_close(&self, _: Id) -> bool {
        self.broken()
    }
}

impl Recorder for Breaks {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.broken()
    }
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.broken()
    }
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {
        self.broken()
    }
    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        self.broken()
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        self.broken()
    }
    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        self.broken()
    }
}

#[test]
fn a_subscriber_and_a_recorder_that_panic_wherever_they_can_change_no_call() {
    let (_alone, breaks) = (alone(), Breaks::default());
    let captured = quietly(|| {
        metrics::with_local_recorder(&breaks, || {
            tracing::subscriber::with_default(breaks.clone(), || {
                enable();
                let captured = capture(|| {
                    runtime().scope(|| {
                        let scope = Scope::new().tenant("acme").unwrap();
                        let refunded = scope.run(|| refund(20)).unwrap();
                        let transferred = now(transfer());
                        refund(5000).unwrap_err();
                        (refunded, transferred)
                    })
                });
                disable();
                captured
            })
        })
    });
    assert_eq!(captured.value, (20, 7));
    assert_eq!(captured.decisions().count(), 3, "the audit has it all");
    assert_eq!(captured.outcomes().count(), 3);
    assert!(breaks.0.load(Ordering::Relaxed) > 10, "it was told");
}

/// Calls what is audited itself, whenever it is told of anything.
struct Calls(AtomicU32);

impl tracing::Subscriber for Calls {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "audit::observability"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.0.fetch_add(1, Ordering::Relaxed);
        refund(1).unwrap();
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {
        refund(1).unwrap();
    }
    fn exit(&self, _: &Id) {}
}

#[test]
fn a_subscriber_that_calls_what_is_observed_comes_to_an_end() {
    let _alone = alone();
    let calls = Arc::new(Calls(AtomicU32::new(0)));
    tracing::subscriber::with_default(Arc::clone(&calls), || {
        enable();
        runtime().scope(|| refund(20)).unwrap();
        disable();
    });
    assert_eq!(calls.0.load(Ordering::Relaxed), 1);
}

#[test]
fn no_filter_of_a_subscriber_silences_the_audit() {
    let _alone = alone();
    enable();
    let captured =
        tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), || {
            capture(|| runtime().scope(|| refund(20)).unwrap())
        });
    disable();
    assert_eq!(captured.decisions().count(), 1);
    assert_eq!(captured.outcomes().count(), 1);
}
