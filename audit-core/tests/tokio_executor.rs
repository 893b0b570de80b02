//! The bus on a runtime of tokio.
#![cfg(feature = "tokio")]
#![allow(
    clippy::unwrap_used,
    reason = "what the tests have in common stands in no test"
)]

use std::sync::mpsc::channel;
use std::time::Duration;

use audit_core::bus::{Bus, InvokeError, PublishError, RegisterError, Runnable};
use audit_core::{Executor as _, Tokio};
use tokio::runtime::{Builder, Runtime};

fn runtime() -> Runtime {
    Builder::new_multi_thread()
        .worker_threads(2)
        .enable_time()
        .build()
        .unwrap()
}

fn on(runtime: &Runtime) -> Tokio {
    Tokio::new(runtime.handle().clone())
}

#[test]
fn a_time_out_holds_by_the_timer_of_tokio_wherever_is_waited() {
    let runtime = runtime();
    let bus = Bus::with_executor(on(&runtime));
    let hangs = Runnable::new_async(|(): ()| std::future::pending::<Result<(), String>>());
    let hangs = hangs.timeout(Duration::from_millis(1));
    bus.register("hangs", hangs).unwrap().keep();
    // Outside of the runtime as well as in it.
    let outside = bus.invoke_blocking::<_, ()>("hangs", ());
    assert!(matches!(outside, Err(InvokeError::Timeout { .. })));
    let inside = runtime.block_on(bus.invoke::<_, ()>("hangs", ()));
    assert!(matches!(inside, Err(InvokeError::Timeout { .. })));
}

#[test]
fn tasks_run_on_it_and_one_that_panics_ends_alone() {
    let runtime = runtime();
    let executor = on(&runtime);
    let (done, all) = channel();
    executor
        .spawn(Box::pin(async { panic!("on purpose") }))
        .unwrap();
    let bus = Bus::with_executor(executor.clone()).handle();
    executor
        .spawn(Box::pin(async move {
            let thread = std::thread::current().name().map(str::to_owned);
            // A task that waits on its thread would keep others from going on.
            let refused = bus.publish_blocking("a", ());
            done.send((thread, refused)).unwrap();
        }))
        .unwrap();
    let (thread, refused) = all.recv().unwrap();
    assert!(thread.unwrap().starts_with("tokio"));
    assert_eq!(refused.unwrap_err(), PublishError::InTask);
}

#[test]
fn a_runtime_that_has_been_shut_down_takes_no_task() {
    let runtime = runtime();
    let executor = on(&runtime);
    drop(runtime);
    let error = executor.spawn(Box::pin(async {})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "a task can't be run: the runtime of tokio has been shut down"
    );
}

#[test]
fn a_runtime_without_a_timer_has_none_and_time_outs_are_refused() {
    let runtime = Builder::new_multi_thread()
        .worker_threads(1)
        .build()
        .unwrap();
    let executor = on(&runtime);
    assert!(executor.sleep(Duration::ZERO).is_none());
    let bus = Bus::with_executor(executor);
    let slow = Runnable::new(|(): ()| Ok::<_, String>(())).timeout(Duration::from_secs(1));
    let error = bus.register("slow", slow).unwrap_err();
    assert!(matches!(error, RegisterError::NoTimer { .. }));
}

#[test]
fn where_there_is_a_runtime_it_is_found() {
    assert!(Tokio::current().is_none());
    let runtime = runtime();
    let found = runtime.block_on(async { Tokio::current() }).unwrap();
    assert!(found.sleep(Duration::ZERO).is_some());
}
