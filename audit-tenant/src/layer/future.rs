//! [`TenantFuture`]: a request on its way to a response, in its scope at every poll.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use audit_core::__private::contain;
use http::request::Parts;
use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::Settings;
use super::body::TenantBody;
use super::refusal::RespondRefused;
use super::serve::{Served, panicked};
use super::stay::Stay;
use crate::strategy::Finding;

pin_project! {
    /// A request on its way to a response, in its scope at every poll. Made by [`TenantService`](super::TenantService).
    #[must_use = "futures do nothing unless polled"]
    pub struct TenantFuture<S, N, I, B, R>
    where
        I: Service<Request<B>>,
    {
        before: Before<S, N, I, B, R>,
        // There until it is done.
        #[pin]
        running: Option<I::Future>,
        // Until the body of the response has it.
        stay: Option<Stay>,
        is_head: bool,
    }

    impl<S, N, I, B, R> PinnedDrop for TenantFuture<S, N, I, B, R>
    where
        I: Service<Request<B>>,
    {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(stay) = this.stay {
                // Its destructors belong to the scope too.
                stay.run(|| this.running.set(None));
            }
        }
    }
}

/// What comes before the service has the request.
enum Before<S, N, I, B, R> {
    Waiting(Box<Waiting<S, N, I, B>>),
    Refused(Response<R>),
    Nothing,
}

/// A request whose strategy has to wait.
pub(super) struct Waiting<S, N, I, B> {
    pub(super) finding: Pin<Box<dyn Future<Output = Finding> + Send>>,
    pub(super) parts: Parts,
    pub(super) body: B,
    pub(super) inner: I,
    pub(super) settings: Arc<Settings<S, N>>,
}

impl<S, N, I: Service<Request<B>>, B, R> TenantFuture<S, N, I, B, R> {
    pub(super) fn waiting(waiting: Waiting<S, N, I, B>) -> Self {
        Self {
            before: Before::Waiting(Box::new(waiting)),
            running: None,
            stay: None,
            is_head: false,
        }
    }

    pub(super) fn of(served: Served<I::Future, R>) -> Self {
        match served {
            Served::Running {
                future,
                stay,
                is_head,
            } => Self {
                before: Before::Nothing,
                running: Some(future),
                stay: Some(stay),
                is_head,
            },
            Served::Refused(response) => Self {
                before: Before::Refused(response),
                running: None,
                stay: None,
                is_head: false,
            },
        }
    }
}

impl<S, N, I, B, R> Future for TenantFuture<S, N, I, B, R>
where
    N: RespondRefused<R>,
    I: Service<Request<B>, Response = Response<R>>,
    R: Body,
{
    type Output = Result<Response<TenantBody<R>>, I::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.as_mut().project();
        if let Before::Waiting(waiting) = this.before {
            let polled = contain(|| waiting.finding.as_mut().poll(cx));
            let finding = match polled {
                Ok(polled) => ready!(polled),
                Err(panic) => Err(panicked("strategy", panic)),
            };
            if let Before::Waiting(waiting) = std::mem::replace(this.before, Before::Nothing) {
                let Waiting {
                    parts,
                    body,
                    mut inner,
                    settings,
                    ..
                } = *waiting;
                match settings.serve(finding, parts, body, &mut inner) {
                    Served::Running {
                        future,
                        stay,
                        is_head,
                    } => {
                        this.running.set(Some(future));
                        *this.stay = Some(stay);
                        *this.is_head = is_head;
                    }
                    Served::Refused(response) => *this.before = Before::Refused(response),
                }
            }
        }
        if let Before::Refused(response) = std::mem::replace(this.before, Before::Nothing) {
            return Poll::Ready(Ok(response.map(TenantBody::unbound)));
        }
        let Some(stay) = this.stay.as_mut() else {
            // After its end, where no executor polls: there is nothing to answer.
            return Poll::Pending;
        };
        let running = &mut this.running;
        let polled = stay.run(|| {
            let Some(future) = running.as_mut().as_pin_mut() else {
                return Poll::Pending;
            };
            let polled = future.poll(cx);
            if polled.is_ready() {
                // Its destructors belong to the scope too.
                running.set(None);
            }
            polled
        });
        let result = ready!(polled);
        let Some(stay) = this.stay.take() else {
            return Poll::Pending;
        };
        Poll::Ready(match result {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let body = TenantBody::bound(body, &head, *this.is_head, stay);
                Ok(Response::from_parts(head, body))
            }
            Err(error) => {
                stay.finish();
                Err(error)
            }
        })
    }
}

impl<S, N, I: Service<Request<B>>, B, R> fmt::Debug for TenantFuture<S, N, I, B, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantFuture").finish_non_exhaustive()
    }
}
