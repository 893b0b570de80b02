//! [`ObservabilityEvent`]: what happens to tenants' scopes, reads and writes, as events of `tracing`.

use tracing::Level;

use crate::word::named;

named! {
    /// What happens to tenants' scopes, reads and writes. Scopes are told of by this crate; the rest by adapters for
    /// databases and web frameworks.
    ObservabilityEvent as "observability event" {
        /// A scope that binds a tenant was entered.
        ScopeEntered = "tenant.scope.entered",
        /// It was left.
        ScopeExited = "tenant.scope.exited",
        /// It is left by a panic, or its future was dropped before it was done; that it was left follows.
        ScopeException = "tenant.scope.exception",
        /// A written row was given its tenant.
        WriteInjected = "tenant.write.injected",
        /// A write was refused: it was for another tenant, or for none.
        WriteBlocked = "tenant.write.blocked",
        /// A read was refused: no tenant was bound, or what came was another's.
        ReadBlocked = "tenant.read.blocked",
        /// A read was narrowed to a tenant.
        ReadFiltered = "tenant.read.filtered",
        /// A read was passed on as it was: no tenant was bound, and nothing enforces that there is one.
        ReadFallthrough = "tenant.read.fallthrough",
        /// A request was bound to its tenant.
        RequestBound = "tenant.middleware.request_bound",
        /// The end of that.
        RequestUnbound = "tenant.middleware.request_unbound",
    }
}

impl ObservabilityEvent {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::ScopeEntered,
        Self::ScopeExited,
        Self::ScopeException,
        Self::WriteInjected,
        Self::WriteBlocked,
        Self::ReadBlocked,
        Self::ReadFiltered,
        Self::ReadFallthrough,
        Self::RequestBound,
        Self::RequestUnbound,
    ];

    /// Its level: a warning where somebody should look, and `DEBUG` for what happens with every row.
    pub const fn level(self) -> Level {
        match self {
            Self::ScopeEntered | Self::ScopeExited => Level::INFO,
            Self::ScopeException | Self::WriteBlocked | Self::ReadBlocked => Level::WARN,
            Self::WriteInjected
            | Self::ReadFiltered
            | Self::ReadFallthrough
            | Self::RequestBound
            | Self::RequestUnbound => Level::DEBUG,
        }
    }
}

/// What an [`ObservabilityEvent`] says besides its name. What is `None` is no field.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::exhaustive_structs, reason = "adapters write it with `..`")]
pub struct EventFields<'f> {
    /// The tenant that is bound.
    pub tenant_id: Option<&'f str>,
    /// The tenant that a blocked write was for.
    pub attempted_tenant_id: Option<&'f str>,
    /// What kind of scope it is: `Scope` or `ScopedFuture` here, an adapter's own word there.
    pub scope_class: Option<&'f str>,
    /// What ended a scope: `panic` or `cancelled` here.
    pub exception_type: Option<&'f str>,
    /// The model, entity or table.
    pub model_class: Option<&'f str>,
    /// What is done, in the adapter's words.
    pub operation: Option<&'f str>,
    /// Whether what was blocked was: `false` in shadow, where it is told of and let through.
    pub applied: Option<bool>,
    /// The layer that bound a request.
    pub middleware_class: Option<&'f str>,
}
