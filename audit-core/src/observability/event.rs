//! [`ObservabilityEvent`]: what happens to tenants' scopes, reads and writes, as events of `tracing`.

use tracing::Level;

use crate::word::named;

use super::foreign::{TARGET, foreign};
use super::switch::is_enabled;

named! {
    /// What happens to tenants' scopes, reads and writes. Scopes are told of by this crate; the rest by adapters for
    /// databases and web frameworks.
    ObservabilityEvent as "observability event" {
        /// A scope that binds a tenant was entered.
        ScopeEntered = "tenant.scope.entered",
        /// It was left.
        ScopeExited = "tenant.scope.exited",
        /// It was left by a panic, or its future was dropped before it was done.
        ScopeException = "tenant.scope.exception",
        /// A written row was given its tenant.
        WriteInjected = "tenant.write.injected",
        /// A write was refused: it was for another tenant, or for none.
        WriteBlocked = "tenant.write.blocked",
        /// A read was narrowed to a tenant.
        ReadFiltered = "tenant.read.filtered",
        /// A read was passed on as it was, as no tenant was bound.
        ReadFallthrough = "tenant.read.fallthrough",
        /// A request was bound to its tenant.
        RequestBound = "tenant.middleware.request_bound",
        /// The end of that.
        RequestUnbound = "tenant.middleware.request_unbound",
    }
}

impl ObservabilityEvent {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::ScopeEntered,
        Self::ScopeExited,
        Self::ScopeException,
        Self::WriteInjected,
        Self::WriteBlocked,
        Self::ReadFiltered,
        Self::ReadFallthrough,
        Self::RequestBound,
        Self::RequestUnbound,
    ];

    /// Its level: a warning where somebody should look, and `DEBUG` for what happens with every row.
    pub const fn level(self) -> Level {
        match self {
            Self::ScopeEntered | Self::ScopeExited => Level::INFO,
            Self::ScopeException | Self::WriteBlocked => Level::WARN,
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
    /// The layer that bound a request.
    pub middleware_class: Option<&'f str>,
}

/// Emits an event under its own name and level. Its fields are asked for only where this path is on and a subscriber wants the
/// event; what a subscriber does to it reaches nobody.
#[inline]
pub fn emit<'f>(event: ObservabilityEvent, fields: impl FnOnce() -> EventFields<'f>) {
    if is_enabled() {
        emit_now(event, fields);
    }
}

/// The same, whether or not this path is on: for the end of what began while it was.
#[cold]
pub(super) fn emit_now<'f>(event: ObservabilityEvent, fields: impl FnOnce() -> EventFields<'f>) {
    /// Names of `tracing` are part of the program, so there is a place in it for each.
    macro_rules! emit {
        ($($name:ident = $text:literal at $level:ident),+ $(,)?) => {
            match event {
                $(ObservabilityEvent::$name => {
                    if !tracing::enabled!(target: TARGET, Level::$level) {
                        return;
                    }
                    let fields = fields();
                    tracing::event!(
                        name: $text,
                        target: TARGET,
                        Level::$level,
                        event = $text,
                        tenant_id = fields.tenant_id,
                        attempted_tenant_id = fields.attempted_tenant_id,
                        scope_class = fields.scope_class,
                        exception_type = fields.exception_type,
                        model_class = fields.model_class,
                        operation = fields.operation,
                        middleware_class = fields.middleware_class,
                    );
                })+
            }
        };
    }
    let _contained = foreign(|| {
        emit! {
            ScopeEntered = "tenant.scope.entered" at INFO,
            ScopeExited = "tenant.scope.exited" at INFO,
            ScopeException = "tenant.scope.exception" at WARN,
            WriteInjected = "tenant.write.injected" at DEBUG,
            WriteBlocked = "tenant.write.blocked" at WARN,
            ReadFiltered = "tenant.read.filtered" at DEBUG,
            ReadFallthrough = "tenant.read.fallthrough" at DEBUG,
            RequestBound = "tenant.middleware.request_bound" at DEBUG,
            RequestUnbound = "tenant.middleware.request_unbound" at DEBUG,
        }
    });
}
