//! What an earlier system let through with its components, and this one must not.
//!
//! | defect there | test |
//! | --- | --- |
//! | an audit component does not start, it is skipped, and health says fine | `an_audit_component_that_can_not_start_fails_the_boot_or_shows`; `supervision` |
//! | roads that skip policy: the kernel's handle, the raw bus, work of one's own | `whichever_way_a_components_code_reaches_the_bus_its_policy_holds_and_its_name_is_recorded` |
//! | one that is removed or replaced hears on, or hears twice | `nothing_of_one_that_has_ended_is_kept_or_told`; `life`, `supervision` |
//! | the code of a component can't be told from the program's | the same as for roads |
//!
//! By design a handle goes on to work after its component has ended, in its name and under its policy: what was under way must be
//! able to end.

use std::sync::{Arc, Mutex};
use std::thread;

use audit_core::bus::{
    Bus, BusPolicy, DomainEvent, Handle, Handled, Handler, Handling, PublishError, Queue, Runnable,
    SubscriptionOptions,
};
use audit_core::component::{Assembly, Blueprint, ComponentFacts, Health, Parts};
use audit_core::testing::block_on;
use audit_core::{InScope, Scope};

use crate::stage::{made, named};
use crate::support::{Log, now, runtime};

named!(Audit = ComponentFacts::new("audit", "1.0"));
named!(Web = ComponentFacts::new("web", "1.0"));
named!(Ending = ComponentFacts::new("ending", "1.0"));

#[test]
fn an_audit_component_that_can_not_start_fails_the_boot_or_shows() {
    let broken = || made::<Audit>(|_| Ok(Parts::new().activate(|| async { Err("disk full") })));
    let error = now(Assembly::builder(Bus::new()).component(broken()).boot()).unwrap_err();
    assert_eq!(error.to_string(), "component `audit` can't be started");
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "disk full"
    );
    // Only who says that he can do without it starts without it, and then it is no secret.
    let optional = Assembly::builder(Bus::new()).component(broken().optional());
    let assembly = now(optional.boot()).unwrap();
    let expected = Health::Degraded("component `audit`: disk full".to_owned());
    assert_eq!(assembly.overall_health(), expected);
    // One that panics is no better.
    let panicking = made::<Audit>(|_| panic!("on purpose"));
    let error = now(assembly.replace("audit", panicking)).unwrap_err();
    assert_eq!(
        std::error::Error::source(&error).unwrap().to_string(),
        "it panicked: on purpose"
    );
    assert!(matches!(assembly.overall_health(), Health::Failed(_)));
}

/// Calls a closure.
struct Calling<F>(F);

impl<F: Fn() + Send + Sync + 'static> Handler for Calling<F> {
    fn handle<'h>(&'h self, _: &'h DomainEvent) -> Handling<'h> {
        (self.0)();
        Handling::Done(Handled::Ok(()))
    }
}

/// Says by which road the bus was reached, and what it answered.
#[derive(Clone)]
struct Attempts(Log);

impl Attempts {
    fn say(&self, road: &str, answer: Result<DomainEvent, PublishError>) {
        let said = answer.map_or_else(|error| error.to_string(), |_| "done".to_owned());
        self.0.say(format!("{road}: {said}"));
    }

    /// Without a handle.
    fn ambient(&self, road: &str) {
        self.say(road, now(audit_core::bus::publish("x", ())));
    }

    /// All that code of a component can try while it is called.
    fn all(&self, own: &Handle) {
        self.ambient("free");
        self.say("nowait", audit_core::bus::publish_nowait("x", ()));
        let current = audit_core::bus::current().unwrap();
        self.say("current", now(current.publish("x", ())));
        self.say("own", now(own.publish("x", ())));
        let (attempts, own, scope) = (self.clone(), own.clone(), Scope::current());
        let thread = thread::spawn(move || {
            scope.clone().run(|| attempts.ambient("thread"));
            let publishing = own.publish("x", ()).in_scope(scope);
            attempts.say("own in thread", block_on(publishing));
        });
        thread.join().unwrap();
    }
}

/// Tries all of it wherever code of its own runs.
fn trying(attempts: Attempts) -> Blueprint {
    made::<Web>(move |context| {
        let handle = context.bus.clone();
        attempts.say("made", now(handle.publish("x", ())));
        let each = || (attempts.clone(), handle.clone());
        let ((activate, _), (background, _), (queued, _)) = (each(), each(), each());
        let ((run, own), (deactivate, last)) = (each(), each());
        let run = Runnable::new(move |(): ()| {
            run.all(&own);
            Ok::<_, String>(())
        });
        let queue = SubscriptionOptions::new().queue(Queue::default());
        Ok(Parts::new()
            .activate(move || async move { activate.ambient("activate") })
            .background(
                "work",
                move || async move { background.ambient("background") },
            )
            .runnable("run", run)
            .subscribe_with("queued", queue, Calling(move || queued.ambient("queued")))
            .unwrap()
            .deactivate(move || async move {
                deactivate.say("deactivate", last.publish("x", ()).await);
            }))
    })
}

#[test]
fn whichever_way_a_components_code_reaches_the_bus_its_policy_holds_and_its_name_is_recorded() {
    let ((runtime, notebook), log) = (runtime(), Log::default());
    let nothing = BusPolicy::new().publish_allow([]).unwrap();
    let builder = Assembly::builder(Bus::new()).component(trying(Attempts(log.clone())));
    let boot = builder.policy("web", nothing).boot();
    let assembly = runtime.scope(|| block_on(boot)).unwrap();
    runtime.scope(|| {
        let bus = assembly.bus();
        bus.publish_blocking("x", ()).unwrap();
        bus.publish_blocking("queued", ()).unwrap();
        bus.invoke_blocking::<_, ()>("web.run", ()).unwrap();
        bus.flush_blocking().unwrap();
        block_on(assembly.shutdown()).unwrap();
    });
    let mut said = log.take();
    said.sort_unstable();
    let roads = [
        "activate",
        "background",
        "current",
        "deactivate",
        "free",
        "made",
        "nowait",
        "own in thread",
        "own",
        "queued",
        "thread",
    ];
    let operations = notebook.of_kind("operation").into_iter();
    // Each names the record of its own attempt.
    let said: Vec<&str> = said
        .iter()
        .map(|said| said.split_once(" (operation ").unwrap().0)
        .collect();
    let denied = "`web` may not publish `x`, by rule `publish_allow`";
    assert_eq!(said, roads.map(|road| format!("{road}: {denied}")));
    let denied: Vec<_> = operations
        .filter(|one| one["data"]["verdict"] == "deny")
        .collect();
    assert_eq!(denied.len(), roads.len());
    let is_its =
        |one: &serde_json::Value| one["data"]["caller"] == "web" && one["component"] == "web";
    assert!(denied.iter().all(is_its));
}

#[test]
fn nothing_of_one_that_has_ended_is_kept_or_told() {
    let (held, log) = (Arc::new(()), Log::default());
    let part = || {
        let (held, log) = (Arc::clone(&held), log.clone());
        made::<Audit>(move |_| {
            let (held, log) = (Arc::clone(&held), log.clone());
            let handler = Calling(move || {
                assert!(Arc::strong_count(&held) > 1);
                log.say("told");
            });
            Ok(Parts::new().subscribe("*", handler).unwrap())
        })
    };
    let assembly = now(Assembly::builder(Bus::new()).boot()).unwrap();
    for _ in 0..2 {
        now(assembly.add(part())).unwrap();
        // Remembered by a thread that never comes back, and by this one.
        let bus = assembly.bus().handle();
        thread::scope(|threads| {
            threads.spawn(|| now(bus.publish("a", ())).unwrap());
        });
        now(bus.publish("a", ())).unwrap();
        now(assembly.replace("audit", part())).unwrap();
        now(bus.publish("a", ())).unwrap();
        assert_eq!(log.take().len(), 3);
        now(assembly.remove("audit")).unwrap();
        now(bus.publish("a", ())).unwrap();
        assert!(log.take().is_empty());
        assert_eq!(Arc::strong_count(&held), 1);
    }
}

/// Where a component's code finds its assembly.
type Place = Arc<Mutex<Option<Assembly>>>;

/// Ends the assembly, and says how that went.
async fn end(place: Place, log: Log) {
    let assembly = place.lock().unwrap().clone().unwrap();
    let ended = assembly.shutdown().await;
    log.say(ended.map_or_else(|error| error.to_string(), |()| "ended".to_owned()));
}

struct Awaiting<F>(F);

impl<F, W> Handler for Awaiting<F>
where
    F: Fn() -> W + Send + Sync + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    fn handle<'h>(&'h self, _: &'h DomainEvent) -> Handling<'h> {
        let work = (self.0)();
        Handling::Running(Box::pin(async move {
            work.await;
            Ok(())
        }))
    }
}

/// Boots one that ends its assembly in each of these ways, and another that says when it ends.
fn ending(log: &Log) -> Assembly {
    let place = Place::default();
    let (theirs, said) = (Arc::clone(&place), log.clone());
    let part = made::<Ending>(move |_| {
        let end = {
            let (place, log) = (Arc::clone(&theirs), said.clone());
            move || end(Arc::clone(&place), log.clone())
        };
        let (run, direct) = (end.clone(), end.clone());
        let said = said.clone();
        let queued = SubscriptionOptions::new().queue(Queue::default());
        Ok(Parts::new()
            .runnable(
                "run",
                Runnable::new_async(move |(): ()| {
                    let ended = run();
                    async move {
                        ended.await;
                        Ok::<_, String>(())
                    }
                }),
            )
            .runnable(
                "direct",
                Runnable::new(move |(): ()| {
                    block_on(direct());
                    Ok::<_, String>(())
                }),
            )
            .subscribe("told", Awaiting(end.clone()))
            .unwrap()
            .subscribe_with("queued", queued, Awaiting(end))
            .unwrap()
            .deactivate(move || async move { said.say("its own end") }))
    });
    let said = log.clone();
    let other = made::<Audit>(move |_| {
        let said = said.clone();
        Ok(Parts::new().deactivate(move || async move { said.say("the end of another") }))
    });
    let builder = Assembly::builder(Bus::new())
        .component(other)
        .component(part);
    let assembly = now(builder.boot()).unwrap();
    *place.lock().unwrap() = Some(assembly.clone());
    assembly
}

#[test]
fn code_of_a_component_may_end_its_own_assembly_and_waits_for_all_but_itself() {
    let ways: [fn(&Handle); 4] = [
        |bus| bus.invoke_blocking("ending.run", ()).unwrap(),
        |bus| bus.invoke_blocking("ending.direct", ()).unwrap(),
        |bus| drop(bus.publish_blocking("told", ()).unwrap()),
        |bus| drop(bus.publish_blocking("queued", ()).unwrap()),
    ];
    for way in ways {
        let log = Log::default();
        let assembly = ending(&log);
        way(&assembly.bus().handle());
        assembly.bus().flush_blocking().unwrap();
        assert_eq!(log.take(), ["its own end", "the end of another", "ended"]);
        assert!(assembly.bus().patterns().is_empty() && assembly.bus().runnables().is_empty());
    }
}

#[test]
fn work_in_the_background_may_end_its_own_assembly_too() {
    let (place, log) = (Place::default(), Log::default());
    let (theirs, said) = (Arc::clone(&place), log.clone());
    let (go, gone) = std::sync::mpsc::channel::<()>();
    let gone = Arc::new(Mutex::new(gone));
    let part = made::<Ending>(move |_| {
        let (place, log, ends) = (Arc::clone(&theirs), said.clone(), said.clone());
        let gone = Arc::clone(&gone);
        Ok(Parts::new()
            .background("work", move || async move {
                gone.lock().unwrap().recv().unwrap();
                end(place, log).await;
            })
            .deactivate(move || async move { ends.say("its own end") }))
    });
    let assembly = now(Assembly::builder(Bus::new()).component(part).boot()).unwrap();
    *place.lock().unwrap() = Some(assembly.clone());
    go.send(()).unwrap();
    let mut said = Vec::new();
    while said.len() < 2 {
        said.extend(log.take());
        thread::yield_now();
    }
    assert_eq!(said, ["its own end", "ended"]);
}
