//! What is under way when a component ends.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use audit_core::bus::{Bus, DomainEvent, Handled, Handler, Handling, InvokeError, Runnable};
use audit_core::component::{Assembly, Blueprint, ComponentFacts, Parts};
use audit_core::testing::block_on;

use crate::stage::{Named, Stage, made, named};
use crate::support::{Log, now};

named!(Slow = ComponentFacts::new("slow", "1.0"));
named!(Base = ComponentFacts::new("base", "1.0"));
named!(Upper = ComponentFacts::new("upper", "1.0").depends(&["base"]));

/// A call that says when it has begun, and goes on when it is let go.
struct Gate {
    begun: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
}

impl Gate {
    fn new() -> (Arc<Self>, Receiver<()>, Sender<()>) {
        let ((begun, has_begun), (let_go, go)) = (channel(), channel());
        let gate = Self {
            begun: Mutex::new(begun),
            go: Mutex::new(go),
        };
        (Arc::new(gate), has_begun, let_go)
    }

    fn pass(&self) -> bool {
        self.begun.lock().unwrap().send(()).unwrap();
        self.go.lock().unwrap().recv().is_ok()
    }
}

struct Waiting(Arc<Gate>);

impl Handler for Waiting {
    fn handle<'h>(&'h self, _: &'h DomainEvent) -> Handling<'h> {
        self.0.pass();
        Handling::Done(Handled::Ok(()))
    }
}

fn runnable(gate: &Arc<Gate>) -> Runnable {
    let gate = Arc::clone(gate);
    Runnable::new(move |(): ()| Ok::<_, String>(gate.pass()))
}

/// Calls that take as long as the gate is closed, one that answers at once, and an end that is told of.
fn part<N: Named>(gate: &Arc<Gate>, log: &Log) -> Blueprint {
    let (gate, log) = (Arc::clone(gate), log.clone());
    made::<N>(move |_| {
        let log = log.clone();
        let name = N::FACTS.name;
        Ok(Parts::new()
            .runnable("wait", runnable(&gate))
            .runnable("answer", Runnable::new(|(): ()| Ok::<_, String>(true)))
            .subscribe("a.*", Waiting(Arc::clone(&gate)))
            .unwrap()
            .deactivate(move || async move { log.say(format!("{name} ends")) }))
    })
}

#[test]
fn nothing_new_reaches_it_while_a_call_is_waited_for_and_its_own_end_comes_last() {
    let (gate, has_begun, let_go) = Gate::new();
    let log = Log::default();
    let builder = Assembly::builder(Bus::new()).component(part::<Slow>(&gate, &log));
    let assembly = now(builder.boot()).unwrap();
    let bus = assembly.bus().handle();
    let call = {
        let bus = bus.clone();
        thread::spawn(move || bus.invoke_blocking::<_, bool>("slow.wait", ()))
    };
    has_begun.recv().unwrap();
    let ending = {
        let assembly = assembly.clone();
        thread::spawn(move || block_on(assembly.shutdown()))
    };
    while bus.is_registered("slow.wait") || !assembly.bus().patterns().is_empty() {
        thread::yield_now();
    }
    // Also what is not under way is closed: it is not waited for in turn.
    let refused = now(bus.invoke::<_, bool>("slow.answer", ()));
    assert!(matches!(refused, Err(InvokeError::NoHandler { .. })));
    now(bus.publish("a.b", ())).unwrap();
    assert!(!ending.is_finished() && log.take().is_empty());
    let_go.send(()).unwrap();
    assert!(call.join().unwrap().unwrap());
    ending.join().unwrap().unwrap();
    assert_eq!(log.take(), ["slow ends"]);
}

#[test]
fn all_that_is_not_done_in_time_is_named_and_its_own_end_is_left_out() {
    let (gate, has_begun, let_go) = Gate::new();
    let log = Log::default();
    let builder = Assembly::builder(Bus::new()).component(part::<Slow>(&gate, &log));
    let builder = builder.stop_timeout(Duration::from_millis(1));
    let assembly = now(builder.boot()).unwrap();
    let bus = assembly.bus().handle();
    let calls = {
        let (bus, other) = (bus.clone(), bus.clone());
        [
            thread::spawn(move || bus.invoke_blocking::<_, bool>("slow.wait", ()).is_ok()),
            thread::spawn(move || other.publish_blocking("a.b", ()).is_ok()),
        ]
    };
    has_begun.recv().unwrap();
    has_begun.recv().unwrap();
    let error = block_on(assembly.remove("slow")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "component `slow` was not done within 1ms: `slow.wait`, `a.*` is under way"
    );
    assert!(log.take().is_empty());
    drop(let_go);
    for call in calls {
        assert!(call.join().unwrap());
    }
    now(bus.publish("a.b", ())).unwrap();
}

#[test]
fn what_it_does_when_it_ends_has_the_time_that_is_left() {
    let stage = Stage::default();
    let part =
        made::<Slow>(|_| Ok(Parts::new().deactivate(std::future::pending::<Result<(), String>>)));
    let builder = Assembly::builder(Bus::with_executor(stage.clone()));
    let assembly = now(builder.component(part).boot()).unwrap();
    let ended = Arc::new(Mutex::new(None));
    let (kept, ending) = (Arc::clone(&ended), assembly.clone());
    audit_core::Executor::spawn(
        &stage,
        Box::pin(async move {
            *kept.lock().unwrap() = Some(ending.shutdown().await);
        }),
    )
    .unwrap();
    assert_eq!(
        stage.pass(),
        [Duration::from_secs(30)],
        "one deadline for all of it"
    );
    let error = ended.lock().unwrap().take().unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "component `slow` was not done within 30s: `deactivate` is under way"
    );
}

#[test]
fn whoever_depends_on_another_has_ended_before_that_begins_to() {
    let (gate, has_begun, let_go) = Gate::new();
    let log = Log::default();
    let builder = Assembly::builder(Bus::new())
        .component(part::<Base>(&gate, &log))
        .component(part::<Upper>(&gate, &log));
    let assembly = now(builder.boot()).unwrap();
    let bus = assembly.bus().handle();
    let call = {
        let bus = bus.clone();
        thread::spawn(move || bus.invoke_blocking::<_, bool>("upper.wait", ()))
    };
    has_begun.recv().unwrap();
    let ending = {
        let assembly = assembly.clone();
        thread::spawn(move || block_on(assembly.shutdown()))
    };
    while bus.is_registered("upper.wait") {
        thread::yield_now();
    }
    // The call that is under way can still use what its component depends on.
    assert!(now(bus.invoke::<_, bool>("base.answer", ())).unwrap());
    let_go.send(()).unwrap();
    call.join().unwrap().unwrap();
    ending.join().unwrap().unwrap();
    assert_eq!(log.take(), ["upper ends", "base ends"]);
}

#[test]
fn work_in_the_background_is_dropped_before_the_end_and_after_the_last_call() {
    struct Gone(Log);
    impl Drop for Gone {
        fn drop(&mut self) {
            self.0.say("background gone");
        }
    }
    let log = Log::default();
    let said = log.clone();
    let part = made::<Slow>(move |_| {
        let (gone, last) = (Gone(said.clone()), said.clone());
        Ok(Parts::new()
            .background("reader", move || async move {
                let _gone = gone;
                std::future::pending::<()>().await;
            })
            .deactivate(move || async move { last.say("ends") }))
    });
    let assembly = now(Assembly::builder(Bus::new()).component(part).boot()).unwrap();
    block_on(assembly.remove("slow")).unwrap();
    assert_eq!(log.take(), ["background gone", "ends"]);
}
