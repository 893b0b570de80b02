//! Serving a request: whose it is, and its call in its scope; or its refusal.

use audit_core::__private::contain;
use audit_core::{Actor, Scope, TenantId, Trace};
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response};
use tower_service::Service;

use super::refusal::{RespondRefused, TenantRefusal};
use super::stay::Stay;
use super::{MissingTenant, Settings};
use crate::strategy::{Finding, StrategyError};

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
        // Whoever acts is not known where the program's own code panics, and then nobody is served.
        let asked = contain(|| self.actor.as_ref().and_then(|actor| actor(&parts)));
        let (actor, finding) = match asked {
            Ok(actor) => (actor, finding),
            Err(panic) => (None, Err(panicked("actor", panic))),
        };
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

/// Code of the program's panicked, whose text nobody who asks is told.
pub(super) fn panicked(name: &'static str, panic: String) -> StrategyError {
    StrategyError::unanswered(name, "it panicked").because(panic)
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
