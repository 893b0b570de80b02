//! [`Nested`]: a future inside a span.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::held::Held;

pin_project! {
    /// A future that is in a span at every poll, and as it is dropped.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Nested<F> {
        span: Held,
        // There until it is done.
        #[pin]
        inner: Option<F>,
    }

    impl<F> PinnedDrop for Nested<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if this.inner.is_some() {
                let _inside = this.span.enter();
                this.inner.set(None);
            }
        }
    }
}

impl<F> Nested<F> {
    pub(super) fn new(span: Held, inner: F) -> Self {
        Self {
            span,
            inner: Some(inner),
        }
    }
}

impl<F: Future> Future for Nested<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(inner) = this.inner.as_mut().as_pin_mut() else {
            return Poll::Pending;
        };
        let _inside = this.span.enter();
        let polled = inner.poll(cx);
        if polled.is_ready() {
            this.inner.set(None);
        }
        polled
    }
}
