//! Components whose code panics where they go: whatever becomes of an assembly then comes to its end all the same.

use audit_core::bus::{Bus, DomainEvent, Handled, Handler, Handling, Runnable};
use audit_core::component::{Assembly, ComponentFacts, Health, Parts, ServiceType};

use crate::stage::{Latch, Stage, made, named};
use crate::support::now;

named!(Bad = ComponentFacts::new("bad", "1.0").provides(const { &[ServiceType::of::<Held>()] }));
named!(Other = ComponentFacts::new("other", "1.0"));

/// Panics when it goes.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

/// Somebody's, whose last holder is met by its panic.
#[derive(Clone)]
struct Held(std::sync::Arc<Bomb>);

impl Held {
    fn new() -> Self {
        Self(std::sync::Arc::new(Bomb))
    }

    fn look(&self) {
        assert!(std::sync::Arc::strong_count(&self.0) > 0);
    }
}

struct Holding(Bomb);

impl Handler for Holding {
    fn handle<'h>(&'h self, _: &'h DomainEvent) -> Handling<'h> {
        assert_eq!(size_of_val(&self.0), 0);
        Handling::Done(Handled::Ok(()))
    }
}

/// What a component brings along that is not called when it starts or ends, each of which panics when it goes.
fn parts() -> Parts {
    let [well, work, run] = [(); 3].map(|()| Bomb);
    let looking = |_: &Bomb| {};
    Parts::new()
        .health(move || {
            looking(&well);
            Health::Healthy
        })
        .background("work", move || async move {
            looking(&work);
            std::future::pending::<()>().await;
        })
        .runnable(
            "run",
            Runnable::new(move |(): ()| {
                looking(&run);
                Ok::<_, String>(())
            }),
        )
        .subscribe("a", Holding(Bomb))
        .unwrap()
        .provide(Held::new())
}

fn bad() -> audit_core::component::Blueprint {
    let held = Held::new();
    made::<Bad>(move |_| {
        held.look();
        Ok(parts())
    })
}

#[test]
fn one_whose_parts_all_panic_when_they_go_can_be_removed_replaced_and_shut_down() {
    let stage = Stage::default();
    let builder = Assembly::builder(Bus::with_executor(stage.clone()));
    let assembly = now(builder.component(bad()).boot()).unwrap();
    let bus = assembly.bus();
    // Its work in the background is dropped by a task.
    staged(&stage, assembly.remove("bad")).unwrap();
    assert!(assembly.health().is_empty() && bus.runnables().is_empty());
    assert_eq!(assembly.services().all::<Held>().count(), 0);
    now(assembly.add(bad())).unwrap();
    staged(&stage, assembly.replace("bad", bad())).unwrap();
    assert!(assembly.overall_health().is_healthy());
    staged(&stage, assembly.shutdown()).unwrap();
    assert!(bus.runnables().is_empty());
}

/// What something comes to once tasks have run.
fn staged<F: Future>(stage: &Stage, future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    polled(future.as_mut()).unwrap_or_else(|| {
        stage.run();
        polled(future.as_mut()).unwrap()
    })
}

fn polled<F: Future>(future: std::pin::Pin<&mut F>) -> Option<F::Output> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(output) => Some(output),
        std::task::Poll::Pending => None,
    }
}

#[test]
fn one_whose_parts_all_panic_when_they_go_leaves_nothing_where_it_can_not_start() {
    let assembly = now(Assembly::builder(Bus::new()).boot()).unwrap();
    // Nobody said that it has a service: none of its parts is used.
    let undeclared = made::<Other>(|_| {
        let (first, last) = (Bomb, Bomb);
        Ok(parts()
            .activate(move || async move { drop(first) })
            .deactivate(move || async move { drop(last) }))
    });
    let error = now(assembly.add(undeclared)).unwrap_err();
    assert!(
        error.to_string().contains("its facts do not name"),
        "{error}"
    );
    // One of its names is taken: some are used.
    let run = Runnable::new(|(): ()| Ok::<_, String>(()));
    let taken = assembly.bus().register("bad.run", run).unwrap();
    now(assembly.add(bad())).unwrap_err();
    drop(taken);
    assert!(assembly.health().is_empty() && assembly.bus().patterns().is_empty());
    now(assembly.add(made::<Other>(|_| Ok(Parts::new())))).unwrap();
    now(assembly.shutdown()).unwrap();
}

#[test]
fn an_assembly_of_one_whose_parts_all_panic_when_they_go_can_be_dropped() {
    let bus = Bus::new();
    let host = bus.handle();
    let assembly = now(Assembly::builder(bus).component(bad()).boot()).unwrap();
    drop(assembly);
    assert!(!host.is_registered("bad.run"));
}

#[test]
fn an_assembly_that_ends_while_one_is_added_leaves_that_out() {
    let latch = Latch::default();
    let shut = latch.clone();
    let hanging = made::<Other>(move |_| {
        let shut = shut.clone();
        Ok(Parts::new().activate(move || async move { shut.lifted().await }))
    });
    let assembly = now(Assembly::builder(Bus::new()).boot()).unwrap();
    let mut adding = std::pin::pin!(assembly.add(hanging));
    assert!(polled(adding.as_mut()).is_none());
    let mut ending = std::pin::pin!(assembly.shutdown());
    assert!(polled(ending.as_mut()).is_none());
    let added = polled(adding.as_mut()).unwrap().unwrap_err();
    assert_eq!(added.to_string(), "the assembly has ended");
    polled(ending.as_mut()).unwrap().unwrap();
    assert!(assembly.health().is_empty());
}
