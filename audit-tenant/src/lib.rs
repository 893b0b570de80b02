//! Tenants at the edges of a service: a `tower` layer that finds and binds them, and row-level security in PostgreSQL.

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
