//! What subscribers and recorders do to whoever calls: nothing.

use std::io::{self, Write};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use std::time::Duration;

use audit_core::bus::{Bus, DomainEvent, Runnable};
use audit_core::observability::{disable, enable};
use audit_core::sink::{JsonLines, MemorySink};
use audit_core::testing::capture;
use audit_core::{EventKind, Refused, Scope, admit, audit};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::seen::{alone, now, recording, watch};
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

async fn waits(_: DomainEvent) {
    tokio::task::yield_now().await;
}

/// A bus with handlers that are done at once, and with some that are not.
fn bus() -> Bus {
    let bus = Bus::new();
    bus.subscribe("order.*", |_| ()).unwrap().keep();
    bus.subscribe_async("order.*", waits).unwrap().keep();
    let at_once = Runnable::new(|n: u8| Ok::<_, String>(n));
    let later = Runnable::new_async(|n: u8| async move {
        tokio::task::yield_now().await;
        Ok::<_, String>(n)
    });
    bus.register("at_once", at_once).unwrap().keep();
    bus.register("later", later).unwrap().keep();
    bus
}

/// Publishes, and has both called.
async fn operate(bus: &Bus) -> (u8, u8) {
    bus.publish("order.paid", 1).await.unwrap();
    let at_once = bus.invoke("at_once", 1_u8).await.unwrap();
    (at_once, bus.invoke("later", 2_u8).await.unwrap())
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
    fn clone_span(&self, _: &Id) -> Id {
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
                        (refunded, transferred, now(operate(&bus())))
                    })
                });
                disable();
                captured
            })
        })
    });
    assert_eq!(captured.value, (20, 7, (1, 2)));
    assert_eq!(captured.decisions().count(), 3, "the audit has it all");
    assert_eq!(
        captured.outcomes().count(),
        6,
        "those of operations with it"
    );
    assert!(breaks.0.load(Ordering::Relaxed) > 10, "it was told");
}

/// Makes no span of anything.
struct MakesNone;

impl tracing::Subscriber for MakesNone {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "audit::observability"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        panic!("on purpose")
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

fn refund_and_publish() {
    runtime().scope(|| refund(20)).unwrap();
    now(bus().publish("order.paid", 1)).unwrap();
}

#[test]
fn a_recorder_that_panics_takes_no_span_with_it() {
    let _alone = alone();
    let (_, seen) = watch(|| {
        quietly(|| {
            metrics::with_local_recorder(&Breaks::default(), || {
                enable();
                refund_and_publish();
                disable();
            });
        });
    });
    for name in ["audit.call", "audit.operation"] {
        assert_eq!(seen.span(name).fields["audit.outcome"], "completed");
    }
}

#[test]
fn a_subscriber_that_panics_takes_no_metric_with_it() {
    let _alone = alone();
    let ((), metrics) = recording(|| {
        quietly(|| {
            tracing::subscriber::with_default(MakesNone, || {
                enable();
                refund_and_publish();
                disable();
            });
        });
    });
    for series in [
        r#"audit_outcomes_total{action="refund",status="completed"} 1"#,
        r#"audit_operations_total{kind="publish",verdict="allow"} 1"#,
    ] {
        assert!(metrics.contains(series), "{metrics}");
    }
}

/// Calls what is audited itself, and publishes, whenever it is told of anything.
struct Calls {
    spans: AtomicU32,
    closed: AtomicU32,
    bus: Bus,
}

impl Calls {
    fn calls(&self) {
        refund(1).unwrap();
        // It is the first poll that judges it and calls whoever listens.
        let mut publication = pin!(self.bus.publish("order.paid", 1));
        let mut context = Context::from_waker(Waker::noop());
        let _done = publication.as_mut().poll(&mut context);
    }
}

impl tracing::Subscriber for Calls {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target() == "audit::observability"
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        self.spans.fetch_add(1, Ordering::Relaxed);
        self.calls();
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {
        self.calls();
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &tracing::Event<'_>) {}
    fn enter(&self, _: &Id) {
        self.calls();
    }
    fn exit(&self, _: &Id) {
        self.calls();
    }
    fn try_close(&self, _: Id) -> bool {
        self.closed.fetch_add(1, Ordering::Relaxed);
        self.calls();
        true
    }
}

#[test]
fn a_subscriber_that_calls_what_is_observed_comes_to_an_end() {
    let _alone = alone();
    let calls = Arc::new(Calls {
        spans: AtomicU32::new(0),
        closed: AtomicU32::new(0),
        bus: bus(),
    });
    tracing::subscriber::with_default(Arc::clone(&calls), || {
        enable();
        runtime().scope(|| {
            refund(20).unwrap();
            now(operate(&calls.bus));
        });
        disable();
    });
    // A call, a publication and two invocations.
    assert_eq!(calls.spans.load(Ordering::Relaxed), 4);
    assert_eq!(calls.closed.load(Ordering::Relaxed), 4);
}

/// What is written to it.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_filter_of_a_subscriber_silences_the_audit() {
    let _alone = alone();
    enable();
    let (memory, written, runtime) = (Arc::new(MemorySink::new()), Written::default(), runtime());
    runtime.register_sink(Arc::clone(&memory)).unwrap();
    let lines = Arc::new(JsonLines::new(written.clone()));
    runtime.register_sink(lines).unwrap();
    let off = tracing_subscriber::registry().with(LevelFilter::OFF);
    let captured = tracing::subscriber::with_default(off, || {
        assert!(!tracing::enabled!(tracing::Level::ERROR));
        let captured = capture(|| runtime.scope(|| refund(20)).unwrap());
        runtime.flush(Duration::from_mins(1)).unwrap();
        captured
    });
    disable();
    assert_eq!(captured.decisions().count(), 1);
    assert_eq!(captured.outcomes().count(), 1);
    for kind in [EventKind::Decision, EventKind::Outcome] {
        assert_eq!(memory.query().kind(kind).count(), 1, "{kind:?}");
    }
    let written = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert_eq!(written.matches(r#""kind":"decision""#).count(), 1);
    assert_eq!(written.matches(r#""kind":"outcome""#).count(), 1);
}
