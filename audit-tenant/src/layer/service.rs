//! [`TenantService`]: a service whose requests have their tenants bound.

use std::fmt;
use std::mem::replace;
use std::sync::Arc;
use std::task::{Context, Poll};

use audit_core::__private::contain;
use http::{Request, Response};
use http_body::Body;
use tower_service::Service;

use super::Settings;
use super::body::TenantBody;
use super::future::{TenantFuture, Waiting};
use super::refusal::RespondRefused;
use super::serve::panicked;
use crate::strategy::{Answer, TenantStrategy};

/// A service whose requests have their tenants bound. Made by [`TenantLayer`](super::TenantLayer).
///
/// The service behind it is cloned for requests whose strategy has to wait, and for no others.
pub struct TenantService<S, N, I> {
    settings: Arc<Settings<S, N>>,
    inner: I,
}

impl<S, N, I> TenantService<S, N, I> {
    pub(super) fn new(settings: Arc<Settings<S, N>>, inner: I) -> Self {
        Self { settings, inner }
    }
}

impl<S, N, I, B, R> Service<Request<B>> for TenantService<S, N, I>
where
    S: TenantStrategy,
    N: RespondRefused<R>,
    I: Service<Request<B>, Response = Response<R>> + Clone,
    R: Body,
{
    type Response = Response<TenantBody<R>>;
    type Error = I::Error;
    type Future = TenantFuture<S, N, I, B, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let (parts, body) = request.into_parts();
        let found = contain(|| self.settings.strategy.find(&parts));
        match found.unwrap_or_else(|panic| Answer::Now(Err(panicked("strategy", panic)))) {
            Answer::Now(finding) => {
                TenantFuture::of(self.settings.serve(finding, parts, body, &mut self.inner))
            }
            Answer::Later(finding) => {
                // The one that said that it is ready serves the request.
                let next = self.inner.clone();
                TenantFuture::waiting(Waiting {
                    finding,
                    parts,
                    body,
                    inner: replace(&mut self.inner, next),
                    settings: Arc::clone(&self.settings),
                })
            }
        }
    }
}

impl<S, N, I: Clone> Clone for TenantService<S, N, I> {
    fn clone(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            inner: self.inner.clone(),
        }
    }
}

impl<S: TenantStrategy, N, I> fmt::Debug for TenantService<S, N, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.show(f, "TenantService")
    }
}
