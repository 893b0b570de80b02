//! [`Beginning`] and [`Running`]: an asynchronous function on its way through its body.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;

use crate::outcome::Status;

use super::passage::Passage;
use super::refused::Refused;
use super::returned::Report;

/// An asynchronous call that was judged, or will be before its body is first polled. Dropped without
/// [`Beginning::end`], it was cancelled.
#[must_use = "generated code alone makes this"]
#[derive(Debug)]
pub struct Beginning {
    passage: Passage,
}

impl Beginning {
    /// Nobody wants to know of the call.
    pub const OPEN: Self = Self::new(Passage::OPEN);

    pub(super) const fn new(passage: Passage) -> Self {
        Self { passage }
    }

    /// Runs the body of an audited function.
    #[inline(always)]
    pub fn run<F: Future>(&mut self, body: F) -> Running<'_, F> {
        let passage = AssertUnwindSafe(&mut self.passage);
        Running { passage, body }
    }

    /// Runs the body of an admitted function, unless it is refused.
    #[inline(always)]
    pub fn run_unless_refused<F: Future>(&mut self, body: F) -> RunningUnlessRefused<'_, F> {
        let running = self.run(body);
        RunningUnlessRefused { running }
    }

    /// Whether anybody wants to know how it ends.
    #[inline(always)]
    pub fn is_on(&self) -> bool {
        !self.passage.is_open()
    }

    /// Its body returned.
    #[inline(always)]
    pub fn end(&mut self, report: Report<'_>) {
        self.passage.end(report);
    }

    /// Runs a future that somebody else made, and records how it ends.
    pub async fn watch<F, R>(mut self, future: F, report: R) -> F::Output
    where
        F: Future,
        R: FnOnce(&F::Output) -> Report<'_>,
    {
        let value = self.run(future).await;
        if self.is_on() {
            self.end(report(&value));
        }
        value
    }
}

impl Drop for Beginning {
    #[inline(always)]
    fn drop(&mut self) {
        if self.is_on() {
            self.passage.abandon(Status::Cancelled);
        }
    }
}

pin_project! {
    /// The body of an audited function, decided upon before it is first polled.
    #[must_use = "futures do nothing unless polled"]
    #[derive(Debug)]
    pub struct Running<'c, F> {
        // Without this a future would not be `UnwindSafe` that is so without its attribute.
        passage: AssertUnwindSafe<&'c mut Passage>,
        #[pin]
        body: F,
    }
}

impl<F: Future> Future for Running<'_, F> {
    type Output = F::Output;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut polling = Polling(None);
        if !this.passage.is_open() {
            ready!(this.passage.poll(cx));
            polling.begin(this.passage);
        }
        let poll = this.body.poll(cx);
        polling.end();
        poll
    }
}

pin_project! {
    /// The body of an admitted function, or the refusal in its place.
    #[must_use = "futures do nothing unless polled"]
    #[derive(Debug)]
    pub struct RunningUnlessRefused<'c, F> {
        #[pin]
        running: Running<'c, F>,
    }
}

impl<F: Future> Future for RunningUnlessRefused<'_, F> {
    type Output = Result<F::Output, Refused>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let running = self.project().running;
        let this = running.project();
        let mut polling = Polling(None);
        if !this.passage.is_open() {
            ready!(this.passage.poll(cx));
            if let Some(refused) = this.passage.take_refused() {
                return Poll::Ready(Err(refused));
            }
            polling.begin(this.passage);
        }
        let poll = this.body.poll(cx);
        polling.end();
        poll.map(Ok)
    }
}

/// A body that is being polled: what is still here when this is dropped belongs to a poll that panicked.
struct Polling<'f>(Option<&'f mut Passage>);

impl<'f> Polling<'f> {
    #[inline(always)]
    fn begin(&mut self, passage: &'f mut Passage) {
        passage.resume();
        self.0 = Some(passage);
    }

    #[inline(always)]
    fn end(&mut self) {
        if let Some(passage) = self.0.take() {
            passage.suspend();
        }
    }
}

impl Drop for Polling<'_> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(passage) = self.0.take() {
            passage.abandon(Status::Panicked);
        }
    }
}
