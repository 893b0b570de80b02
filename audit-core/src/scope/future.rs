//! Scopes for futures: in force while the future is polled, wherever it is polled.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::Scope;
use super::stack::{Entered, Standing};

/// Binds futures to a scope.
pub trait InScope: Future + Sized {
    /// This future, with a scope or a runtime in force at every poll. Spawned tasks follow only when they
    /// are bound themselves: `spawn(work.in_scope(Scope::current()))`.
    ///
    /// ```
    /// use audit_core::{Actor, InScope, Scope};
    /// # fn block_on<F: Future>(future: F) -> F::Output {
    /// #     let mut future = std::pin::pin!(future);
    /// #     let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// #     loop { if let std::task::Poll::Ready(out) = future.as_mut().poll(&mut context) { return out } }
    /// # }
    /// let work = async { Scope::current().actor_id() };
    /// let name = block_on(work.in_scope(Scope::new().actor(Actor::new("bob"))));
    /// assert_eq!(name.as_deref(), Some("bob"));
    /// ```
    fn in_scope(self, scope: impl Into<Scope>) -> ScopedFuture<Self> {
        let in_force = Arc::new(scope.into().within_current());
        ScopedFuture::new(Standing::InForce(in_force), self)
    }
}

impl<F: Future> InScope for F {}

pin_project! {
    /// A future with a scope in force at every poll. Made by [`InScope::in_scope`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ScopedFuture<F> {
        // Lent to the thread while the future is polled.
        standing: Option<Standing>,
        #[pin]
        inner: Option<F>,
    }

    impl<F> PinnedDrop for ScopedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // A future that is dropped half-way still runs the code of its own destructors in its scope.
            let mut this = this.project();
            if let Some(standing) = this.standing.take() {
                let _entered = Entered::new(standing);
                this.inner.set(None);
            }
        }
    }
}

impl<F> ScopedFuture<F> {
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
}

impl<F: Future> Future for ScopedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let entered = this.standing.take().map(Entered::new);
        let _lent = Lent {
            home: this.standing,
            entered,
        };
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

/// What is in force, lent to the thread, to be given back also when the poll panics.
struct Lent<'f> {
    home: &'f mut Option<Standing>,
    entered: Option<Entered>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(entered) = self.entered.take() {
            *self.home = entered.leave();
        }
    }
}
