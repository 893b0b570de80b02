//! [`Within`]: a future with something in force while it is polled, wherever it is polled.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::InForce;
use super::stack::{Entered, Standing};

pin_project! {
    /// A future with something in force at every poll, and as it is dropped. Nobody is told.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Within<F> {
        // Lent to the thread while the future is polled.
        standing: Option<Standing>,
        // There until it is done.
        #[pin]
        inner: Option<F>,
    }

    impl<F> PinnedDrop for Within<F> {
        fn drop(this: Pin<&mut Self>) {
            this.give_up();
        }
    }
}

impl<F> Within<F> {
    /// With this scope in force.
    pub(crate) fn scope(in_force: Arc<InForce>, inner: F) -> Self {
        Self::new(Standing::InForce(in_force), inner)
    }

    pub(super) fn new(standing: Standing, inner: F) -> Self {
        Self::lent(Some(standing), inner)
    }

    /// With nothing in force where a thread that ends had nothing to give back.
    pub(super) fn lent(standing: Option<Standing>, inner: F) -> Self {
        Self {
            standing,
            inner: Some(inner),
        }
    }

    /// What is in force in it while it is not polled.
    pub(crate) fn in_force(&self) -> Option<&Arc<InForce>> {
        match self.standing.as_ref()? {
            Standing::InForce(in_force) => Some(in_force),
            Standing::Deed(_) => None,
        }
    }

    /// Runs something with the same in force.
    pub(crate) fn inside(self: Pin<&mut Self>, work: impl FnOnce()) {
        let _lent = Lent::of(self.project().standing);
        work();
    }

    /// Drops the future where it is not done: it still runs the code of its own destructors with this in force.
    pub(crate) fn give_up(self: Pin<&mut Self>) {
        let mut this = self.project();
        if this.inner.is_some() {
            let _lent = Lent::of(this.standing);
            this.inner.set(None);
        }
    }
}

impl<F: Future> Future for Within<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let _lent = Lent::of(this.standing);
        // `None` after its end, where no executor polls: there is nothing to answer.
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let poll = inner.poll(cx);
        if poll.is_ready() {
            // Its destructors belong to the scope too.
            this.inner.set(None);
        }
        poll
    }
}

/// What is in force, lent to the thread, to be given back also when what runs there panics.
struct Lent<'f> {
    home: &'f mut Option<Standing>,
    entered: Option<Entered>,
}

impl<'f> Lent<'f> {
    fn of(home: &'f mut Option<Standing>) -> Self {
        let entered = home.take().map(Entered::new);
        Self { home, entered }
    }
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(entered) = self.entered.take() {
            *self.home = entered.leave();
        }
    }
}
