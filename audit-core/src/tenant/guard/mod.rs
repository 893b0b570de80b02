//! [`TenantGuard`]: the enforcement point between a program and its rows.

mod builder;
mod bypassed;
mod change;
mod filter;
mod model;
mod refused;
mod row;
mod statement;
mod write;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::decision::Mode;
use crate::event::EventKind;
use crate::health::say;
use crate::mode::Change;
use crate::observability::{EventFields, emit};
use crate::place::{Contents, Place};
use crate::recorder::Terms;
use crate::value::{Fields, Text, Value};

use super::access::{Access, AccessDecision, AccessPolicy, TenantFilter, asked};
use super::boundary::{Operation, Violation, ViolationKind};
use model::Models;

pub use builder::{GuardError, TenantGuardBuilder};
pub use bypassed::Bypassed;
pub use change::TenantChange;
pub use filter::Filters;
pub use refused::AccessRefused;
pub use row::TenantOwned;

/// The enforcement point between a program and its rows: says what may be written, puts in whose it is, and says by what reads are
/// filtered.
///
/// Which models belong to tenants is said once; one that nobody named does. Of an access to one that does,
/// the tenant in force decides: with none bound it is a violation (`missing`), for another's row as well (`mismatch`), and so is
/// a statement that reaches the rows of all (`unscoped`). Then the policy is asked, if there is one.
///
/// In mode `enforce`, which is the default, a violation and a denial are errors; in `shadow` both are told of, and in `off` nobody looks for them:
/// the access goes on. What is put in and by what is filtered is the same in every mode, so that no change of mode shows a tenant
/// another's rows.
///
/// The tenant is that of the [scope](crate::Scope) in force. `tenant = ..` of an attribute and a runtime's tenant resolver say whom a
/// decision is about, and bind nothing.
///
/// A handle, cheap to clone. What goes by it, as raw SQL does, it does not see: that is what row-level security is for
/// (`audit-tenant`, feature `postgres`).
///
/// ```
/// use audit_core::tenant::{self, TenantGuard};
///
/// let guard = TenantGuard::builder().owned("invoice").owned_by("customer", "org_id").shared("currency").build()?;
/// tenant::scope("acme")?.run(|| {
///     // A new row gets its tenant.
///     assert_eq!(guard.insert("invoice", None)?.as_deref(), Some("acme"));
///     // A row of another tenant is none of ours.
///     assert!(guard.delete("invoice", Some("globex")).is_err());
///     // A join is filtered on both sides.
///     let filters = guard.read(&["invoice", "customer", "currency"])?;
///     let fields: Vec<_> = filters.iter().map(|(model, filter)| (model, filter.field())).collect();
///     assert_eq!(fields, [("invoice", "tenant_id"), ("customer", "org_id")]);
///     Ok::<(), tenant::AccessRefused>(())
/// })?;
/// // Without a tenant nothing is read at all.
/// assert!(guard.read(&["invoice"]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct TenantGuard {
    inner: Arc<Inner>,
}

struct Inner {
    name: Text<'static>,
    models: Models,
    policy: Option<Box<dyn AccessPolicy>>,
    /// A [`Mode`].
    mode: AtomicU8,
}

impl TenantGuard {
    /// Says which models belong to tenants, and the rest.
    pub fn builder() -> TenantGuardBuilder {
        TenantGuardBuilder::default()
    }

    fn new(
        name: Text<'static>,
        models: Models,
        policy: Option<Box<dyn AccessPolicy>>,
        mode: Mode,
    ) -> Self {
        Self {
            inner: Arc::new(Inner {
                name,
                models,
                policy,
                mode: AtomicU8::new(mode as u8),
            }),
        }
    }

    /// What it does with a violation.
    pub fn mode(&self) -> Mode {
        of_byte(self.inner.mode.load(Ordering::Relaxed))
    }

    /// Does something else with violations from now on, which is recorded as `mode.set` with who and why; where nobody keeps a record of it,
    /// it is warned of (`audit::health`).
    pub fn set_mode(&self, mode: Mode, change: &Change) {
        let before = of_byte(self.inner.mode.swap(mode as u8, Ordering::Relaxed));
        let place = Place::here(false);
        let kept = place.record(&Terms::default(), || {
            let mut event = place.event(EventKind::Mode, Text::from("mode.set"));
            let data = Fields::new()
                .with("target", "tenant_guard")
                .with("name", self.inner.name.clone())
                .with("from", before.as_str())
                .with("to", mode.as_str())
                .with("by", change.who().to_owned())
                .with("reason", change.why().to_owned());
            place.redact(None, &mut event, Contents::data(Value::from(data)));
            event
        });
        let is_kept = kept.is_ok_and(|kept| kept.id().is_some());
        if !is_kept && !place.is_kept_elsewhere(EventKind::Mode) {
            let (name, who) = (&*self.inner.name, change.who());
            say(|| {
                tracing::warn!(
                    target: "audit::health",
                    "guard `{name}` goes from `{before}` to `{mode}` by {who}, and nobody keeps a record of it"
                );
            });
        }
    }

    /// What is about to be done to rows of a model, by who acts and for the tenant that is bound.
    fn access<'m>(&self, operation: Operation, model: &'m str) -> Access<'m> {
        Access::new(operation, model).owned(self.inner.models.owner(model))
    }

    /// Asks the policy, if there is one and anybody looks. Returns what rows must pass besides; a denial is an error where it holds.
    fn ask(&self, access: &Access<'_>, mode: Mode) -> Result<Vec<TenantFilter>, AccessRefused> {
        let Some(policy) = self.inner.policy.as_ref().filter(|_| mode > Mode::Off) else {
            return Ok(Vec::new());
        };
        let applies = mode == Mode::Enforce;
        let reason = match asked(&**policy, access, Some(applies)) {
            AccessDecision::Allow => return Ok(Vec::new()),
            AccessDecision::RequireScope { filters } => return Ok(filters),
            AccessDecision::Deny { reason } => reason,
        };
        emit(access.operation().blocked(), || EventFields {
            tenant_id: access.tenant().map(|tenant| &**tenant),
            model_class: Some(access.model()),
            operation: Some(access.operation().as_str()),
            applied: Some(applies),
            ..EventFields::default()
        });
        if applies {
            Err(AccessRefused::denied(access, reason))
        } else {
            Ok(Vec::new())
        }
    }
}

fn of_byte(mode: u8) -> Mode {
    match mode {
        mode if mode == Mode::Off as u8 => Mode::Off,
        mode if mode == Mode::Shadow as u8 => Mode::Shadow,
        _ => Mode::Enforce,
    }
}

/// Does with a violation what the mode says: an error where it is stopped.
fn stop(violation: Violation, mode: Mode) -> Result<(), AccessRefused> {
    match mode {
        Mode::Off => Ok(()),
        Mode::Shadow => {
            violation.tell(false);
            Ok(())
        }
        Mode::Enforce => {
            violation.tell(true);
            Err(violation.into())
        }
    }
}

/// A statement reaches the rows of all tenants.
#[track_caller]
fn unscoped(operation: Operation, model: &str, mode: Mode) -> Result<(), AccessRefused> {
    let violation = Violation::new(ViolationKind::Unscoped, operation, model.to_owned());
    stop(violation, mode)
}

impl fmt::Debug for TenantGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantGuard")
            .field("name", &self.inner.name)
            .field("mode", &self.mode())
            .field("models", &self.inner.models)
            .finish_non_exhaustive()
    }
}
