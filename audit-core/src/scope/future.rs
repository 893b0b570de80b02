//! Scopes for futures: in force while the future is polled, wherever it is polled.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::panicking;

use pin_project_lite::pin_project;

use crate::observability::Binding;

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
        let scope = scope.into();
        let binding = Binding::new(scope.in_force.ambient.tenant.is_some());
        let in_force = Arc::new(scope.within_current());
        let mut scoped = ScopedFuture::new(Standing::InForce(in_force), self);
        scoped.binding = binding;
        scoped
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
        // As far as it binds a tenant.
        binding: Binding,
    }

    impl<F> PinnedDrop for ScopedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // A future that is dropped half-way still runs the code of its own destructors in its scope.
            let mut this = this.project();
            if let Some(standing) = this.standing.take() {
                let _entered = Entered::new(standing);
                this.inner.set(None);
            }
            this.binding.leave(CLASS, Some("cancelled"));
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
            binding: Binding::new(false),
        }
    }
}

impl<F: Future> Future for ScopedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        this.binding.enter(CLASS, tenant(this.standing.as_ref()));
        let entered = this.standing.take().map(Entered::new);
        let mut lent = Lent {
            home: this.standing,
            entered,
            binding: this.binding,
            is_over: false,
            was_panicking: panicking(),
        };
        // `None` after its end, where no executor polls: there is nothing to answer.
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let poll = inner.poll(cx);
        if poll.is_ready() {
            // Its destructors belong to the scope too.
            this.inner.set(None);
            lent.is_over = true;
        }
        poll
    }
}

/// What kind of scope this is, for whoever watches tenants come and go.
const CLASS: &str = "ScopedFuture";

/// For which tenant something is in force.
fn tenant(standing: Option<&Standing>) -> Option<&str> {
    match standing? {
        Standing::InForce(in_force) => in_force.ambient.tenant.as_deref(),
        Standing::Deed(_) => None,
    }
}

/// What is in force, lent to the thread, to be given back also when the poll panics.
struct Lent<'f> {
    home: &'f mut Option<Standing>,
    entered: Option<Entered>,
    binding: &'f mut Binding,
    /// Whether the future came to its end.
    is_over: bool,
    /// Whether a panic unwound before it was polled.
    was_panicking: bool,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        if let Some(entered) = self.entered.take() {
            *self.home = entered.leave();
        }
        if self.is_over || (panicking() && !self.was_panicking) {
            self.binding.leave(CLASS, None);
        }
    }
}
