//! The layer: finds whose a request is, and binds its tenant, actor and trace around all that is done for it.

mod body;
mod future;
mod refusal;
mod serve;
mod service;
mod stay;

use std::fmt;
use std::sync::Arc;

use audit_core::{Actor, TenantId};
use http::Response;
use http::request::Parts;
use tower_layer::Layer;

use crate::strategy::TenantStrategy;

pub use body::TenantBody;
pub use future::TenantFuture;
pub use refusal::{Problem, RefusalKind, RespondRefused, TenantRefusal};
pub use service::TenantService;

/// Finds whose a request is, and binds its tenant, actor and trace around the service behind it.
///
/// They are in force while the service is called, at every poll of its future and of the body of its response, and as these are dropped: all
/// of it is one binding, told of once. What the handler spawns knows nothing of it unless it is carried there
/// ([`in_current_scope`](audit_core::InScope::in_current_scope)); an upgraded connection, such as a websocket, is such a task. The tenant is also an extension of
/// the request, as a [`TenantId`].
///
/// A request that names no tenant is answered as [`missing`](Self::missing) says. One whose tenant is wrong in whatever way is refused, whatever that
/// says. Each refusal is a [violation](audit_core::tenant::Violation) of the kind `missing`: its model is `request`, its operation `read` for
/// safe methods (RFC 9110 §9.2.1), `delete` for `DELETE`, `write` for all others, and its reason begins with the [kind](RefusalKind::as_str) of
/// the refusal and says why; tenant, actor and trace are those that are known. So whoever sends nonsense makes a record for each request:
/// a limit of their rate belongs around the layer. Where a strategy could not find out, that is no violation, but a warning in the
/// log of the service (`audit::health`).
///
/// What a scope around the layer has is in force where the request has none of its own: a trace, an actor. That is the scope in which the
/// layer is called, or, where a strategy has to wait, the one in which its future is polled when that has answered.
///
/// The trace is that of the one `traceparent` header; where there are several, or it is none, there is no trace, as
/// the standard asks (W3C Trace Context §4.3). `tracestate` is left alone.
///
/// ```
/// use audit_core::Actor;
/// use audit_tenant::{HeaderStrategy, MissingTenant, TenantLayer};
///
/// #[derive(Clone)]
/// struct User(String); // put into the extensions by an authentication outside
///
/// let layer = TenantLayer::new(HeaderStrategy::new())
///     .actor(|request| request.extensions.get::<User>().map(|user| Actor::new(user.0.clone())))
///     .missing(MissingTenant::NotFound);
/// ```
pub struct TenantLayer<S, N = Problem> {
    settings: Settings<S, N>,
}

/// What the layer is told, shared by its services.
struct Settings<S, N> {
    strategy: Arc<S>,
    actor: Option<Arc<ActorOf>>,
    missing: MissingTenant,
    respond: Arc<N>,
}

type ActorOf = dyn Fn(&Parts) -> Option<Actor<'static>> + Send + Sync;

/// How a request is answered that names no tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum MissingTenant {
    /// It is refused: 400.
    #[default]
    Refuse,
    /// It is served with no tenant bound but one that is bound around the service. What needs a tenant refuses it there.
    Allow,
    /// It is refused as if there was nothing, with status 404 and a problem that says no more. A service that answers what it does not
    /// have in another way tells the two apart: let [`on_refused`](TenantLayer::on_refused) answer as it does.
    NotFound,
    /// It is served for this tenant.
    Public(TenantId),
}

impl MissingTenant {
    /// It is served for the tenant `__public__`.
    pub fn public() -> Self {
        TenantId::new("__public__").map_or(Self::Refuse, Self::Public)
    }
}

impl<S: TenantStrategy> TenantLayer<S> {
    /// By this strategy. Requests without a tenant are refused.
    pub fn new(strategy: S) -> Self {
        Self {
            settings: Settings {
                strategy: Arc::new(strategy),
                actor: None,
                missing: MissingTenant::default(),
                respond: Arc::new(Problem),
            },
        }
    }
}

impl<S, N> TenantLayer<S, N> {
    /// With who acts, as far as this knows it. What a strategy knows of that counts where this answers with nobody.
    ///
    /// It is asked for requests that are refused, too.
    #[must_use]
    pub fn actor<F>(mut self, actor: F) -> Self
    where
        F: Fn(&Parts) -> Option<Actor<'static>> + Send + Sync + 'static,
    {
        self.settings.actor = Some(Arc::new(actor));
        self
    }

    /// Answers requests that name no tenant so.
    #[must_use]
    pub fn missing(mut self, missing: MissingTenant) -> Self {
        self.settings.missing = missing;
        self
    }

    /// Answers refused requests by this function, instead of with a problem in JSON, which needs a body that is made of a `&'static str`.
    ///
    /// ```
    /// use audit_tenant::{HeaderStrategy, TenantLayer, TenantRefusal};
    /// use http::Response;
    ///
    /// let layer = TenantLayer::new(HeaderStrategy::new()).on_refused(|refusal: &TenantRefusal| {
    ///     // As gRPC has it: status 200, that of the call in a header, and no body.
    ///     let status = match refusal.status().as_u16() {
    ///         401 => "16", // UNAUTHENTICATED
    ///         404 => "5",  // NOT_FOUND
    ///         500 => "13", // INTERNAL
    ///         _ => "3",    // INVALID_ARGUMENT
    ///     };
    ///     let mut response = Response::new(Vec::<u8>::new());
    ///     let headers = response.headers_mut();
    ///     headers.insert("content-type", http::HeaderValue::from_static("application/grpc"));
    ///     headers.insert("grpc-status", http::HeaderValue::from_static(status));
    ///     response
    /// });
    /// ```
    #[must_use]
    pub fn on_refused<F, R>(self, respond: F) -> TenantLayer<S, F>
    where
        F: Fn(&TenantRefusal) -> Response<R>,
    {
        let Settings {
            strategy,
            actor,
            missing,
            ..
        } = self.settings;
        TenantLayer {
            settings: Settings {
                strategy,
                actor,
                missing,
                respond: Arc::new(respond),
            },
        }
    }
}

impl<S, N, I> Layer<I> for TenantLayer<S, N> {
    type Service = TenantService<S, N, I>;

    fn layer(&self, inner: I) -> Self::Service {
        TenantService::new(Arc::new(self.settings.clone()), inner)
    }
}

impl<S, N> Clone for TenantLayer<S, N> {
    fn clone(&self) -> Self {
        Self {
            settings: self.settings.clone(),
        }
    }
}

impl<S, N> Clone for Settings<S, N> {
    fn clone(&self) -> Self {
        Self {
            strategy: Arc::clone(&self.strategy),
            actor: self.actor.clone(),
            missing: self.missing.clone(),
            respond: Arc::clone(&self.respond),
        }
    }
}

impl<S: TenantStrategy, N> fmt::Debug for TenantLayer<S, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.show(f, "TenantLayer")
    }
}

impl<S: TenantStrategy, N> Settings<S, N> {
    fn show(&self, f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
        f.debug_struct(name)
            .field("strategy", &self.strategy.name())
            .field("missing", &self.missing)
            .finish_non_exhaustive()
    }
}
