//! Foreign code that panics where a trail calls it: subscribers, second places, wakers, clocks, errors of a store. It takes no record
//! from the trail, and none of its threads. In a process of its own, whose subscriber panics at each of the trail's warnings.

#![cfg(test)]

mod support;

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Once};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use audit_core::{Clock, Delivery, Pattern, RecordErrorKind, Recorded, SystemClock, Timestamp};
use audit_trail::anchor::{Anchor, AnchorError, FileAnchor};
use audit_trail::note::TrailKey;
use audit_trail::retention::{RetentionPolicy, RetentionRule};
use audit_trail::verify::{Keys, Verifier, VerifyError};
use audit_trail::{Overflow, SqliteReader, TrailError, TrailState};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use support::{
    Gate, SOON, assert_sound, buffered, durable, event, gated, losses, numbers, open, put, quiet,
    until,
};

/// Panics at what is said of health.
struct Panicking;

impl Subscriber for Panicking {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "audit::health"
    }

    fn event(&self, _: &Event<'_>) {
        panic!("the subscriber's own mistake");
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// From here on whoever warns in this process meets a panic.
fn let_warnings_panic() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| tracing::subscriber::set_global_default(Panicking).unwrap());
}

/// The key of a gated trail.
fn key() -> TrailKey {
    TrailKey::from_seed("test", &[7; 32]).unwrap()
}

#[test]
fn a_subscriber_that_panics_as_the_store_refuses_once_takes_no_record_and_stops_none() {
    let_warnings_panic();
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.fail_once();
    assert!(buffered(&trail, "kept", 0));
    trail.flush(SOON).unwrap();
    durable(&trail, "kept", 1).unwrap();
    assert_eq!(trail.stats().store_failures, 1);
    trail.close(SOON).unwrap();
    drop(trail);

    let trail = quiet()
        .key(key())
        .open(dir.path().join("audit.db"))
        .unwrap();
    assert_eq!(numbers(&trail, "kept"), [0, 1]);
    assert!(losses(&trail).is_empty());
    assert_sound(&trail);
}

#[test]
fn a_trail_that_goes_with_a_loss_goes_without_a_panic() {
    let_warnings_panic();
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let options = quiet().close_timeout(Duration::ZERO);
    let trail = gated(dir.path(), &gate, options);
    gate.fail();
    assert!(buffered(&trail, "lost", 0));
    drop(trail);

    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.fail();
    assert!(buffered(&trail, "lost", 0));
    drop(trail.guard(Duration::ZERO));
    assert_eq!(trail.stats().records_lost, 1);
}

#[test]
fn a_sweep_that_fails_is_tried_again_though_the_subscriber_panics() {
    let_warnings_panic();
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    durable(&trail, "old", 0).unwrap();
    let rule = RetentionRule::keep(Pattern::new("old").unwrap()).for_at_most(Duration::ZERO);
    gate.fail_in_pruning();
    let policy = RetentionPolicy::new([rule]);
    let sweep = trail.sweep(policy, Duration::ZERO).unwrap();
    until("that it failed", || sweep.stats().sweeps_failed > 0);
    gate.open();
    until("that it works again", || sweep.stats().records_removed == 1);
}

/// A second place that fails in each way: once it was gone to it has no name any more, and its error can't be shown.
#[derive(Default)]
struct Broken(AtomicBool);

impl Anchor for Broken {
    fn name(&self) -> String {
        assert!(!self.0.load(Ordering::Relaxed), "the place's own mistake");
        "broken".to_owned()
    }

    fn put(&mut self, _: &str) -> Result<(), AnchorError> {
        self.0.store(true, Ordering::Relaxed);
        Err(AnchorError::new(Unspeakable { drops: false }))
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        Ok(Vec::new())
    }
}

/// An error that panics as it is shown, or as it goes.
#[derive(Debug)]
struct Unspeakable {
    drops: bool,
}

impl std::fmt::Display for Unspeakable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        assert!(self.drops, "the error's own mistake");
        f.write_str("goes with a panic")
    }
}

impl Drop for Unspeakable {
    fn drop(&mut self) {
        assert!(!self.drops, "the error's own mistake");
    }
}

impl std::error::Error for Unspeakable {}

#[test]
fn a_second_place_that_fails_keeps_no_checkpoint_from_the_others_though_the_subscriber_panics() {
    let_warnings_panic();
    let dir = tempfile::tempdir().unwrap();
    let copies = dir.path().join("copies");
    let trail = quiet()
        .anchor(Broken::default())
        .anchor(FileAnchor::new(&copies))
        .anchor_every(Duration::ZERO)
        .open(dir.path().join("audit.db"))
        .unwrap();
    let holds = |checkpoint: &str| {
        std::fs::read_to_string(&copies).is_ok_and(|copies| copies.contains(checkpoint))
    };
    for number in 0..2 {
        durable(&trail, "new", number).unwrap();
        let checkpoint = trail.checkpoint().unwrap();
        until("that the checkpoint is copied", || holds(&checkpoint));
    }
    assert!(trail.stats().anchor_failures > 1);
    trail.close(SOON).unwrap();
}

/// A second place that panics whenever it is asked for its name.
struct Nameless(FileAnchor);

impl Anchor for Nameless {
    fn name(&self) -> String {
        panic!("the place's own mistake");
    }

    fn put(&mut self, checkpoint: &str) -> Result<(), AnchorError> {
        self.0.put(checkpoint)
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        self.0.checkpoints()
    }
}

#[test]
fn a_second_place_that_panics_for_its_name_gets_checkpoints_and_gives_them_back() {
    let_warnings_panic();
    let dir = tempfile::tempdir().unwrap();
    let copies = dir.path().join("copies");
    let path = dir.path().join("audit.db");
    let place = || Nameless(FileAnchor::new(&copies));
    let open = || quiet().key(key()).anchor(place()).require_anchors();
    // A new trail needs no copy; the second opening reads those of the first.
    for number in 0..2 {
        let trail = open().open(&path).unwrap();
        durable(&trail, "kept", number).unwrap();
        trail.close(SOON).unwrap();
    }
    let mut reader = SqliteReader::open(&path).unwrap();
    let keys = Keys::trusting([key().verifier().clone()], &mut reader).unwrap();
    let verifier = Verifier::new(keys).anchor(place());
    let verification = verifier.verify(&SqliteReader::opener(&path)).unwrap();
    assert!(verification.is_sound(), "{:?}", verification.damage);
    assert_eq!(verification.anchored_elsewhere, Some(verification.size));
}

/// A second place that panics whatever it is asked for.
struct Useless;

impl Anchor for Useless {
    fn name(&self) -> String {
        panic!("the place's own mistake");
    }

    fn put(&mut self, _: &str) -> Result<(), AnchorError> {
        panic!("the place's own mistake");
    }

    fn checkpoints(&mut self) -> Result<Vec<String>, AnchorError> {
        panic!("the place's own mistake");
    }
}

#[test]
fn a_second_place_that_panics_whatever_it_is_asked_for_can_t_be_read() {
    let_warnings_panic();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("audit.db");
    quiet().key(key()).open(&path).unwrap().close(SOON).unwrap();
    let required = quiet().key(key()).anchor(Useless).require_anchors();
    let error = required.open(&path).unwrap_err();
    assert!(
        matches!(&error, TrailError::NoCopy { place, error: Some(_) } if place == "a second place without a name"),
        "{error:?}"
    );
    let mut reader = SqliteReader::open(&path).unwrap();
    let keys = Keys::trusting([key().verifier().clone()], &mut reader).unwrap();
    let verifier = Verifier::new(keys).anchor(Useless);
    let error = verifier.verify(&SqliteReader::opener(&path)).unwrap_err();
    assert!(matches!(error, VerifyError::Anchor(_)), "{error:?}");
}

#[test]
fn a_trail_is_opened_beside_a_place_without_copies_though_the_subscriber_panics() {
    let_warnings_panic();
    let dir = tempfile::tempdir().unwrap();
    open(dir.path()).close(SOON).unwrap();
    let trail = quiet()
        .anchor(FileAnchor::new(dir.path().join("copies")))
        .open(dir.path().join("audit.db"))
        .unwrap();
    assert_eq!(trail.stats().anchor_failures, 1);
}

/// Panics as it wakes.
struct Startling(AtomicUsize);

impl Wake for Startling {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
        panic!("the waker's own mistake");
    }
}

#[test]
fn a_waker_that_panics_wakes_whoever_waits_behind_it_all_the_same() {
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.hang();
    assert!(buffered(&trail, "first", 0));
    gate.wait_until_it_hangs();
    // These wait until then, and are written as one batch.
    let [startled, behind, last] = [0, 1, 2].map(|number| {
        let Recorded::Pending(_, receipt) = put(&trail, &event("kept", number), Delivery::Durable)
        else {
            panic!("it is awaited");
        };
        receipt
    });
    let startling = Arc::new(Startling(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&startling));
    let mut startled = pin!(startled);
    let mut cx = Context::from_waker(&waker);
    assert_eq!(startled.as_mut().poll(&mut cx), Poll::Pending);
    gate.open();
    let deadline = Instant::now() + SOON;
    for receipt in [behind, last] {
        receipt.wait(deadline).unwrap();
    }
    assert_eq!(startling.0.load(Ordering::Relaxed), 1);
    assert_eq!(startled.as_mut().poll(&mut cx), Poll::Ready(Ok(())));
    trail.close(SOON).unwrap();
}

/// A clock that stops with a panic.
#[derive(Clone, Default)]
struct Stopping(Arc<AtomicBool>);

impl Clock for Stopping {
    fn monotonic_nanos(&self) -> u64 {
        assert!(!self.0.load(Ordering::Relaxed), "the clock's own mistake");
        SystemClock.monotonic_nanos()
    }

    fn wall_at(&self, nanos: u64) -> Timestamp {
        SystemClock.wall_at(nanos)
    }
}

#[test]
fn a_loss_is_told_of_by_the_systems_clock_where_that_of_the_trail_panics() {
    let (dir, gate, clock) = (
        tempfile::tempdir().unwrap(),
        Gate::default(),
        Stopping::default(),
    );
    let options = quiet().clock(clock.clone()).queue_records(1);
    let trail = gated(dir.path(), &gate, options.overflow(Overflow::DropNewest));
    gate.hang();
    assert!(buffered(&trail, "kept", 0));
    gate.wait_until_it_hangs();
    assert!(buffered(&trail, "kept", 1));
    assert!(!buffered(&trail, "kept", 2));
    clock.0.store(true, Ordering::Relaxed);
    gate.open();
    trail.flush(SOON).unwrap();
    assert_eq!(numbers(&trail, "kept"), [0, 1]);
    assert_eq!(losses(&trail)[0]["count"], 1);
    trail.close(SOON).unwrap();
}

#[test]
fn an_error_of_the_store_that_panics_as_it_is_shown_is_a_refusal_like_any_other() {
    let_warnings_panic();
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    gate.fail_once_because(Unspeakable { drops: false });
    assert!(buffered(&trail, "kept", 0));
    trail.flush(SOON).unwrap();
    trail.close(SOON).unwrap();
}

#[test]
fn a_writer_that_ends_by_a_panic_is_told_of_with_what_is_lost_by_whoever_closes() {
    let_warnings_panic();
    let (dir, gate) = (tempfile::tempdir().unwrap(), Gate::default());
    let trail = gated(dir.path(), &gate, quiet());
    durable(&trail, "kept", 0).unwrap();
    gate.hang();
    for number in 0..10 {
        assert!(buffered(&trail, "lost", number));
    }
    gate.wait_until_it_hangs();
    // Nothing contains what panics as it goes: this stands for a mistake of the trail's own.
    gate.fail_once_because(Unspeakable { drops: true });
    gate.open();
    until("that the writer ended", || {
        trail.stats().state == TrailState::Closed
    });
    let refused = durable(&trail, "refused", 0).unwrap_err();
    assert_eq!(refused.kind, RecordErrorKind::Closed);
    let stats = trail.stats();
    assert_eq!((stats.records_lost, stats.queue_records), (11, 0));
    assert_eq!(
        stats.last_error.as_deref(),
        Some("the writer of the trail panicked")
    );
    let error = trail.flush(SOON).unwrap_err();
    assert!(matches!(error, TrailError::Lost { records: 10 }), "{error}");
    let error = trail.close(SOON).unwrap_err();
    assert!(matches!(error, TrailError::Lost { records: 10 }), "{error}");
    drop(trail);

    // The next opening finds that nobody said how this one ended.
    let trail = quiet()
        .key(key())
        .open(dir.path().join("audit.db"))
        .unwrap();
    assert_eq!(numbers(&trail, "kept"), [0]);
    assert_eq!(losses(&trail)[0]["why"], "unclean_end");
    assert_sound(&trail);
}
