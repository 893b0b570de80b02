//! [`within`]: work that may take so long.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use super::Executor;

/// Why work has no output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Late {
    /// Its time is up. It was dropped.
    TimeUp,
    /// There is no timer. It was never begun.
    NoTimer,
}

/// What work comes to, if it does in time. What takes longer is dropped, and what has kept its thread beyond its time is late though
/// it is done: no timer comes between.
pub(crate) async fn within<F: Future>(
    executor: &dyn Executor,
    time: Duration,
    work: F,
) -> Result<F::Output, Late> {
    let began = Instant::now();
    let mut alarm = executor.sleep(time).ok_or(Late::NoTimer)?;
    let mut work = pin!(work);
    poll_fn(move |context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            let is_late = began.elapsed() >= time;
            return Poll::Ready(if is_late {
                Err(Late::TimeUp)
            } else {
                Ok(output)
            });
        }
        alarm.as_mut().poll(context).map(|()| Err(Late::TimeUp))
    })
    .await
}
