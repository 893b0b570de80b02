//! What becomes of components that fail.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use audit_core::bus::{Bus, DomainEvent, Handle, Handled, Handler, Handling, Runnable};
use audit_core::component::{
    Assembly, AssemblyBuilder, AssemblyError, Backoff, Blueprint, ComponentFacts, Health, Parts,
    Restart, ServiceType, Supervision,
};
use audit_core::{Actor, Scope};

use crate::stage::{Named, Stage, Timeless, made, named};
use crate::support::{Log, now};

named!(First = ComponentFacts::new("first", "1.0").provides(const { &[ServiceType::of::<u32>()] }));
named!(Second = ComponentFacts::new("second", "1.0"));
named!(Third = ComponentFacts::new("third", "1.0"));
named!(Later = ComponentFacts::new("later", "1.0").depends(&["third"]));
named!(
    Asking = ComponentFacts::new("asking", "1.0").requires(const { &[ServiceType::of::<u32>()] })
);

struct Noting(Log, String);

impl Handler for Noting {
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        self.0.say(format!("{} hears {}", self.1, event.name()));
        Handling::Done(Handled::Ok(()))
    }
}

/// Hears, answers and provides, and says when it starts and ends; can be told to fail, by itself or when it starts.
#[derive(Clone, Default)]
struct Play {
    log: Log,
    handles: Arc<Mutex<Vec<Handle>>>,
    is_broken: Arc<AtomicBool>,
    is_sick: Arc<AtomicBool>,
}

impl Play {
    fn part<N: Named>(&self) -> Blueprint {
        let play = self.clone();
        made::<N>(move |context| {
            let name = N::FACTS.name;
            play.handles.lock().unwrap().push(context.bus.clone());
            if play.is_broken.load(Ordering::Relaxed) {
                return Err("no configuration".to_owned());
            }
            play.log.say(format!("{name} starts"));
            let (log, is_sick) = (play.log.clone(), Arc::clone(&play.is_sick));
            let parts = Parts::new()
                .subscribe("*", Noting(play.log.clone(), name.to_owned()))
                .unwrap()
                .runnable(
                    "name",
                    Runnable::new(move |(): ()| Ok::<_, String>(name.to_owned())),
                )
                .health(move || {
                    if is_sick.load(Ordering::Relaxed) {
                        Health::Failed("out of paper".to_owned())
                    } else {
                        Health::Healthy
                    }
                })
                .deactivate(move || async move { log.say(format!("{name} ends")) });
            Ok(if N::FACTS.provides.is_empty() {
                parts
            } else {
                parts.provide(7_u32)
            })
        })
    }

    fn last_handle(&self) -> Handle {
        self.handles.lock().unwrap().last().unwrap().clone()
    }

    fn handle_of(&self, instance: &str) -> Handle {
        let handles = self.handles.lock().unwrap();
        let of_it = handles.iter().rev().find(|one| one.caller() == instance);
        of_it.unwrap().clone()
    }
}

fn staged(stage: &Stage) -> AssemblyBuilder {
    Assembly::builder(Bus::with_executor(stage.clone()))
}

fn seconds(waits: &[Duration]) -> Vec<u64> {
    waits.iter().map(Duration::as_secs).collect()
}

fn three(play: &Play, stage: &Stage, restart: Restart) -> Assembly {
    let supervision = Supervision::new(restart);
    let builder = staged(stage).supervision(supervision);
    let builder = builder.component(play.part::<First>());
    let builder = builder.component(play.part::<Second>());
    now(builder.component(play.part::<Third>()).boot()).unwrap()
}

#[test]
fn one_that_can_not_go_on_is_started_anew_after_a_while_and_is_there_once() {
    let (play, stage) = (Play::default(), Stage::default());
    let assembly = now(staged(&stage).component(play.part::<First>()).boot()).unwrap();
    play.log.take();
    assert!(play.last_handle().fail("the disk is full"));
    assert_eq!(
        assembly.overall_health(),
        Health::Failed("component `first`: the disk is full".to_owned())
    );
    stage.run();
    assert!(play.log.take().is_empty(), "it waits first");
    assert_eq!(seconds(&stage.pass())[0], 1);
    assert_eq!(play.log.take(), ["first ends", "first starts"]);
    assert_eq!(assembly.overall_health(), Health::Healthy);
    now(assembly.bus().publish("a", ())).unwrap();
    assert_eq!(play.log.take(), ["first hears a"]);
    let name: String = now(assembly.bus().invoke("first.name", ())).unwrap();
    assert_eq!(name, "first");
    assert_eq!(assembly.services().all::<u32>().count(), 1);
}

#[test]
fn whoever_acts_when_one_fails_is_nobody_to_what_is_started_anew() {
    let (stage, seen) = (Stage::default(), Log::default());
    let (said, handle) = (seen.clone(), Arc::new(Mutex::new(None)));
    let kept = Arc::clone(&handle);
    let first = made::<First>(move |context| {
        *kept.lock().unwrap() = Some(context.bus.clone());
        let (at_start, at_work) = (said.clone(), said.clone());
        let actor = || Scope::current().actor_id().unwrap_or_default();
        let parts = Parts::new()
            .activate(move || async move { at_start.say(format!("starts for `{}`", actor())) })
            .background("work", move || async move {
                at_work.say(format!("works for `{}`", actor()));
            })
            .provide(1_u32);
        Ok(parts)
    });
    let acting = |name: &'static str| Scope::new().actor(Actor::new(name));
    let assembly = acting("ada").run(|| now(staged(&stage).component(first).boot()).unwrap());
    assert_eq!(seen.take(), ["starts for `ada`"]);
    stage.run();
    assert_eq!(seen.take(), ["works for ``"]);
    // Who boots, who makes it fail, and on whose thread tasks run.
    acting("alice").run(|| {
        let handle = handle.lock().unwrap().take().unwrap();
        assert!(handle.fail("the disk is full"));
        stage.pass();
    });
    let seen = seen.take();
    assert_eq!(seen, ["starts for ``", "works for ``"]);
    drop(assembly);
}

#[test]
fn one_that_fails_too_often_is_given_up_and_whoever_waits_is_told() {
    let (play, stage) = (Play::default(), Stage::default());
    let assembly = now(staged(&stage).component(play.part::<First>()).boot()).unwrap();
    let mut waits = Vec::new();
    for number in 0..3 {
        play.last_handle().fail(format!("failure {number}"));
        waits.push(seconds(&stage.pass())[0]);
    }
    assert_eq!(waits, [1, 2, 4]);
    assert!(assembly.overall_health().is_healthy());
    play.last_handle().fail("once too often");
    assert!(stage.pass().is_empty());
    let escalation = now(assembly.escalated()).unwrap();
    assert_eq!(
        escalation.to_string(),
        "component `first` is given up: once too often"
    );
    assert_eq!(
        assembly.overall_health(),
        Health::Failed("component `first`: once too often".to_owned())
    );
    // Until somebody does something about it.
    now(assembly.replace("first", play.part::<First>())).unwrap();
    assert!(assembly.overall_health().is_healthy());
    now(assembly.shutdown()).unwrap();
    assert_eq!(now(assembly.escalated()), None);
}

#[test]
fn a_strategy_says_who_is_started_anew_and_nobody_is_there_twice() {
    for (restart, expected) in [
        (Restart::OneForOne, &["second ends", "second starts"][..]),
        (
            Restart::RestForOne,
            &["third ends", "second ends", "second starts", "third starts"][..],
        ),
        (
            Restart::OneForAll,
            &[
                "third ends",
                "second ends",
                "first ends",
                "first starts",
                "second starts",
                "third starts",
            ][..],
        ),
    ] {
        let (play, stage) = (Play::default(), Stage::default());
        let assembly = three(&play, &stage, restart);
        play.log.take();
        play.handle_of("second").fail("broken");
        stage.pass();
        assert_eq!(play.log.take(), expected, "{restart:?}");
        now(assembly.bus().publish("a", ())).unwrap();
        assert_eq!(play.log.take().len(), 3, "{restart:?}");
        assert_eq!(assembly.services().all::<u32>().count(), 1);
        assert_eq!(assembly.bus().runnables().len(), 3);
    }
}

#[test]
fn whoever_is_made_from_a_service_is_made_anew_with_it() {
    let (play, stage) = (Play::default(), Stage::default());
    let builder = staged(&stage).component(play.part::<Asking>());
    let builder = builder.component(play.part::<Second>());
    let assembly = now(builder.component(play.part::<First>()).boot()).unwrap();
    assert_eq!(
        play.log.take(),
        ["second starts", "first starts", "asking starts"]
    );
    play.handle_of("first").fail("broken");
    stage.pass();
    assert_eq!(
        play.log.take(),
        ["asking ends", "first ends", "first starts", "asking starts"]
    );
    // While its provider can't be started it waits, and comes back with it.
    play.is_broken.store(true, Ordering::Relaxed);
    play.handle_of("first").fail("broken again");
    stage.pass();
    assert_eq!(
        assembly.health(),
        [
            ("second".to_owned(), Health::Healthy),
            (
                "first".to_owned(),
                Health::Failed("no configuration".to_owned())
            ),
            (
                "asking".to_owned(),
                Health::Failed("component `asking` waits for `u32`".to_owned())
            ),
        ]
    );
    play.is_broken.store(false, Ordering::Relaxed);
    play.log.take();
    stage.pass();
    assert_eq!(play.log.take(), ["first starts", "asking starts"]);
    assert!(assembly.overall_health().is_healthy());
}

#[test]
fn one_that_says_it_has_failed_is_started_anew_when_it_is_checked() {
    let (play, stage) = (Play::default(), Stage::default());
    let builder = staged(&stage).check_every(Duration::from_secs(5));
    let assembly = now(builder.component(play.part::<First>()).boot()).unwrap();
    play.log.take();
    play.is_sick.store(true, Ordering::Relaxed);
    // Asked for its health alone, nothing is done about it.
    assert!(!assembly.overall_health().is_healthy());
    assert_eq!(
        assembly.check()[0].1,
        Health::Failed("out of paper".to_owned())
    );
    assembly.check();
    play.is_sick.store(false, Ordering::Relaxed);
    let mut waits = seconds(&stage.pass());
    waits.retain(|wait| *wait != 30);
    assert_eq!(waits, [5, 1], "once, however often it is checked");
    assert_eq!(play.log.take(), ["first ends", "first starts"]);
    play.is_sick.store(true, Ordering::Relaxed);
    assert!(seconds(&stage.pass()).contains(&5));
    play.is_sick.store(false, Ordering::Relaxed);
    assert!(seconds(&stage.pass()).contains(&2), "it was checked again");
    assert_eq!(play.log.take(), ["first ends", "first starts"]);
}

#[test]
fn one_whose_work_in_the_background_fails_or_panics_is_started_anew() {
    for panics in [false, true] {
        let (stage, starts) = (Stage::default(), Arc::new(AtomicU32::new(0)));
        let counted = Arc::clone(&starts);
        let part = made::<Second>(move |_| {
            let start = counted.fetch_add(1, Ordering::Relaxed);
            Ok(Parts::new().background("reader", move || async move {
                match start {
                    0 if panics => panic!("on purpose"),
                    0 => Err("the line is dead"),
                    _ => Ok(()),
                }
            }))
        });
        let assembly = now(staged(&stage).component(part).boot()).unwrap();
        stage.run();
        let why = if panics {
            "it panicked: on purpose"
        } else {
            "the line is dead"
        };
        let expected = format!("component `second`: background task `reader` failed: {why}");
        assert_eq!(assembly.overall_health(), Health::Failed(expected));
        stage.pass();
        assert_eq!(starts.load(Ordering::Relaxed), 2);
        // Its end alone is no failure.
        assert!(assembly.overall_health().is_healthy());
        assert!(stage.pass().is_empty());
    }
}

#[test]
fn what_something_says_that_was_started_anew_since_changes_nothing() {
    let (play, stage) = (Play::default(), Stage::default());
    let assembly = now(staged(&stage).component(play.part::<First>()).boot()).unwrap();
    let old = play.last_handle();
    old.fail("broken");
    old.fail("broken, said twice");
    assert_eq!(seconds(&stage.pass()), [1], "it failed once");
    old.fail("broken, as was said before");
    assert!(assembly.overall_health().is_healthy());
    assert!(stage.pass().is_empty());
    now(assembly.remove("first")).unwrap();
    play.last_handle().fail("gone");
    assert!(stage.pass().is_empty());
    // The host is no component.
    assert!(!assembly.bus().fail("nobody is there to hear it"));
    assert!(!audit_core::component::fail("neither here"));
}

#[test]
fn code_of_a_component_can_say_so_without_a_handle() {
    let (play, stage) = (Play::default(), Stage::default());
    let part = made::<Second>(|_| {
        let run = |(): ()| Ok::<_, String>(audit_core::component::fail("asked to"));
        Ok(Parts::new().runnable("fail", Runnable::new(run)))
    });
    let builder = staged(&stage).component(part);
    let assembly = now(builder.component(play.part::<First>()).boot()).unwrap();
    assert!(now(assembly.bus().invoke::<_, bool>("second.fail", ())).unwrap());
    let expected = Health::Failed("component `second`: asked to".to_owned());
    assert_eq!(assembly.overall_health(), expected);
}

#[test]
fn the_program_starts_without_an_optional_one_and_is_degraded_until_it_is_there() {
    let (play, broken, stage) = (Play::default(), Play::default(), Stage::default());
    broken.is_broken.store(true, Ordering::Relaxed);
    let builder = staged(&stage).component(broken.part::<Third>().optional());
    let assembly = now(builder.component(play.part::<Second>()).boot()).unwrap();
    let expected = Health::Degraded("component `third`: no configuration".to_owned());
    assert_eq!(assembly.overall_health(), expected);
    // Whoever depends on it waits for it, and comes with it.
    now(assembly.add(play.part::<Later>().optional())).unwrap();
    assert!(!assembly.bus().is_registered("later.name"));
    broken.is_broken.store(false, Ordering::Relaxed);
    stage.pass();
    assert!(assembly.overall_health().is_healthy());
    assert!(assembly.bus().is_registered("later.name"));
    // Given up it is still no reason to alarm anybody.
    for _ in 0..4 {
        broken.last_handle().fail("broken");
        stage.pass();
    }
    assert!(matches!(assembly.overall_health(), Health::Degraded(_)));
    let escalated = std::future::poll_fn(|context| {
        let waiting = std::pin::pin!(assembly.escalated());
        std::task::Poll::Ready(waiting.poll(context).is_ready())
    });
    assert!(!now(escalated));
}

#[test]
fn one_that_is_needed_and_can_not_start_fails_the_boot_whoever_else_is_optional() {
    let (play, broken, stage) = (Play::default(), Play::default(), Stage::default());
    broken.is_broken.store(true, Ordering::Relaxed);
    let builder = staged(&stage).component(broken.part::<First>().optional());
    let error = now(builder.component(play.part::<Asking>()).boot()).unwrap_err();
    assert_eq!(error.to_string(), "component `asking` waits for `u32`");
    // Nothing is left that would be started anew.
    stage.pass();
    assert!(play.log.take().is_empty());
}

#[test]
fn a_wait_without_a_timer_is_an_error_where_it_is_asked_for_and_else_the_first_failure_is_the_last()
{
    let play = Play::default();
    let timeless = || Assembly::builder(Bus::with_executor(Timeless));
    let builder = timeless()
        .supervision(Supervision::default())
        .stop_timeout(Duration::from_secs(1))
        .check_every(Duration::from_secs(1));
    let own = play.part::<First>().supervision(Supervision::default());
    let error = now(builder.component(own).boot()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the time-out of the end takes a timer, which the bus's executor does not have; \
         the wait before a restart takes a timer, which the bus's executor does not have; \
         the time between checks takes a timer, which the bus's executor does not have; \
         the wait before a restart of `first` takes a timer, which the bus's executor does not have"
    );
    let never = timeless().supervision(Supervision::never());
    now(never.component(play.part::<First>()).boot()).unwrap();
    let assembly = now(timeless().component(play.part::<First>()).boot()).unwrap();
    play.last_handle().fail("broken");
    assert_eq!(
        now(assembly.escalated()).unwrap().error,
        "broken; there is no timer to wait with before a restart"
    );
    let at_once = Supervision::default().backoff(Backoff::Constant, Duration::ZERO);
    let builder = timeless().supervision(at_once);
    let assembly = now(builder.component(play.part::<First>()).boot()).unwrap();
    play.last_handle().fail("broken");
    assert_eq!(
        now(assembly.escalated()).unwrap().error,
        "broken; a task can't be run: it takes none"
    );
}

#[test]
fn nothing_is_started_anew_once_all_have_ended() {
    let (play, stage) = (Play::default(), Stage::default());
    let assembly = now(staged(&stage).component(play.part::<First>()).boot()).unwrap();
    play.last_handle().fail("broken");
    stage.run();
    now(assembly.shutdown()).unwrap();
    play.log.take();
    stage.pass();
    assert!(play.log.take().is_empty());
    let added = now(assembly.add(play.part::<Second>()));
    assert!(matches!(added, Err(AssemblyError::Ended)));
    assert_eq!(
        assembly.overall_health(),
        Health::Failed("the assembly has ended".to_owned())
    );
    now(assembly.shutdown()).unwrap();
}

#[test]
fn one_that_is_replaced_by_what_can_not_start_is_missed_until_it_does() {
    let (play, stage) = (Play::default(), Stage::default());
    let assembly = now(staged(&stage).component(play.part::<First>()).boot()).unwrap();
    play.is_broken.store(true, Ordering::Relaxed);
    now(assembly.replace("first", play.part::<First>())).unwrap_err();
    let expected = Health::Failed("component `first`: no configuration".to_owned());
    assert_eq!(assembly.overall_health(), expected);
    play.is_broken.store(false, Ordering::Relaxed);
    stage.pass();
    assert!(assembly.overall_health().is_healthy());
}

#[test]
fn code_that_is_starting_is_refused_what_it_would_wait_for_itself() {
    let (play, stage) = (Play::default(), Stage::default());
    let assembly = now(staged(&stage).component(play.part::<First>()).boot()).unwrap();
    let rash = || {
        let assembly = assembly.clone();
        made::<Second>(move |_| {
            let assembly = assembly.clone();
            Ok(Parts::new().activate(move || async move { assembly.remove("first").await }))
        })
    };
    let added = now(assembly.add(rash())).unwrap_err();
    let replaced = now(assembly.replace("first", rash())).unwrap_err();
    for (error, instance) in [(added, "second"), (replaced, "first")] {
        let source = std::error::Error::source(&error).unwrap().to_string();
        let expected = format!(
            "component `{instance}` is being started or ended: until that is done its own code can't change the assembly"
        );
        assert_eq!(source, expected);
    }
    now(assembly.shutdown()).unwrap();
}

#[test]
fn on_threads_it_comes_back_by_itself() {
    let play = Play::default();
    let at_once = Supervision::default().backoff(Backoff::Constant, Duration::from_millis(1));
    let builder = Assembly::builder(Bus::new()).supervision(at_once);
    let assembly = now(builder.component(play.part::<First>()).boot()).unwrap();
    let watching = assembly.clone();
    let watcher = thread::spawn(move || audit_core::testing::block_on(watching.escalated()));
    for number in 1..=3 {
        play.last_handle().fail("broken");
        while play.handles.lock().unwrap().len() == number
            || !assembly.overall_health().is_healthy()
        {
            thread::yield_now();
        }
        let name: String = now(assembly.bus().invoke("first.name", ())).unwrap();
        assert_eq!(name, "first");
    }
    play.last_handle().fail("for good");
    assert_eq!(watcher.join().unwrap().unwrap().error, "for good");
}

#[test]
fn a_start_that_hangs_does_not_keep_the_rest_from_ending() {
    let (play, stage) = (Play::default(), Stage::default());
    let (is_second, handle) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(None)));
    let kept = Arc::clone(&handle);
    let part = made::<Second>(move |context| {
        *kept.lock().unwrap() = Some(context.bus.clone());
        let hangs = is_second.swap(true, Ordering::Relaxed);
        Ok(Parts::new().activate(move || async move {
            if hangs {
                std::future::pending::<()>().await;
            }
        }))
    });
    let builder = staged(&stage).component(play.part::<First>());
    let assembly = now(builder.component(part).boot()).unwrap();
    play.log.take();
    let handle: Handle = handle.lock().unwrap().clone().unwrap();
    handle.fail("broken");
    // It is started anew by a task, and hangs there.
    stage.pass();
    let expected = "component `second`: it is being started or ended";
    assert_eq!(
        assembly.overall_health(),
        Health::Failed(expected.to_owned())
    );
    let (ended, ending) = (Arc::new(AtomicBool::new(false)), assembly.clone());
    let told = Arc::clone(&ended);
    let task = async move { told.store(ending.shutdown().await.is_ok(), Ordering::Relaxed) };
    audit_core::Executor::spawn(&stage, Box::pin(task)).unwrap();
    stage.run();
    assert!(ended.load(Ordering::Relaxed));
    assert_eq!(play.log.take(), ["first ends"]);
}

#[test]
fn nothing_is_left_of_whoever_waits_no_more_for_one_that_is_given_up() {
    let assembly = now(Assembly::builder(Bus::new()).boot()).unwrap();
    let waking = Arc::new(Waking);
    {
        let waker = Waker::from(Arc::clone(&waking));
        let mut escalated = Box::pin(assembly.escalated());
        let polled = escalated.as_mut().poll(&mut Context::from_waker(&waker));
        assert!(polled.is_pending());
    }
    assert_eq!(Arc::strong_count(&waking), 1);
}

struct Waking;

impl Wake for Waking {
    fn wake(self: Arc<Self>) {}
}
