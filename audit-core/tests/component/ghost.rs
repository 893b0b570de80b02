//! What a component's code subscribes to and registers by itself ends with the component.

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, Handle, Runnable};
use audit_core::component::{Assembly, Blueprint, ComponentFacts, Parts};

use crate::stage::{Latch, Stage, made, named};
use crate::support::{Log, now, yield_now};

named!(Web = ComponentFacts::new("web", "1.0"));

fn run() -> Runnable {
    Runnable::new(|(): ()| Ok::<_, String>(()))
}

/// Keeps a subscription and a registration wherever its code runs.
fn keeping(log: &Log, handle: &Arc<Mutex<Option<Handle>>>) -> Blueprint {
    let (log, handle) = (log.clone(), Arc::clone(handle));
    made::<Web>(move |context| {
        *handle.lock().unwrap() = Some(context.bus.clone());
        let keep = {
            let log = log.clone();
            move |bus: &Handle, place: &'static str| {
                let log = log.clone();
                let handler = move |_: &_| log.say(place);
                bus.subscribe("told", handler).unwrap().keep();
                bus.register(&format!("free.{place}"), run())
                    .unwrap()
                    .keep();
            }
        };
        keep(&context.bus, "made");
        let (first, later) = (keep.clone(), keep);
        let more = Runnable::new(move |(): ()| {
            later(&audit_core::bus::current().unwrap(), "called");
            Ok::<_, String>(())
        });
        Ok(Parts::new()
            .activate(move || async move {
                first(&audit_core::bus::current().unwrap(), "activated");
            })
            .runnable("more", more))
    })
}

fn told(assembly: &Assembly, log: &Log) -> Vec<String> {
    now(assembly.bus().publish("told", ())).unwrap();
    log.take()
}

#[test]
fn what_it_kept_is_gone_when_it_is_removed_and_there_once_when_it_is_started_anew() {
    let (stage, log, handle) = (Stage::default(), Log::default(), Arc::default());
    let builder = Assembly::builder(Bus::with_executor(stage.clone()));
    let assembly = now(builder.component(keeping(&log, &handle)).boot()).unwrap();
    let more = || now(assembly.bus().invoke::<_, ()>("web.more", ())).unwrap();
    let names = || -> Vec<String> {
        let all = assembly.bus().runnables().into_iter();
        all.map(|(name, ..)| name.to_string()).collect()
    };
    more();
    let all = ["free.activated", "free.called", "free.made", "web.more"];
    assert_eq!(told(&assembly, &log), ["made", "activated", "called"]);
    assert_eq!(names(), all);
    handle.lock().unwrap().as_ref().unwrap().fail("broken");
    stage.pass();
    assert_eq!(told(&assembly, &log), ["made", "activated"]);
    more();
    assert_eq!(told(&assembly, &log), ["made", "activated", "called"]);
    now(assembly.replace("web", keeping(&log, &handle))).unwrap();
    assert_eq!(told(&assembly, &log), ["made", "activated"]);
    now(assembly.remove("web")).unwrap();
    assert!(told(&assembly, &log).is_empty() && names().is_empty());
    assert!(assembly.bus().patterns().is_empty());
    // What the host keeps is his.
    assembly.bus().subscribe("told", |_| {}).unwrap().keep();
    now(assembly.add(keeping(&log, &handle))).unwrap();
    now(assembly.shutdown()).unwrap();
    assert_eq!(assembly.bus().patterns().len(), 1);
}

#[test]
fn one_that_has_ended_subscribes_and_registers_no_more() {
    let (log, handle) = (Log::default(), Arc::default());
    let builder = Assembly::builder(Bus::new()).component(keeping(&log, &handle));
    let assembly = now(builder.boot()).unwrap();
    let old: Handle = handle.lock().unwrap().take().unwrap();
    now(assembly.replace("web", keeping(&log, &handle))).unwrap();
    let expected = "`web` has ended: nothing can be subscribed or registered in its name any more";
    let subscribed = old.subscribe("told", |_| {}).unwrap_err();
    assert_eq!(subscribed.to_string(), expected);
    let subscribed = old.subscription("told").handle(|_| {}).unwrap_err();
    assert_eq!(subscribed.to_string(), expected);
    let registered = old.register("free.late", run()).unwrap_err();
    assert_eq!(registered.to_string(), expected);
    // What was under way can still be done, and whoever came in its place is another.
    now(old.publish("a", ())).unwrap();
    let new: Handle = handle.lock().unwrap().take().unwrap();
    drop(new.subscribe("told", |_| {}).unwrap());
}

#[test]
fn one_that_can_not_start_leaves_nothing_of_what_it_kept() {
    let assembly = now(Assembly::builder(Bus::new()).boot()).unwrap();
    let broken = made::<Web>(|context| {
        context.bus.subscribe("told", |_| {}).unwrap().keep();
        context.bus.register("free", run()).unwrap().keep();
        Ok(Parts::new().activate(|| async { Err("no configuration") }))
    });
    now(assembly.add(broken)).unwrap_err();
    assert!(assembly.bus().patterns().is_empty() && assembly.bus().runnables().is_empty());
}

#[test]
fn a_call_of_what_it_kept_is_waited_for_when_it_ends() {
    let (latch, log) = (Latch::default(), Log::default());
    let (shut, said, last) = (latch.clone(), log.clone(), log.clone());
    let part = made::<Web>(move |context| {
        let (shut, said, last) = (shut.clone(), said.clone(), last.clone());
        let handler = move |_| {
            let (shut, said) = (shut.clone(), said.clone());
            async move {
                shut.lifted().await;
                said.say("handled");
            }
        };
        context.bus.subscribe_async("told", handler).unwrap().keep();
        Ok(Parts::new().deactivate(move || async move { last.say("ends") }))
    });
    let assembly = now(Assembly::builder(Bus::new()).component(part).boot()).unwrap();
    let publishing = assembly.bus().publish("told", ());
    let removing = async {
        yield_now().await;
        let lifting = async {
            yield_now().await;
            latch.lift();
        };
        let (removed, ()) = both(assembly.remove("web"), lifting).await;
        removed.unwrap();
    };
    now(both(publishing, removing)).0.unwrap();
    assert_eq!(log.take(), ["handled", "ends"]);
}

/// Both at once.
async fn both<A: Future, B: Future>(one: A, other: B) -> (A::Output, B::Output) {
    let (mut one, mut other) = (Box::pin(one), Box::pin(other));
    let (mut first, mut second) = (None, None);
    std::future::poll_fn(move |context| {
        use std::task::Poll;
        if first.is_none()
            && let Poll::Ready(output) = one.as_mut().poll(context)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = other.as_mut().poll(context)
        {
            second = Some(output);
        }
        match (first.take(), second.take()) {
            (Some(one), Some(other)) => Poll::Ready((one, other)),
            (one, other) => {
                (first, second) = (one, other);
                Poll::Pending
            }
        }
    })
    .await
}

#[test]
fn of_an_assembly_that_is_dropped_nothing_is_left_either() {
    let (log, handle) = (Log::default(), Arc::default());
    let bus = Bus::new();
    let host = bus.handle();
    let builder = Assembly::builder(bus).component(keeping(&log, &handle));
    drop(now(builder.boot()).unwrap());
    now(host.publish("told", ())).unwrap();
    assert!(log.take().is_empty() && !host.is_registered("free.made"));
}
