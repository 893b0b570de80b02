//! [`TenantService`]: a service whose requests have their tenants bound.

use std::fmt;
use std::mem::replace;
use std::sync::Arc;
use std::task::{Context, Poll};

use audit_core::{Actor, Scope, TenantId, Trace};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use http_body::Body;
use tower_service::Service;

use super::body::TenantBody;
use super::future::{TenantFuture, Waiting};
use super::refusal::{RespondRefused, TenantRefusal};
use super::stay::Stay;
use super::{MissingTenant, Settings};
use crate::strategy::{Answer, Finding, TenantStrategy};

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
        match self.settings.strategy.find(&parts) {
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

/// A request once its tenant is known, or known to be missing.
pub(super) enum Served<F, R> {
    /// The service has it.
    Running {
        future: F,
        stay: Stay,
        /// Whether its response has no body on its way, whatever the service makes (RFC 9110 §9.3.2).
        is_head: bool,
    },
    Refused(Response<R>),
}

impl<S, N> Settings<S, N> {
    /// Calls the service in the scope of the request, or refuses that.
    pub(super) fn serve<I, B, R>(
        &self,
        finding: Finding,
        mut parts: Parts,
        body: B,
        inner: &mut I,
    ) -> Served<I::Future, R>
    where
        N: RespondRefused<R>,
        I: Service<Request<B>, Response = Response<R>>,
    {
        let mut scope = Scope::new();
        if let Some(trace) = trace_of(&parts.headers) {
            scope = scope.trace(trace);
        }
        let actor = self.actor.as_ref().and_then(|actor| actor(&parts));
        match self.admit(finding) {
            Ok((tenant, found)) => {
                if let Some(actor) = actor.or(found.map(|found| *found)) {
                    scope = scope.actor(actor);
                }
                if let Some(tenant) = &tenant {
                    parts.extensions.insert(tenant.clone());
                    scope = bound_to(scope, tenant.clone());
                }
                let is_head = parts.method == Method::HEAD;
                let request = Request::from_parts(parts, body);
                let mut stay = Stay::begin(scope, tenant.as_ref());
                let future = stay.run(|| inner.call(request));
                Served::Running {
                    future,
                    stay,
                    is_head,
                }
            }
            Err(refusal) => {
                if let Some(actor) = actor {
                    scope = scope.actor(actor);
                }
                scope.run(|| refusal.tell(&parts.method));
                Served::Refused(self.respond.respond(&refusal))
            }
        }
    }

    /// Whose the request is, if it is served.
    fn admit(&self, finding: Finding) -> Result<Admitted, TenantRefusal> {
        match (finding?, &self.missing) {
            (Some(found), _) => Ok((Some(found.tenant), found.actor)),
            (None, MissingTenant::Allow) => Ok((None, None)),
            (None, MissingTenant::Public(tenant)) => Ok((Some(tenant.clone()), None)),
            (None, MissingTenant::Refuse) => Err(TenantRefusal::missing()),
            (None, MissingTenant::NotFound) => Err(TenantRefusal::not_found()),
        }
    }
}

/// The tenant, and who acts as far as the strategy knows.
type Admitted = (Option<TenantId>, Option<Box<Actor<'static>>>);

fn bound_to(scope: Scope, tenant: TenantId) -> Scope {
    match scope.tenant(tenant) {
        Ok(scope) => scope,
        Err(never) => match never {},
    }
}

/// The trace of the one header that names it (W3C Trace Context §3.2).
fn trace_of(headers: &HeaderMap) -> Option<Trace> {
    let mut values = headers.get_all("traceparent").iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok()?.parse().ok(),
        _ => None,
    }
}
