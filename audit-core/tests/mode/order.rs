//! In which order changes are told, and that nobody who changes something waits for himself.

use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use audit_core::{
    Change, DecisionEvent, Event, Mode, ModeTarget, Observer, ObserverStats, Runtime,
};
use serde_json::Value;

use crate::staged::Staged;
use crate::support::{change, set_mode};

fn runtime() -> Runtime {
    Runtime::builder().policy(Staged::new()).build().unwrap()
}

/// Keeps reason, from and to of every change.
#[derive(Clone, Default)]
struct Reasons(Arc<Mutex<Vec<(String, Value, Value)>>>);

impl Observer for Reasons {
    fn on_decision(&self, _: &DecisionEvent<'_>) {}

    fn on_event(&self, event: &Event<'_>) {
        let (_, data) = crate::change::said(event);
        let reason = data["reason"].as_str().unwrap().to_owned();
        let kept = (reason, data["from"].clone(), data["to"].clone());
        self.0.lock().unwrap().push(kept);
    }
}

impl Reasons {
    fn reasons(&self) -> Vec<String> {
        let kept = self.0.lock().unwrap();
        kept.iter().map(|(reason, ..)| reason.clone()).collect()
    }
}

/// Does something each time it is told of a change or a decision.
struct Acts<F>(F);

impl<F: Fn(&str) + Send + Sync + 'static> Observer for Acts<F> {
    fn on_decision(&self, _: &DecisionEvent<'_>) {
        (self.0)("decision");
    }

    fn on_event(&self, event: &Event<'_>) {
        let (_, data) = crate::change::said(event);
        (self.0)(data["reason"].as_str().unwrap());
    }
}

fn because(reason: impl Into<String>) -> Change {
    Change::by("ada").because(reason).unwrap()
}

fn set(runtime: &Runtime, mode: Mode, reason: &str) {
    let set = runtime.set_mode(ModeTarget::Everything, mode, because(reason));
    set.unwrap();
}

fn stats(runtime: &Runtime, name: &str) -> ObserverStats {
    let stats = runtime.observer_stats();
    stats.into_iter().find(|stats| stats.name == name).unwrap()
}

#[test]
fn changes_of_many_threads_are_told_in_their_order_and_none_is_lost() {
    let runtime = runtime();
    let seen = [(); 2].map(|()| Reasons::default());
    for seen in &seen {
        runtime.add_observer("reasons", seen.clone());
    }
    let (threads, changes) = (4, 200);
    let start = Barrier::new(threads);
    thread::scope(|scope| {
        for thread in 0..threads {
            let (start, runtime) = (&start, &runtime);
            scope.spawn(move || {
                start.wait();
                for number in 0..changes {
                    let mode = [Mode::Off, Mode::Shadow, Mode::Enforce][(thread + number) % 3];
                    set(runtime, mode, &format!("{thread}.{number}"));
                }
            });
        }
    });
    // Whoever told last may still be telling.
    set_mode(&runtime, Mode::Shadow);
    let told = seen[0].0.lock().unwrap().clone();
    assert_eq!(
        told,
        *seen[1].0.lock().unwrap(),
        "everybody is told the same"
    );
    assert_eq!(told.len(), threads * changes + 1);
    let mut before = Value::Null;
    for (reason, from, to) in &told {
        assert_eq!(*from, before, "{reason} follows on what was told before");
        before.clone_from(to);
    }
    assert_eq!(before, runtime.mode().unwrap().as_str());
}

#[test]
fn an_observer_that_changes_a_mode_does_not_hang_and_is_not_told_of_its_own_doing() {
    let runtime = runtime();
    let (changing, before, after) = (runtime.clone(), Reasons::default(), Reasons::default());
    runtime.add_observer("before", before.clone());
    runtime.add_observer(
        "acts",
        Acts(move |reason: &str| set(&changing, Mode::Shadow, &format!("after {reason}"))),
    );
    runtime.add_observer("after", after.clone());
    set(&runtime, Mode::Off, "first");
    assert_eq!(before.reasons(), ["first", "after first"]);
    assert_eq!(after.reasons(), before.reasons(), "in the same order");
    assert_eq!(stats(&runtime, "acts").events_reentered, 1);
    assert_eq!(runtime.mode(), Some(Mode::Shadow));

    // From within a decision likewise.
    assert!(runtime.block(&crate::support::refund(1)));
    assert_eq!(after.reasons()[2..], ["after decision"]);
    assert_eq!(stats(&runtime, "acts").events_reentered, 2);
}

#[test]
fn two_observers_that_change_modes_at_each_others_changes_come_to_an_end() {
    let runtime = runtime();
    let seen = Reasons::default();
    for name in ["one", "other"] {
        let changing = runtime.clone();
        runtime.add_observer(
            name,
            Acts(move |reason: &str| {
                if reason.len() < 40 {
                    set(&changing, Mode::Shadow, &format!("{reason}, then {name}"));
                }
            }),
        );
    }
    runtime.add_observer("seen", seen.clone());
    set(&runtime, Mode::Off, "first");
    let reasons = seen.reasons();
    assert_eq!(
        reasons[..3],
        ["first", "first, then one", "first, then other"]
    );
    assert!(reasons.contains(&"first, then one, then other".to_owned()));
    assert!(
        !reasons
            .iter()
            .any(|reason| reason.contains("one, then one"))
    );
}

#[test]
fn an_observer_that_waits_for_another_thread_to_change_a_mode_does_not_hang() {
    let runtime = runtime();
    let (changing, seen) = (runtime.clone(), Reasons::default());
    runtime.add_observer(
        "acts",
        Acts(move |reason: &str| {
            if reason == "first" {
                let changing = &changing;
                thread::scope(|scope| {
                    scope.spawn(|| set(changing, Mode::Enforce, "from another thread"));
                });
            }
        }),
    );
    runtime.add_observer("seen", seen.clone());
    set(&runtime, Mode::Off, "first");
    assert_eq!(seen.reasons(), ["first", "from another thread"]);
    assert_eq!(
        stats(&runtime, "acts").events_reentered,
        0,
        "it was not its own doing"
    );
}

/// An observer changes a mode while it is told of a decision; meanwhile another thread does, and leaves its event to
/// the first. The observer must be told of that one, and not while it still runs.
#[test]
fn an_observer_in_the_midst_of_a_decision_misses_no_change_of_another_thread() {
    let runtime = runtime();
    let (within, done) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let told = Arc::new(Mutex::new(Vec::new()));
    let (sender, receiver) = std::sync::mpsc::channel();
    let acting = {
        let (runtime, told) = (runtime.clone(), Arc::clone(&told));
        move |reason: &str| {
            if reason == "decision" {
                set(&runtime, Mode::Shadow, "its own");
            } else {
                told.lock().unwrap().push(reason.to_owned());
                sender.send(()).unwrap();
            }
        }
    };
    runtime.add_observer("acts", Acts(acting));
    let holds = {
        let (within, done) = (Arc::clone(&within), Arc::clone(&done));
        move |reason: &str| {
            if reason == "its own" {
                within.wait();
                done.wait();
            }
        }
    };
    runtime.add_observer("holds", Acts(holds));
    thread::scope(|scope| {
        scope.spawn(|| assert!(runtime.block(&crate::support::refund(1))));
        within.wait();
        // The first thread is telling of its own change.
        set(&runtime, Mode::Off, "of another thread");
        done.wait();
        receiver.recv().unwrap();
    });
    assert_eq!(*told.lock().unwrap(), ["of another thread"]);
    assert_eq!(stats(&runtime, "acts").events_reentered, 1, "its own");
}

#[test]
fn a_queued_observer_that_changes_a_mode_is_not_told_of_its_own_doing() {
    let runtime = runtime();
    let (changing, seen) = (runtime.clone(), Reasons::default());
    let acting = move |event: &Event<'static>| {
        let (_, data) = crate::change::said(event);
        let reason = data["reason"].as_str().unwrap();
        set(&changing, Mode::Shadow, &format!("after {reason}"));
    };
    runtime.observe_queued("acts", 8, acting).unwrap();
    runtime.add_observer("seen", seen.clone());
    set(&runtime, Mode::Off, "first");
    runtime.flush(std::time::Duration::from_mins(1)).unwrap();
    assert_eq!(seen.reasons(), ["first", "after first"]);
    assert_eq!(stats(&runtime, "acts").events_reentered, 1);
}

#[test]
fn calls_in_flight_see_one_mode_each_while_it_changes() {
    use audit_core::{Refused, admit};
    #[admit(action = "pay")]
    fn pay() -> Result<(), Refused> {
        Ok(())
    }
    let runtime = runtime();
    let stop = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                use std::sync::atomic::Ordering;
                let mut calls = 0;
                while !stop.load(Ordering::SeqCst) || calls < 100 {
                    calls += 1;
                    let captured = runtime.scope(|| audit_core::testing::capture(pay));
                    let mode = captured.decisions().next().map(|decision| decision.mode);
                    let ran = captured.value.is_ok();
                    let expected = mode != Some(Mode::Enforce);
                    assert_eq!(ran, expected, "{mode:?}");
                    assert_eq!(captured.outcomes().count(), usize::from(mode.is_some()));
                }
            });
        }
        for round in 0..300 {
            let mode = [Mode::Off, Mode::Shadow, Mode::Enforce][round % 3];
            let target = ModeTarget::action("pay");
            runtime.set_mode(target, mode, change()).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
    });
}
