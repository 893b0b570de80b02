//! Calls that run while a panic unwinds: each ends by what it did itself.

use audit_core::{Refused, Status, admit, audit};

use crate::world::{World, block_on, caught, poll};

#[audit(action = "refund")]
fn cleans_up() {}

#[audit(action = "refund")]
#[track_caller]
fn cleans_up_tracked() {}

#[admit(action = "refund")]
fn cleans_up_admitted() -> Result<(), Refused> {
    Ok(())
}

#[audit(action = "refund")]
async fn cleans_up_later() {}

#[audit(action = "refund")]
fn panics() {
    panic!("inner");
}

#[audit(action = "refund")]
#[track_caller]
fn panics_tracked() {
    panic!("inner");
}

/// Runs code when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// What was recorded of code that ran in a destructor while a panic unwound.
fn in_destructor(work: impl FnMut()) -> Vec<Status> {
    let world = World::new();
    let caught = caught(|| {
        world.run(|| {
            let _late = OnDrop(work);
            panic!("outer");
        });
    });
    assert_eq!(caught.unwrap_err().downcast_ref(), Some(&"outer"));
    world.statuses()
}

#[test]
fn a_function_that_returns_inside_a_destructor_is_completed() {
    assert_eq!(in_destructor(cleans_up), [Status::Completed]);
    assert_eq!(in_destructor(cleans_up_tracked), [Status::Completed]);
    assert_eq!(
        in_destructor(|| cleans_up_admitted().unwrap()),
        [Status::Completed]
    );
    assert_eq!(
        in_destructor(|| block_on(cleans_up_later())),
        [Status::Completed]
    );
}

#[test]
fn a_panic_inside_a_destructor_that_is_caught_there_is_panicked() {
    let statuses = in_destructor(|| {
        let inner = caught(panics).unwrap_err();
        assert_eq!(inner.downcast_ref(), Some(&"inner"));
    });
    assert_eq!(statuses, [Status::Panicked]);
}

/// The thread was panicking before the call and is so after it, whichever way the call ended. A guard that does
/// not see what is returned can't tell, so it says what nearly every destructor does.
#[test]
fn a_tracked_function_that_panics_inside_a_destructor_is_taken_for_completed() {
    let statuses = in_destructor(|| {
        assert!(caught(panics_tracked).is_err());
    });
    assert_eq!(statuses, [Status::Completed]);
}

#[test]
fn a_tracked_function_that_panics_is_panicked() {
    let world = World::new();
    assert!(caught(|| world.run(panics_tracked)).is_err());
    assert_eq!(world.statuses(), [Status::Panicked]);
}

#[test]
fn a_future_dropped_by_a_panic_is_cancelled_and_not_panicked() {
    #[audit(action = "refund")]
    async fn waits() {
        std::future::pending::<()>().await;
    }
    let world = World::new();
    let caught = caught(|| {
        world.run(|| {
            let mut waiting = Box::pin(waits());
            assert!(poll(waiting.as_mut()).is_pending());
            panic!("elsewhere");
        });
    });
    assert!(caught.is_err());
    assert_eq!(world.statuses(), [Status::Cancelled]);
}
