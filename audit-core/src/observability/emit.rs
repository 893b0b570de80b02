//! [`emit`]: how an [`ObservabilityEvent`] comes to subscribers of `tracing`.

use tracing::Level;

use super::event::{EventFields, ObservabilityEvent};
use super::foreign::{TARGET, foreign};
use super::switch::is_enabled;

/// Emits an event under its own name and level. Its fields are asked for only where this path is on and a subscriber wants the
/// event; what a subscriber does to it reaches nobody.
#[inline]
pub fn emit<'f>(event: ObservabilityEvent, fields: impl FnOnce() -> EventFields<'f>) {
    if is_enabled() {
        emit_end(event, fields);
    }
}

/// The same, whether or not this path is on: for the end of what began while it was. Adapters remember whether it was.
#[cold]
pub fn emit_end<'f>(event: ObservabilityEvent, fields: impl FnOnce() -> EventFields<'f>) {
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
                        applied = fields.applied,
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
            ReadBlocked = "tenant.read.blocked" at WARN,
            ReadFiltered = "tenant.read.filtered" at DEBUG,
            ReadFallthrough = "tenant.read.fallthrough" at DEBUG,
            RequestBound = "tenant.middleware.request_bound" at DEBUG,
            RequestUnbound = "tenant.middleware.request_unbound" at DEBUG,
        }
    });
}
