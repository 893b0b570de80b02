//! Tenants: for whom something is done, and what may cross the boundary between two of them.
//!
//! ```
//! use audit_core::{Scope, tenant};
//!
//! let bound = tenant::scope("acme")?.run(|| Scope::current().tenant_id());
//! assert_eq!(bound.as_deref(), Some("acme"));
//! assert!(tenant::scope("").is_err());
//! # Ok::<(), audit_core::InvalidTenant>(())
//! ```
//!
//! # Scopes
//!
//! A scope that binds a tenant is told of on both paths: as the audit events `context_bound` and `context_released`, and, where
//! observability is on, as `tenant.scope.entered`, `tenant.scope.exception` where a panic or a cancellation ends it, and
//! `tenant.scope.exited`. Whatever ends it, what was bound before is in force again, and the end is told.
//!
//! A thread or a task that is spawned inside knows nothing of it, unless it is carried there:
//! [`Scope::carry`](crate::Scope::carry) for closures, [`InScope::in_current_scope`] for futures. Work in several parts,
//! each entered for itself, is one [`Tenure`].
//!
//! # What may cross a boundary
//!
//! [`TenantGuard`] stands between a program and its rows. It knows which models belong to tenants, asks an [`AccessPolicy`], and in
//! mode enforce refuses what would cross a boundary; in shadow it tells of it only. What goes across on purpose goes by a
//! [`Bypass`], which has a reason and is recorded. An adapter for a database that sees crossings by itself tells of them as a
//! [`Violation`].
//!
//! # Audit events
//!
//! All but the last are of the kind `tenant`, with the tenant that is bound in `tenant`.
//!
//! | name | data |
//! | --- | --- |
//! | `context_bound`, `context_released` | `outer_tenant_id` where another was bound around it; `exception_type` (`panic`, `cancelled`) where the end was one |
//! | `policy_allow`, `policy_deny` | `model`, `operation_type` (`read`, `write`, `delete`), `decision_type` (`Allow`, `Deny`, `RequireScope`), `decision_data` (`reason`, `filter_spec`), of a guard's denial `applied` |
//! | `enforcement_violation` | `violation` (`missing`, `mismatch`, `unscoped`), `attempted_tenant_id`, `model_class`, `operation`, `applied`, `reason` where there is one |
//! | `enforcement_bypass` | `model_qualname`, `operation`, `operation_context`, `reason` |
//! | `sink_failure` | of the kind `sink_failure`, as that of every event: see [`sink`](crate::sink) |

mod access;
mod boundary;
mod fact;
mod guard;
mod scope;

pub use access::{
    Access, AccessDecision, AccessPolicy, AllowList, Chain, DenyByDefault, EvaluatorPolicy,
    RequireScope, TenantFilter, decide,
};
pub use boundary::{Bypass, BypassError, Operation, Violation, ViolationKind};
pub use guard::{
    AccessRefused, Bypassed, Filters, GuardError, TenantChange, TenantGuard, TenantGuardBuilder,
    TenantOwned,
};
pub use scope::{InScope, ScopedFuture, Tenure, scope};
