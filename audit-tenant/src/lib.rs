//! Tenants at the edges of a service: a `tower` layer that finds and binds them, and row-level security in PostgreSQL.
//!
//! ```
//! use audit_core::Scope;
//! use audit_tenant::{ChainStrategy, HeaderStrategy, HostStrategy, TenantLayer};
//! use axum::{Router, routing::get};
//!
//! let strategy = ChainStrategy::all()                   // both name it, and name the same
//!     .then(HostStrategy::new(["example.com"])?)        // acme.example.com
//!     .then(HeaderStrategy::new());                     // x-tenant-id: acme
//! let app: Router = Router::new()
//!     .route("/", get(async || format!("{:?}", Scope::current().tenant_id())))
//!     .layer(TenantLayer::new(strategy));               // refuses whoever names none
//! # Ok::<(), audit_tenant::InvalidBaseDomain>(())
//! ```
//!
//! # The rooms
//!
//! * **The layer**: [`TenantLayer`] makes a [`TenantService`] of any service over `http` messages: `axum`, `tonic`, `hyper`. Tenant, actor and
//!   trace are in force while the service is called, at every poll of its [`TenantFuture`] and of the [`TenantBody`] of its response, as one
//!   binding that both paths are told of once.
//! * **Who names no tenant** is answered as [`MissingTenant`] says. Who names one wrongly is refused, whatever that says: a [`TenantRefusal`], to
//!   which [`Problem`] or a function of yours makes the response ([`RespondRefused`]).
//! * **Strategies**: a [`TenantStrategy`] gives an [`Answer`] to the head of a request, a [`Found`] tenant or a [`StrategyError`]:
//!   [`HeaderStrategy`], [`HostStrategy`], `TokenStrategy` (feature `jwt`), [`CallableStrategy`], and several of them in a [`ChainStrategy`].
//! * **PostgreSQL**: module `postgres` (feature of that name).
//!
//! # Promises
//!
//! No tenant is guessed: two of them, an empty one, one that can't be read or proved are refusals. Nothing stays bound after a request, by whatever it
//! ends: an answer, an error, a panic, a client that hangs up. Nothing of a request, least of all a token, is quoted in a response, in the
//! reason of a refusal or in an error. A strategy that knows at once costs no allocation of its own, and its requests no boxed future.
//!
//! What the layer binds is of this request's own work. A task, thread or upgraded connection that it starts knows nothing of it unless it
//! is carried there: [`in_current_scope`](audit_core::InScope::in_current_scope), [`Scope::carry`](audit_core::Scope::carry).
//!
//! # Features
//!
//! - `tower` (default): the layer, and all strategies but that for tokens. It brings in `http`, `tower-service` and the like, which every service
//!   over HTTP has, and `idna`.
//! - `jwt`: `TokenStrategy`, with `jsonwebtoken` and the cryptography of `RustCrypto`.
//! - `postgres`: module `postgres`, with `tokio-postgres`.
//! - `observability`: `tenant.middleware.request_bound` and `request_unbound` on the observability path of `audit-core`.

#[cfg(feature = "tower")]
mod layer;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "tower")]
mod strategy;

#[cfg(feature = "jwt")]
pub use jsonwebtoken;
#[cfg(feature = "tower")]
pub use layer::{
    MissingTenant, Problem, RefusalKind, RespondRefused, TenantBody, TenantFuture, TenantLayer,
    TenantRefusal, TenantService,
};
#[cfg(feature = "tower")]
pub use strategy::{
    Answer, AskLater, CallableStrategy, ChainStrategy, Finding, Found, HeaderStrategy,
    HostStrategy, InvalidBaseDomain, InvalidHeaderName, StrategyError, StrategyErrorKind,
    TenantStrategy,
};
#[cfg(feature = "jwt")]
pub use strategy::{InvalidTokenKey, TokenStrategy};
