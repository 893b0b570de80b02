//! [`Handler`]: what is called for an event.

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use crate::bus::event::DomainEvent;
use crate::runtime::BoxError;

/// What a handler's work ends with.
pub type Handled = Result<(), BoxError>;

/// Work that is not done yet.
pub type HandlerFuture<'h> = Pin<Box<dyn Future<Output = Handled> + Send + 'h>>;

/// What is called for an event.
///
/// An error or a panic reaches nobody else: it becomes a dead letter.
pub trait Handler: Send + Sync + 'static {
    /// Handles one event: at once, or with a future that is awaited before the next handler is called.
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h>;
}

/// A handler at work.
pub enum Handling<'h> {
    /// It is done.
    Done(Handled),
    /// It is to be awaited.
    Running(HandlerFuture<'h>),
}

impl fmt::Debug for Handling<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Done(handled) => f.debug_tuple("Done").field(handled).finish(),
            Self::Running(_) => f.write_str("Running"),
        }
    }
}

/// What a handler may return: nothing, or a result.
#[diagnostic::on_unimplemented(
    message = "a handler can't return `{Self}`",
    label = "neither `()` nor a `Result<(), E>`",
    note = "return nothing, or a `Result<(), E>` whose error is an `std::error::Error`, or text"
)]
pub trait IntoHandled {
    /// As a result.
    ///
    /// # Errors
    /// It failed.
    fn into_handled(self) -> Handled;
}

impl IntoHandled for () {
    fn into_handled(self) -> Handled {
        Ok(())
    }
}

impl<E: Into<BoxError>> IntoHandled for Result<(), E> {
    fn into_handled(self) -> Handled {
        self.map_err(Into::into)
    }
}

/// A closure that is done when it returns.
pub(in crate::bus) struct Direct<F>(pub(in crate::bus) F);

impl<F, R> Handler for Direct<F>
where
    F: Fn(&DomainEvent) -> R + Send + Sync + 'static,
    R: IntoHandled,
{
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        Handling::Done((self.0)(event).into_handled())
    }
}

/// A closure whose future is awaited.
pub(in crate::bus) struct Awaited<F>(pub(in crate::bus) F);

impl<F, W> Handler for Awaited<F>
where
    F: Fn(DomainEvent) -> W + Send + Sync + 'static,
    W: Future<Output: IntoHandled> + Send + 'static,
{
    fn handle<'h>(&'h self, event: &'h DomainEvent) -> Handling<'h> {
        let work = (self.0)(event.clone());
        Handling::Running(Box::pin(async move { work.await.into_handled() }))
    }
}
