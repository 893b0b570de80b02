//! [`Held`]: a span that several hold, and threads that are in it.

use std::sync::Arc;

use tracing::Span;

use super::foreign::{foreign, let_go};

/// A span that several may hold, or none. Holding it once more calls no subscriber, and letting go of it is contained.
#[derive(Clone)]
pub(super) struct Held(Option<Arc<Span>>);

impl Held {
    pub(super) const NOTHING: Self = Self(None);

    pub(super) fn new(span: Option<Span>) -> Self {
        Self(span.map(Arc::new))
    }

    pub(super) fn span(&self) -> Option<&Span> {
        self.0.as_deref()
    }

    /// Puts this thread in it, until what is returned is dropped.
    pub(super) fn enter(&self) -> Option<Inside<'_>> {
        self.span().map(Inside::new)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(span) = self.0.take() {
            let_go(span);
        }
    }
}

/// A thread in a span, until this is dropped.
pub(crate) struct Inside<'s>(&'s Span);

impl<'s> Inside<'s> {
    fn new(span: &'s Span) -> Self {
        step_in(span);
        Self(span)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        step_out(self.0);
    }
}

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
