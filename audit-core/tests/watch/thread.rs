//! The watcher's own thread: it looks by itself, stops promptly, and nobody who is told waits for himself.

use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use audit_core::{DecisionEvent, Event, Observer, Policy, PolicyWatcher, Runtime, WatchState};
use tempfile::TempDir;

use crate::place::{rules, write};

/// Longer than any test takes, unless it hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// Does something with each event of a change.
struct Told<F>(F);

impl<F: Fn(&str) + Send + Sync + 'static> Observer for Told<F> {
    fn on_decision(&self, _: &DecisionEvent<'_>) {}

    fn on_event(&self, event: &Event<'_>) {
        (self.0)(&event.name);
    }
}

/// A directory with the first policy, and a runtime that says what it is told of.
fn runtime() -> (TempDir, Runtime, Receiver<String>) {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), 1);
    let (sender, told) = channel();
    let runtime = Runtime::builder()
        .policy(Policy::from_dir(dir.path()).unwrap())
        .add_observer(
            "told",
            Told(move |name: &str| drop(sender.send(name.to_owned()))),
        )
        .build()
        .unwrap();
    (dir, runtime, told)
}

fn often(dir: &TempDir) -> audit_core::PolicyWatcherBuilder {
    PolicyWatcher::builder(dir.path())
        .interval(Duration::from_millis(2))
        .settle(Duration::from_millis(10))
}

#[test]
fn it_looks_by_itself_and_goes_on_after_a_refusal() {
    let (dir, runtime, told) = runtime();
    let watcher = often(&dir).start(&runtime).unwrap();
    std::fs::write(dir.path().join("policy.yaml"), rules(2)).unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "policy.loaded");
    assert_eq!(runtime.policy().version, 2);
    std::fs::write(dir.path().join("policy.yaml"), "rules: [").unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "policy.refused");
    std::fs::write(dir.path().join("policy.yaml"), rules(3)).unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "policy.loaded");
    assert_eq!(runtime.policy().version, 3);
    watcher.stop();
    let status = watcher.status();
    assert_eq!(status.state, WatchState::Stopped);
    assert_eq!((status.policies_loaded, status.policies_refused), (2, 1));
}

#[test]
fn it_stops_at_once_however_seldom_it_looks_and_more_than_once() {
    let (dir, runtime, told) = runtime();
    let begun = Instant::now();
    let seldom = PolicyWatcher::builder(dir.path()).interval(Duration::from_hours(1));
    let watcher = seldom.start(&runtime).unwrap();
    watcher.stop();
    watcher.stop();
    drop(watcher);
    assert!(
        begun.elapsed() < PATIENCE,
        "it did not wait for its next look"
    );
    write(dir.path(), 2);
    drop(runtime);
    assert!(told.try_recv().is_err());
}

#[test]
fn the_thread_ends_with_the_watcher_and_lets_go_of_the_runtime() {
    let (dir, runtime, told) = runtime();
    drop(often(&dir).start(&runtime).unwrap());
    drop(runtime);
    // The observer of the runtime holds the sender: it is gone with the last handle, and this thread's copy.
    let other = crate::support::runtime();
    assert!(other.allow(&crate::support::refund(1)));
    assert!(matches!(
        told.recv_timeout(PATIENCE),
        Err(std::sync::mpsc::RecvTimeoutError::Disconnected)
    ));
}

#[test]
fn an_observer_that_looks_or_stops_the_watcher_that_tells_it_does_not_hang() {
    let (dir, runtime, told) = runtime();
    let watcher = Arc::new(Mutex::new(None::<PolicyWatcher>));
    let stopping = Arc::clone(&watcher);
    let (sender, stopped) = channel();
    runtime.add_observer(
        "stops",
        Told(move |_: &str| {
            let watcher = stopping.lock().unwrap();
            let watcher = watcher.as_ref().unwrap();
            watcher.check_now();
            watcher.stop();
            sender.send(watcher.status().state).unwrap();
        }),
    );
    let started = often(&dir).start(&runtime).unwrap();
    *watcher.lock().unwrap() = Some(started);
    std::fs::write(dir.path().join("policy.yaml"), rules(2)).unwrap();
    assert_eq!(stopped.recv_timeout(PATIENCE).unwrap(), WatchState::Stopped);
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "policy.loaded");
    let started = watcher.lock().unwrap().take();
    drop(started);
    assert_eq!(runtime.policy().version, 2);
}

#[test]
fn several_watchers_of_one_directory_do_not_disturb_one_another() {
    let (dir, runtime, told) = runtime();
    let watchers = [(); 2].map(|()| often(&dir).start(&runtime).unwrap());
    std::fs::write(dir.path().join("policy.yaml"), rules(2)).unwrap();
    assert_eq!(told.recv_timeout(PATIENCE).unwrap(), "policy.loaded");
    for watcher in &watchers {
        while watcher.check_now().state != WatchState::Current {
            std::thread::yield_now();
        }
    }
    drop(watchers);
    assert_eq!(runtime.policy().version, 2);
}
