//! Components that come, go and are replaced while others run.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use audit_core::bus::{
    Bus, BusPolicy, DomainEvent, Handled, Handler, Handling, InvokeError, Queue, Runnable,
    SubscriptionOptions,
};
use audit_core::component::{
    Assembly, AssemblyError, Blueprint, Component, ComponentFacts, Health, Parts,
};

use crate::support::{Gate, Log, dead_letters, now};

/// Keeps what it is told of, under a version.
struct Keeper {
    log: Log,
    version: &'static str,
}

struct Keeping(Arc<Keeper>);

impl Handler for Keeping {
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        self.0
            .log
            .say(format!("{} {}", self.0.version, event.name()));
        Handling::Done(Handled::Ok(()))
    }
}

impl Component for Keeper {
    const FACTS: ComponentFacts = ComponentFacts::new("keeper", "1.0");

    fn parts(this: &Arc<Self>) -> Parts {
        let version = this.version;
        let (asked, sick) = (Arc::clone(this), version == "sick");
        Parts::new()
            .subscribe("*", Keeping(Arc::clone(this)))
            .unwrap()
            .runnable(
                "version",
                Runnable::new(move |(): ()| Ok::<_, String>(asked.version.to_owned())),
            )
            .runnable(
                "publish",
                Runnable::new_async(|name: String| async move {
                    let published = audit_core::bus::publish(&name, ()).await;
                    published.map(|event| event.publisher().to_owned())
                }),
            )
            .health(move || {
                if sick {
                    Health::Failed("out of paper".to_owned())
                } else {
                    Health::Healthy
                }
            })
    }
}

fn keeper(log: &Log, version: &'static str) -> Blueprint {
    Blueprint::of(Keeper {
        log: log.clone(),
        version,
    })
}

fn assembly(log: &Log) -> Assembly {
    let bus = Bus::new();
    now(Assembly::builder(bus).component(keeper(log, "old")).boot()).unwrap()
}

fn version(assembly: &Assembly) -> Result<String, InvokeError> {
    now(assembly.bus().invoke("keeper.version", ()))
}

#[test]
fn one_that_was_removed_hears_and_answers_no_more_and_one_that_comes_back_is_there_once() {
    let log = Log::default();
    let assembly = assembly(&log);
    now(assembly.bus().publish("a", ())).unwrap();
    now(assembly.remove("keeper")).unwrap();
    now(assembly.bus().publish("b", ())).unwrap();
    assert_eq!(log.take(), ["old a"]);
    assert!(matches!(
        version(&assembly),
        Err(InvokeError::NoHandler { .. })
    ));
    assert!(assembly.bus().patterns().is_empty());
    for _ in 0..3 {
        now(assembly.add(keeper(&log, "new"))).unwrap();
        now(assembly.bus().publish("c", ())).unwrap();
        assert_eq!(log.take(), ["new c"]);
        now(assembly.remove("keeper")).unwrap();
    }
    let error = now(assembly.remove("keeper")).unwrap_err();
    assert_eq!(error.to_string(), "there is no component `keeper`");
}

#[test]
fn one_that_is_replaced_leaves_nothing_behind() {
    let log = Log::default();
    let assembly = assembly(&log);
    now(assembly.replace("keeper", keeper(&log, "new"))).unwrap();
    now(assembly.bus().publish("a", ())).unwrap();
    assert_eq!(log.take(), ["new a"]);
    assert_eq!(version(&assembly).unwrap(), "new");
    let error = now(assembly.add(keeper(&log, "third"))).unwrap_err();
    assert_eq!(error.to_string(), "two components are called `keeper`");
}

#[test]
fn its_health_is_asked_for() {
    let log = Log::default();
    let assembly = assembly(&log);
    now(assembly.replace("keeper", keeper(&log, "sick"))).unwrap();
    let expected = Health::Failed("out of paper".to_owned());
    assert_eq!(assembly.health(), [("keeper".to_owned(), expected)]);
}

#[test]
fn its_policy_holds_whichever_way_its_code_reaches_the_bus_and_from_the_moment_it_is_set() {
    let log = Log::default();
    let assembly = assembly(&log);
    let publish = |name: &str| {
        now(assembly
            .bus()
            .invoke::<_, String>("keeper.publish", name.to_owned()))
    };
    assert_eq!(publish("a").unwrap(), "keeper");
    let policy = BusPolicy::new().publish_allow(["safe.*"]).unwrap();
    assembly.bus().set_policy("keeper", policy);
    let error = publish("a").unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(
        source,
        "`keeper` may not publish `a`, by rule `publish_allow`"
    );
    publish("safe.a").unwrap();
    // The host is another.
    now(assembly.bus().publish("a", ())).unwrap();
}

/// Answers once it is let go.
struct Slow {
    begun: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
}

impl Component for Slow {
    const FACTS: ComponentFacts = ComponentFacts::new("slow", "1.0");

    fn parts(this: &Arc<Self>) -> Parts {
        let slow = Arc::clone(this);
        let answer = Runnable::new(move |(): ()| {
            slow.begun.lock().unwrap().send(()).unwrap();
            Ok::<_, String>(slow.go.lock().unwrap().recv().is_ok())
        });
        Parts::new().runnable("answer", answer)
    }
}

fn slow() -> (Blueprint, Receiver<()>, Sender<()>) {
    let ((begun, has_begun), (let_go, go)) = (channel(), channel());
    let slow = Slow {
        begun: Mutex::new(begun),
        go: Mutex::new(go),
    };
    (Blueprint::of(slow), has_begun, let_go)
}

#[test]
fn a_call_that_is_under_way_is_done_before_its_component_ends_and_none_begins() {
    let (blueprint, has_begun, let_go) = slow();
    let assembly = now(Assembly::builder(Bus::new()).component(blueprint).boot()).unwrap();
    let bus = assembly.bus().handle();
    let call = {
        let bus = bus.clone();
        thread::spawn(move || bus.invoke_blocking::<_, bool>("slow.answer", ()))
    };
    has_begun.recv().unwrap();
    let ending = thread::spawn(move || {
        let ended = audit_core::testing::block_on(assembly.shutdown());
        (assembly, ended)
    });
    // Until its end has begun, calls begin.
    while !matches!(
        now(bus.invoke::<_, bool>("slow.none", ())),
        Err(InvokeError::NoHandler { .. })
    ) || bus.is_registered("slow.answer")
    {
        thread::yield_now();
    }
    assert!(!ending.is_finished());
    let_go.send(()).unwrap();
    assert!(call.join().unwrap().unwrap());
    ending.join().unwrap().1.unwrap();
}

#[test]
fn one_that_does_not_end_in_time_is_left_behind_and_named() {
    let (blueprint, has_begun, let_go) = slow();
    let builder = Assembly::builder(Bus::new()).component(blueprint);
    let assembly = now(builder.stop_timeout(Duration::from_millis(1)).boot()).unwrap();
    let letters = dead_letters(assembly.bus());
    let bus = assembly.bus().handle();
    let call = thread::spawn(move || bus.invoke_blocking::<_, bool>("slow.answer", ()));
    has_begun.recv().unwrap();
    let error = audit_core::testing::block_on(assembly.shutdown()).unwrap_err();
    assert!(matches!(error, AssemblyError::TooLong { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "component `slow` was not done within 1ms: `slow.answer` is under way"
    );
    let_go.send(()).unwrap();
    assert!(call.join().unwrap().unwrap());
    assert!(letters.lock().unwrap().is_empty());
}

/// Keeps what it is told of, from a queue of its own.
struct Queued(Log, Gate);

impl Component for Queued {
    const FACTS: ComponentFacts = ComponentFacts::new("queued", "1.0");

    fn parts(this: &Arc<Self>) -> Parts {
        let options = SubscriptionOptions::new()
            .queue(Queue::bounded(8))
            .filter(|event| event.name() != "left.out");
        let handler = QueuedHandler(Arc::clone(this));
        Parts::new().subscribe_with("*", options, handler).unwrap()
    }
}

struct QueuedHandler(Arc<Queued>);

impl Handler for QueuedHandler {
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        self.0.1.pass();
        self.0.0.say(event.name());
        Handling::Done(Handled::Ok(()))
    }
}

#[test]
fn what_waits_in_the_queue_of_one_that_is_removed_is_handled_first() {
    let (log, gate) = (Log::default(), Gate::default());
    let assembly = assembly(&Log::default());
    let queued = Blueprint::of(Queued(log.clone(), gate.clone()));
    now(assembly.add(queued)).unwrap();
    for name in ["a", "left.out", "b", "c"] {
        assembly.bus().publish_blocking(name, ()).unwrap();
    }
    gate.met();
    let opener = thread::spawn({
        let gate = gate.clone();
        move || gate.open()
    });
    // A thread that waits, as the queue is emptied by others.
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(assembly.remove("queued"))
        .unwrap();
    opener.join().unwrap();
    assert_eq!(log.take(), ["a", "b", "c"]);
    assembly.bus().publish_blocking("late", ()).unwrap();
    assembly.bus().flush_blocking().unwrap();
    assert!(log.take().is_empty());
}

#[test]
fn all_that_its_code_does_when_it_starts_has_one_cause() {
    crate::stage::named!(Starting = ComponentFacts::new("starting", "1.0"));
    let cause = || audit_core::Scope::current().ambient().cause;
    let part = crate::stage::made::<Starting>(move |_| {
        let activate = move || {
            let begun = cause();
            assert!(begun.is_some());
            async move { assert_eq!(cause(), begun) }
        };
        Ok(Parts::new().activate(activate))
    });
    now(Assembly::builder(Bus::new()).component(part).boot()).unwrap();
}
