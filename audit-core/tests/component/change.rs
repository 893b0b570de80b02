//! Changes of an assembly that meet each other, and those whose caller does not wait for them.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};

use audit_core::bus::{Bus, BusPolicy, Operation, Runnable};
use audit_core::component::{
    Assembly, AssemblyError, Blueprint, ComponentFacts, Health, Parts, ServiceType,
};
use audit_core::{Actor, InScope, Scope};

use crate::stage::{Latch, Named, Stage, made, named};
use crate::support::{Log, now, runtime};

named!(
    Provider =
        ComponentFacts::new("provider", "1.0").provides(const { &[ServiceType::of::<u32>()] })
);
named!(
    Consumer = ComponentFacts::new("consumer", "1.0")
        .requires(const { &[ServiceType::of::<u32>().optional()] })
);
named!(Other = ComponentFacts::new("other", "1.0"));
named!(Between = ComponentFacts::new("between", "1.0"));
named!(Slow = ComponentFacts::new("slow", "1.0"));

/// A future that is polled only when it is woken.
pub(crate) struct Driven<T> {
    future: Pin<Box<dyn Future<Output = T>>>,
    woken: Arc<Woken>,
}

struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

impl<T> Driven<T> {
    pub(crate) fn new(future: impl Future<Output = T> + 'static) -> Self {
        Self {
            future: Box::pin(future),
            woken: Arc::new(Woken(AtomicBool::new(true))),
        }
    }

    /// Its output, if it comes to that without anybody else.
    pub(crate) fn go(&mut self) -> Option<T> {
        let waker = Waker::from(Arc::clone(&self.woken));
        while self.woken.0.swap(false, Ordering::AcqRel) {
            let polled = self.future.as_mut().poll(&mut Context::from_waker(&waker));
            if let Poll::Ready(output) = polled {
                return Some(output);
            }
        }
        None
    }
}

/// Where a component's code finds its assembly.
type Place = Arc<Mutex<Option<Assembly>>>;

/// What a component's code does with its assembly.
type Deed = fn(Assembly) -> Pin<Box<dyn Future<Output = Result<(), AssemblyError>> + Send>>;

/// Does something with its assembly when it is invoked as `change`, and waits for the latch when it is invoked as `wait`.
fn acting<N: Named>(place: &Place, latch: &Latch, deed: Deed) -> Blueprint {
    let (place, latch) = (Arc::clone(place), latch.clone());
    made::<N>(move |_| {
        let (place, latch) = (Arc::clone(&place), latch.clone());
        let change = Runnable::new_async(move |(): ()| {
            let assembly = place.lock().unwrap().clone().unwrap();
            async move {
                let done = deed(assembly).await;
                Ok::<_, String>(done.map_or_else(|error| error.to_string(), |()| "done".to_owned()))
            }
        });
        let wait = Runnable::new_async(move |(): ()| {
            let latch = latch.clone();
            async move {
                latch.lifted().await;
                Ok::<_, String>(())
            }
        });
        let pass_on = Runnable::new_async(|name: String| async move {
            audit_core::bus::invoke::<_, String>(&name, ()).await
        });
        let parts = Parts::new().runnable("change", change);
        let parts = parts.runnable("wait", wait).runnable("pass_on", pass_on);
        Ok(if N::FACTS.provides.is_empty() {
            parts
        } else {
            parts.provide(7_u32)
        })
    })
}

fn invoked(assembly: &Assembly, name: &'static str) -> Driven<String> {
    let bus = assembly.bus().handle();
    Driven::new(async move { bus.invoke(name, ()).await.unwrap() })
}

/// A provider whose end waits for its consumer's, and two others, each of which does something.
fn booted(latch: &Latch, deeds: [Deed; 3]) -> Assembly {
    let place = Place::default();
    let [providers, others, between] = deeds;
    let builder = Assembly::builder(Bus::new())
        .component(acting::<Other>(&place, latch, others))
        .component(acting::<Between>(&place, latch, between))
        .component(acting::<Provider>(&place, latch, providers))
        .component(acting::<Consumer>(&place, latch, |_| {
            Box::pin(async { Ok(()) })
        }));
    let assembly = now(builder.boot()).unwrap();
    *place.lock().unwrap() = Some(assembly.clone());
    assembly
}

const REMOVE_PROVIDER: Deed = |assembly| Box::pin(async move { assembly.remove("provider").await });
const REMOVE_OTHER: Deed = |assembly| Box::pin(async move { assembly.remove("other").await });
const SHUTDOWN: Deed = |assembly| Box::pin(async move { assembly.shutdown().await });

fn wait(assembly: &Assembly) -> Driven<()> {
    let bus = assembly.bus().handle();
    Driven::new(async move { bus.invoke("consumer.wait", ()).await.unwrap() })
}

#[test]
fn of_two_components_that_change_the_assembly_the_one_that_is_to_end_is_told_to_stop_waiting() {
    let latch = Latch::default();
    let assembly = booted(&latch, [REMOVE_OTHER, REMOVE_PROVIDER, REMOVE_OTHER]);
    let mut call = wait(&assembly);
    assert!(call.go().is_none());
    // It ends the consumer first, and waits for its call.
    let mut other = invoked(&assembly, "other.change");
    assert!(other.go().is_none());
    let mut provider = invoked(&assembly, "provider.change");
    assert!(provider.go().is_none());
    latch.lift();
    assert!(call.go().is_some() && other.go().is_none());
    let busy = "component `provider` is being started or ended: until that is done its own code can't change the assembly";
    assert_eq!(provider.go().unwrap(), busy);
    assert_eq!(other.go().unwrap(), "done");
    let left: Vec<String> = assembly
        .health()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(left, ["other", "between", "consumer"]);
}

#[test]
fn who_waits_for_somebody_that_would_wait_for_his_end_is_told_so_too() {
    let latch = Latch::default();
    let assembly = booted(&latch, [REMOVE_OTHER, REMOVE_PROVIDER, REMOVE_OTHER]);
    let mut call = wait(&assembly);
    assert!(call.go().is_none());
    let mut other = invoked(&assembly, "other.change");
    assert!(other.go().is_none());
    let bus = assembly.bus().handle();
    let mut provider = Driven::new(async move {
        let answer = bus.invoke::<_, String>("provider.pass_on", "between.change".to_owned());
        answer.await.unwrap()
    });
    assert!(provider.go().is_none());
    latch.lift();
    assert!(call.go().is_some() && other.go().is_none());
    assert!(
        provider
            .go()
            .unwrap()
            .starts_with("component `provider` is being")
    );
    assert_eq!(other.go().unwrap(), "done");
}

#[test]
fn who_waits_to_change_an_assembly_that_is_shut_down_is_told_that_it_has_ended() {
    let latch = Latch::default();
    let assembly = booted(&latch, [REMOVE_OTHER, SHUTDOWN, SHUTDOWN]);
    let mut call = wait(&assembly);
    assert!(call.go().is_none());
    let mut removing = {
        let assembly = assembly.clone();
        Driven::new(async move { assembly.remove("consumer").await })
    };
    assert!(removing.go().is_none());
    let mut waiting = invoked(&assembly, "provider.change");
    assert!(waiting.go().is_none());
    // Both end it, and each is to wait for what the other waits for.
    let (mut first, mut second) = (
        invoked(&assembly, "other.change"),
        invoked(&assembly, "between.change"),
    );
    assert!(first.go().is_none() && second.go().is_none());
    assert_eq!(waiting.go().unwrap(), "the assembly has ended");
    latch.lift();
    assert!(call.go().is_some());
    removing.go().unwrap().unwrap();
    assert!(first.go().is_none());
    assert_eq!(second.go().unwrap(), "the assembly has ended");
    assert_eq!(first.go().unwrap(), "done");
    assert!(assembly.bus().runnables().is_empty());
}

#[test]
fn an_assembly_that_a_component_shuts_down_while_it_is_removed_ends_all_the_same() {
    let (latch, stage) = (Latch::default(), Stage::default());
    let place = Place::default();
    let builder = Assembly::builder(Bus::with_executor(stage.clone()))
        .component(acting::<Other>(&place, &latch, REMOVE_PROVIDER))
        .component(acting::<Provider>(&place, &latch, SHUTDOWN))
        .component(acting::<Consumer>(&place, &latch, SHUTDOWN));
    let assembly = now(builder.boot()).unwrap();
    *place.lock().unwrap() = Some(assembly.clone());
    let mut call = wait(&assembly);
    assert!(call.go().is_none());
    let mut other = invoked(&assembly, "other.change");
    assert!(other.go().is_none());
    let mut provider = invoked(&assembly, "provider.change");
    assert!(provider.go().is_none());
    latch.lift();
    assert!(call.go().is_some() && other.go().is_none());
    assert_eq!(provider.go().unwrap(), "the assembly has ended");
    assert_eq!(other.go().unwrap(), "done");
    stage.run();
    assert!(assembly.health().is_empty() && assembly.bus().runnables().is_empty());
}

/// Says when it starts and ends, and takes until the latch is lifted for either.
fn slow(log: &Log, latch: &Latch) -> Blueprint {
    let (log, latch) = (log.clone(), latch.clone());
    made::<Slow>(move |_| {
        let ((first, opens), (last, closes)) =
            ((log.clone(), latch.clone()), (log.clone(), latch.clone()));
        let answer = Runnable::new(|(): ()| Ok::<_, String>(true));
        Ok(Parts::new()
            .runnable("answer", answer)
            .activate(move || async move {
                opens.lifted().await;
                first.say("slow starts");
            })
            .deactivate(move || async move {
                closes.lifted().await;
                last.say("slow ends");
            }))
    })
}

fn staged(stage: &Stage) -> audit_core::component::AssemblyBuilder {
    Assembly::builder(Bus::with_executor(stage.clone()))
}

fn healthy(assembly: &Assembly) -> Vec<String> {
    let health = assembly.health().into_iter();
    let healthy = health.filter(|(_, health)| *health == Health::Healthy);
    healthy.map(|(name, _)| name).collect()
}

#[test]
fn a_change_that_nobody_waits_for_any_more_goes_on_to_its_end_in_the_name_of_who_asked() {
    let ((runtime, notebook), stage) = (runtime(), Stage::default());
    let (log, latch) = (Log::default(), Latch::default());
    let assembly = now(staged(&stage).boot()).unwrap();
    let asked = || Scope::from(&runtime).actor(Actor::new("ada"));
    // Dropped in the middle of each, and then each is done.
    let dropped = |change: Pin<Box<dyn Future<Output = Result<(), AssemblyError>>>>| {
        latch.shut();
        let mut change = Driven::new(change.in_scope(asked()));
        assert!(change.go().is_none());
        drop(change);
        latch.lift();
        stage.run();
        log.take()
    };
    let (added, replaced, removed, ended) = (
        assembly.clone(),
        assembly.clone(),
        assembly.clone(),
        assembly.clone(),
    );
    let (first, second) = (slow(&log, &latch), slow(&log, &latch));
    let said = dropped(Box::pin(async move { added.add(first).await }));
    assert_eq!(said, ["slow starts"]);
    assert_eq!(healthy(&assembly), ["slow"]);
    let said = dropped(Box::pin(
        async move { replaced.replace("slow", second).await },
    ));
    assert_eq!(said, ["slow ends", "slow starts"]);
    assert_eq!(healthy(&assembly), ["slow"]);
    let said = dropped(Box::pin(async move { removed.remove("slow").await }));
    assert_eq!(said, ["slow ends"]);
    assert!(assembly.health().is_empty());
    now(assembly.add(slow(&log, &latch))).unwrap();
    log.take();
    let said = dropped(Box::pin(async move { ended.shutdown().await }));
    assert_eq!(said, ["slow ends"]);
    assert!(assembly.health().is_empty() && assembly.bus().runnables().is_empty());
    let told = notebook.of_kind("lifecycle");
    let names: Vec<&str> = told
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    let life = |names: [&'static str; 2]| names.map(|name| format!("component.{name}"));
    let (starts, ends) = (life(["starting", "started"]), life(["stopping", "stopped"]));
    let replaced = ["component.replaced".to_owned()];
    let expected = [&starts, &ends, &starts, &replaced[..], &ends, &ends].concat();
    assert_eq!(names, expected);
    assert!(told.iter().all(|one| one["actor"]["id"] == "ada"));
}

#[test]
fn a_change_whose_caller_panics_goes_on_to_its_end() {
    let (stage, log, latch) = (Stage::default(), Log::default(), Latch::default());
    let assembly = now(staged(&stage).boot()).unwrap();
    let adding = assembly.clone();
    let first = slow(&log, &latch);
    let mut adding = Driven::new(async move { adding.add(first).await });
    assert!(adding.go().is_none());
    let caller = move || {
        let _adding = adding;
        panic!("on purpose");
    };
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(caller)).is_err());
    latch.lift();
    stage.run();
    assert_eq!(healthy(&assembly), ["slow"]);
    now(assembly.remove("slow")).unwrap();
}

#[test]
fn one_that_is_to_be_started_anew_while_it_is_removed_is_not() {
    let (stage, latch, log) = (Stage::default(), Latch::default(), Log::default());
    let (shut, said) = (latch.clone(), log.clone());
    let part = made::<Other>(move |context| {
        let (shut, handle) = (shut.clone(), context.bus.clone());
        said.say("starts");
        let wait = Runnable::new_async(move |(): ()| {
            let (shut, handle) = (shut.clone(), handle.clone());
            async move {
                assert!(handle.fail("broken"));
                shut.lifted().await;
                // By then it ends, and what it says changes nothing.
                handle.fail("broken again");
                Ok::<_, String>(())
            }
        });
        Ok(Parts::new().runnable("wait", wait))
    });
    let assembly = now(staged(&stage).component(part).boot()).unwrap();
    let bus = assembly.bus().handle();
    let mut call = Driven::new(async move { bus.invoke::<_, ()>("other.wait", ()).await });
    assert!(call.go().is_none());
    let removing = assembly.clone();
    let mut removing = Driven::new(async move { removing.remove("other").await });
    assert!(removing.go().is_none());
    // It waits for its turn from here on.
    stage.pass();
    latch.lift();
    call.go().unwrap().unwrap();
    removing.go().unwrap().unwrap();
    stage.pass();
    assert_eq!(log.take(), ["starts"]);
    assert!(assembly.health().is_empty());
}

#[test]
fn a_change_that_is_dropped_before_its_turn_was_never_begun() {
    let (stage, log, latch) = (Stage::default(), Log::default(), Latch::default());
    let assembly = now(staged(&stage).boot()).unwrap();
    let adding = assembly.clone();
    let first = slow(&log, &latch);
    let mut adding = Driven::new(async move { adding.add(first).await });
    assert!(adding.go().is_none());
    let other = assembly.clone();
    let mut late = Driven::new(async move { other.add(made::<Other>(|_| Ok(Parts::new()))).await });
    assert!(late.go().is_none());
    drop(late);
    latch.lift();
    adding.go().unwrap().unwrap();
    stage.run();
    assert_eq!(healthy(&assembly), ["slow"]);
}

#[test]
fn a_boot_that_is_dropped_ends_what_had_started_and_leaves_no_policy() {
    let (stage, log, latch) = (Stage::default(), Log::default(), Latch::default());
    let said = log.clone();
    let started = made::<Other>(move |_| {
        let said = said.clone();
        Ok(Parts::new().deactivate(move || async move { said.say("other ends") }))
    });
    let bus = Bus::with_executor(stage.clone());
    let handle = bus.handle();
    audit_core::bus::install(&bus);
    let nothing = BusPolicy::new().publish_allow([]).unwrap();
    let builder = Assembly::builder(bus)
        .component(started)
        .component(slow(&log, &latch))
        .policy("host", nothing);
    let mut boot = Driven::new(builder.boot());
    assert!(boot.go().is_none());
    now(handle.publish("a", ())).unwrap_err();
    drop(boot);
    stage.run();
    assert_eq!(log.take(), ["other ends"]);
    now(handle.publish("a", ())).unwrap();
    // Whoever it left behind without a name gains nothing by that.
    now(audit_core::bus::publish("a", ())).unwrap_err();
    audit_core::bus::clear();
}

#[test]
fn a_component_that_could_not_come_leaves_no_policy() {
    let ((runtime, notebook), allowed) = (runtime(), |assembly: &Assembly| {
        let may = |name| assembly.bus().explain(name, Operation::Publish, "a");
        ["other", "anonymous"].map(|name| may(name).is_allowed())
    });
    let nothing = || BusPolicy::new().publish_allow([]).unwrap();
    let broken = || made::<Other>(|_| Err("no configuration".to_owned())).policy(nothing());
    let assembly = now(Assembly::builder(Bus::new()).boot()).unwrap();
    runtime.scope(|| now(assembly.add(broken())).unwrap_err());
    assert_eq!(allowed(&assembly), [true, false]);
    let told = notebook.of_kind("policy");
    assert_eq!(told.len(), 2);
    assert_eq!(told[1]["data"]["before"], told[0]["data"]["after"]);
    assert!(told[1]["data"]["after"].is_null());
    // What was in force before is again, unless somebody said something else since.
    let some = BusPolicy::new().publish_allow(["a"]).unwrap();
    assembly.bus().set_policy("other", some);
    now(assembly.add(broken())).unwrap_err();
    assert_eq!(allowed(&assembly), [true, false]);
    let bus = Arc::new(Mutex::new(Some(assembly.clone())));
    let changed = made::<Other>(move |_| {
        let assembly = bus.lock().unwrap().take().unwrap();
        let since = BusPolicy::new().publish_allow(["b"]).unwrap();
        assembly.bus().set_policy("other", since);
        Err("no configuration".to_owned())
    });
    now(assembly.add(changed.policy(nothing()))).unwrap_err();
    let verdict = assembly.bus().explain("other", Operation::Publish, "b");
    assert!(verdict.is_allowed());
    // One that is optional is there all the same, and its policy with it.
    now(assembly.add(broken().optional())).unwrap();
    assert_eq!(allowed(&assembly), [false, false]);
}

#[test]
fn a_boot_that_fails_puts_all_policies_back() {
    let bus = Bus::new();
    let handle = bus.handle();
    let some = || BusPolicy::new().publish_allow(["a"]).unwrap();
    bus.set_policy("host", some());
    let nothing = || BusPolicy::new().publish_allow([]).unwrap();
    let broken = made::<Other>(|_| Err("no configuration".to_owned())).policy(nothing());
    let builder = Assembly::builder(bus).component(broken);
    let builder = builder.policy("host", nothing()).policy("host", nothing());
    now(builder.boot()).unwrap_err();
    now(handle.publish("a", ())).unwrap();
    now(handle.publish("b", ())).unwrap_err();
}
