//! Scopes for futures: entered at every poll, bound once.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::scope::{Scope, Within};

use super::bound::Bound;

/// Binds futures to a scope.
pub trait InScope: Future + Sized {
    /// This future, with a scope or a runtime in force at every poll. Spawned tasks follow only when they
    /// are bound themselves: `spawn(work.in_current_scope())`.
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
        let binds = scope.binds_tenant();
        ScopedFuture {
            within: Within::scope(scope.resolved(), self),
            binding: if binds {
                Binding::Waiting
            } else {
                Binding::Over
            },
        }
    }

    /// This future with all that is in force here and now, as [`Scope::current`] has it: what a spawned task should know.
    fn in_current_scope(self) -> ScopedFuture<Self> {
        self.in_scope(Scope::current())
    }
}

impl<F: Future> InScope for F {}

pin_project! {
    /// A future with a scope in force at every poll. Made by [`InScope::in_scope`].
    #[must_use = "futures do nothing unless polled"]
    pub struct ScopedFuture<F> {
        #[pin]
        within: Within<F>,
        // As far as it binds a tenant.
        binding: Binding,
    }

    impl<F> PinnedDrop for ScopedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            let this = this.project();
            // The end is told also where a destructor panics.
            let _leaving = Leaving::new(this.binding, End::Cancelled);
            this.within.give_up();
        }
    }
}

/// How far a future is with the tenant that it binds.
enum Binding {
    /// It was never polled.
    Waiting,
    Here(Bound),
    /// It binds none, or its end was told.
    Over,
}

impl<F: Future> Future for ScopedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        if matches!(this.binding, Binding::Waiting) {
            let told = this.within.in_force().filter(|one| Bound::is_told(one));
            let bound = told.map_or_else(Bound::nothing, |one| Bound::of(CLASS, one));
            this.within.as_mut().inside(|| bound.begin());
            *this.binding = Binding::Here(bound);
        }
        let mut leaving = Leaving::new(this.binding, End::Panicked);
        let poll = this.within.poll(cx);
        leaving.end = match poll {
            Poll::Ready(_) => End::Done,
            Poll::Pending => End::NotYet,
        };
        poll
    }
}

/// What kind of scope this is, for whoever watches tenants come and go.
const CLASS: &str = "ScopedFuture";

/// What became of a future in one poll, or as it was dropped.
enum End {
    NotYet,
    Done,
    Cancelled,
    /// As long as nothing else is known.
    Panicked,
}

/// Tells of a future's end where it came, also where a panic unwinds.
struct Leaving<'b> {
    binding: &'b mut Binding,
    end: End,
}

impl<'b> Leaving<'b> {
    fn new(binding: &'b mut Binding, end: End) -> Self {
        Self { binding, end }
    }
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let cut_off = match self.end {
            End::NotYet => return,
            End::Done => None,
            End::Cancelled => Some("cancelled"),
            End::Panicked => Some("panic"),
        };
        if let Binding::Here(bound) = self.binding {
            bound.end(cut_off);
        }
        *self.binding = Binding::Over;
    }
}
