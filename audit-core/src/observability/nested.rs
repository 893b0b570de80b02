//! What lies inside of what: threads and futures in spans, and scopes that bind a tenant.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::thread::panicking;

use pin_project_lite::pin_project;
use tracing::Span;

use crate::contain::discard;

use super::event::{EventFields, ObservabilityEvent, emit_now};
use super::foreign::foreign;
use super::switch::is_enabled;

/// Puts this thread in a span.
#[cold]
pub(super) fn step_in(span: &Span) {
    let _contained = foreign(|| span.with_subscriber(|(id, subscriber)| subscriber.enter(id)));
}

/// Takes it out again, whatever its subscriber made of putting it in.
#[cold]
pub(super) fn step_out(span: &Span) {
    let _contained = foreign(|| span.with_subscriber(|(id, subscriber)| subscriber.exit(id)));
}

/// A thread in a span, until this is dropped.
pub(crate) struct Inside(Option<Span>);

impl Inside {
    pub(super) fn new(span: &Span) -> Self {
        step_in(span);
        Self(Some(span.clone()))
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            step_out(&span);
            discard(span);
        }
    }
}

pin_project! {
    /// A future that is in a span at every poll.
    #[must_use = "futures do nothing unless polled"]
    pub(crate) struct Nested<F> {
        span: Option<Span>,
        #[pin]
        inner: F,
    }
}

impl<F> Nested<F> {
    pub(super) fn new(span: Option<Span>, inner: F) -> Self {
        Self { span, inner }
    }
}

impl<F: Future> Future for Nested<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _inside = this.span.as_ref().map(Inside::new);
        this.inner.poll(cx)
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
