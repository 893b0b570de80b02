//! Code of a component that is called when it starts, while it is active, and when it ends.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use crate::bus::Handle;
use crate::contain::contain;
use crate::runtime::BoxError;

use super::foreign::Foreign;
use super::parts::Hook;
use super::signal::Signal;

/// Calls code of a component, in its name. A panic is an error, also one of its destructor's, which ends there.
pub(super) async fn called(hook: Hook, handle: &Handle) -> Result<(), BoxError> {
    let Some(hook) = hook.take() else {
        return Ok(());
    };
    let in_force = handle.enter().enter();
    let begun = contain(hook);
    let work = begun.map_err(|panic| panicked(&panic))?;
    // The same goes on: all that comes of one hook has one cause.
    let mut work = Foreign::new(in_force.around(work));
    poll_fn(|context| {
        let Some(polled) = work.get_mut() else {
            return Poll::Pending;
        };
        match contain(|| Pin::new(polled).poll(context)) {
            Ok(polled) => polled,
            Err(panic) => Poll::Ready(Err(panicked(&panic))),
        }
    })
    .await
}

/// What a panic comes to.
pub(super) fn panicked(panic: &str) -> BoxError {
    format!("it panicked: {panic}").into()
}

/// What a future answers; nothing if something happens before.
pub(super) async fn unless<F: Future>(signal: &Signal, work: F) -> Option<F::Output> {
    let (mut work, mut given) = (pin!(work), pin!(signal.given()));
    poll_fn(|context| {
        if given.as_mut().poll(context).is_ready() {
            return Poll::Ready(None);
        }
        work.as_mut().poll(context).map(Some)
    })
    .await
}
