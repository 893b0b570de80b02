//! [`Contained`]: a handler's future, whose panics end here.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::contain::{contain, discard};
use crate::scope::Within;

use super::Occupancy;
use super::calling::{Calling, Occupant};

/// A handler's future, whose panics end here, also those of its destructor.
pub(in crate::bus) struct Contained<F> {
    /// There until it is done.
    work: Option<Within<F>>,
    /// Whose it is.
    occupant: Occupant,
}

impl<F> Contained<F> {
    pub(in crate::bus) fn new(work: Within<F>, of: &Occupancy) -> Self {
        Self {
            work: Some(work),
            occupant: Occupant::of(of),
        }
    }
}

impl<F: Future + Unpin> Future for Contained<F> {
    /// What it answers, or what its panic says.
    type Output = Result<F::Output, String>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let _here = Calling::new(self.occupant);
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let ended = match contain(|| Pin::new(work).poll(context)) {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(answer)) => Ok(answer),
            Err(panic) => Err(panic),
        };
        discard(self.work.take());
        Poll::Ready(ended)
    }
}

impl<F> Drop for Contained<F> {
    fn drop(&mut self) {
        discard(self.work.take());
    }
}
