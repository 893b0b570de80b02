//! [`CallableStrategy`]: the tenant that a function of the program finds.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use audit_core::__private::contain;
use audit_core::{BoxError, InvalidTenant, TenantId};
use http::request::Parts;

use super::{Answer, Finding, StrategyError, TenantStrategy};

/// What a callable answers: a tenant, none, or that it failed.
type Called = Result<Option<TenantId>, BoxError>;

/// The tenant that a function of the program finds, at once ([`new`](Self::new)) or awaited ([`awaited`](Self::awaited)).
///
/// Where it answers with an error or panics, the request is refused: by a [`StrategyError`] of its own as that says, by an [`InvalidTenant`] as malformed,
/// by any other error as one that nobody could answer. Neither the error nor the text of the panic is quoted to whoever asked.
///
/// ```
/// use audit_core::TenantId;
/// use audit_tenant::CallableStrategy;
/// use http::request::Parts;
///
/// let by_query = CallableStrategy::new(|request: &Parts| {
///     let named = request.uri.query().and_then(|query| query.strip_prefix("tenant="));
///     Ok(named.map(TenantId::try_from).transpose()?)
/// });
/// ```
pub struct CallableStrategy {
    ask: Ask,
}

enum Ask {
    Now(Box<dyn Fn(&Parts) -> Called + Send + Sync>),
    Later(Box<dyn Fn(&Parts) -> Asked + Send + Sync>),
}

type Asked = Pin<Box<dyn Future<Output = Called> + Send>>;

/// What it is called.
const NAME: &str = "callable";

impl CallableStrategy {
    /// By a function that knows at once.
    pub fn new<F>(ask: F) -> Self
    where
        F: Fn(&Parts) -> Result<Option<TenantId>, BoxError> + Send + Sync + 'static,
    {
        Self {
            ask: Ask::Now(Box::new(ask)),
        }
    }

    /// By an `async` function, or a closure that returns a future. It gets a copy of the request's head, since it may outlive it.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use audit_core::{BoxError, TenantId};
    /// use audit_tenant::CallableStrategy;
    /// use http::request::Parts;
    ///
    /// async fn by_certificate(request: &Parts) -> Result<Option<TenantId>, BoxError> {
    ///     # std::future::ready(()).await;
    ///     Ok(request.extensions.get::<TenantId>().cloned())
    /// }
    /// CallableStrategy::awaited(by_certificate);
    ///
    /// // A closure with something of its own reads what it needs of the head before it awaits.
    /// let names = Arc::new(vec!["acme".to_owned()]);
    /// CallableStrategy::awaited(move |request: &Parts| {
    ///     let (names, number) = (Arc::clone(&names), request.uri.path().len());
    ///     async move { Ok(names.get(number).cloned().map(TenantId::new).transpose()?) }
    /// });
    /// ```
    pub fn awaited<F>(ask: F) -> Self
    where
        F: for<'r> AskLater<'r> + 'static,
    {
        let ask = Arc::new(ask);
        Self {
            ask: Ask::Later(Box::new(move |request| {
                let (ask, request) = (Arc::clone(&ask), request.clone());
                Box::pin(async move { ask.ask(&request).await })
            })),
        }
    }
}

impl TenantStrategy for CallableStrategy {
    fn name(&self) -> &str {
        NAME
    }

    fn find(&self, request: &Parts) -> Answer {
        match &self.ask {
            Ask::Now(ask) => Answer::Now(answered(contain(|| ask(request)))),
            Ask::Later(ask) => {
                let mut asked = ask(request);
                Answer::Later(Box::pin(poll_fn(move |cx| {
                    match contain(|| asked.as_mut().poll(cx)) {
                        Ok(Poll::Pending) => Poll::Pending,
                        Ok(Poll::Ready(called)) => Poll::Ready(answered(Ok(called))),
                        Err(panic) => Poll::Ready(answered(Err(panic))),
                    }
                })))
            }
        }
    }
}

impl fmt::Debug for CallableStrategy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallableStrategy").finish_non_exhaustive()
    }
}

/// What a callable answered, or the text of its panic.
fn answered(called: Result<Called, String>) -> Finding {
    match called {
        Ok(Ok(tenant)) => Ok(tenant.map(Into::into)),
        Ok(Err(error)) => Err(failed(error)),
        Err(panic) => Err(StrategyError::unanswered(NAME, "it panicked").because(panic)),
    }
}

fn failed(error: BoxError) -> StrategyError {
    let error = match error.downcast::<StrategyError>() {
        Ok(own) => return *own,
        Err(error) => error,
    };
    match error.downcast::<InvalidTenant>() {
        Ok(invalid) => StrategyError::malformed(NAME, invalid.to_string()),
        Err(error) => StrategyError::unanswered(NAME, "it answered with an error").because(error),
    }
}

/// A function that finds a tenant later: every `Fn(&Parts)` whose future is `Send` and answers as [`CallableStrategy::new`]'s does.
pub trait AskLater<'r>: Send + Sync {
    /// What is awaited.
    type Asked: Future<Output = Result<Option<TenantId>, BoxError>> + Send + 'r;

    /// Asks it.
    fn ask(&self, request: &'r Parts) -> Self::Asked;
}

impl<'r, F, A> AskLater<'r> for F
where
    F: Fn(&'r Parts) -> A + Send + Sync,
    A: Future<Output = Result<Option<TenantId>, BoxError>> + Send + 'r,
{
    type Asked = A;

    fn ask(&self, request: &'r Parts) -> A {
        self(request)
    }
}
