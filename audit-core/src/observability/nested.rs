//! What lies inside of what: futures in spans, and scopes that bind a tenant.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::panicking;

use pin_project_lite::pin_project;

use super::event::{EventFields, ObservabilityEvent, emit_now};
use super::held::Held;
use super::switch::is_enabled;

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

/// A scope that may bind a tenant, as it is told of.
#[derive(Debug, Default)]
pub(crate) enum Binding {
    /// It binds none, or nobody is told, or its end was.
    #[default]
    Nothing,
    /// It binds one and is not entered yet.
    Waiting,
    /// Its beginning was told of, so its end will be: for which tenant, and what unwinds already.
    Entered(Box<str>, bool),
}

impl Binding {
    /// That of a scope that binds a tenant, or not.
    pub(crate) fn new(binds: bool) -> Self {
        if binds { Self::Waiting } else { Self::Nothing }
    }

    /// The scope is entered, unless it was before.
    #[inline]
    pub(crate) fn enter(&mut self, class: &str, tenant: Option<&str>) {
        if matches!(self, Self::Waiting) {
            *self = match tenant {
                Some(tenant) if is_enabled() => Self::begin(class, tenant),
                _ => Self::Nothing,
            };
        }
    }

    #[cold]
    fn begin(class: &str, tenant: &str) -> Self {
        emit_now(ObservabilityEvent::ScopeEntered, || EventFields {
            tenant_id: Some(tenant),
            scope_class: Some(class),
            ..EventFields::default()
        });
        Self::Entered(Box::from(tenant), panicking())
    }

    /// The scope is left for good: by a panic if one unwinds now that did not before, else as `cut_off` says.
    #[inline]
    pub(crate) fn leave(&mut self, class: &str, cut_off: Option<&str>) {
        if let Self::Entered(tenant, was_panicking) = std::mem::take(self) {
            let panic = (panicking() && !was_panicking).then_some("panic");
            tell_end(class, &tenant, panic.or(cut_off));
        }
    }
}

#[cold]
fn tell_end(class: &str, tenant: &str, exception: Option<&str>) {
    let event = match exception {
        Some(_) => ObservabilityEvent::ScopeException,
        None => ObservabilityEvent::ScopeExited,
    };
    emit_now(event, || EventFields {
        tenant_id: Some(tenant),
        scope_class: Some(class),
        exception_type: exception,
        ..EventFields::default()
    });
}
