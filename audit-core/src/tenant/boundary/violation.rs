//! [`Violation`]: an attempt to cross a tenant's boundary, told of on both paths.

use std::error::Error;
use std::fmt;
use std::panic::Location;

use crate::event::Site;
use crate::observability::{EventFields, emit};
use crate::place::Place;
use crate::request::TenantId;
use crate::scope::with_nearest;
use crate::value::{Fields, Text};
use crate::word::named;

use super::super::fact::record;
use super::operation::Operation;

named! {
    /// How a tenant's boundary was about to be crossed.
    ViolationKind as "kind of violation" {
        /// No tenant is bound, so nobody knows whose it is.
        Missing = "missing",
        /// It is of another tenant than the one that is bound.
        Mismatch = "mismatch",
        /// It would reach the rows of all tenants.
        Unscoped = "unscoped",
    }
}

/// An attempt to cross a tenant's boundary. Guards and adapters make one and [tell](Self::tell) of it; where they enforce, they return
/// it as the error.
///
/// ```
/// use audit_core::tenant::{self, Operation, Violation, ViolationKind};
///
/// let violation = tenant::scope("acme")?.run(|| {
///     let violation = Violation::new(ViolationKind::Mismatch, Operation::Update, "invoice").attempted("globex");
///     violation.tell(true);
///     violation
/// });
/// assert_eq!(
///     violation.to_string(),
///     "`update` of `invoice` is for tenant `globex`, expected `acme`, which is bound"
/// );
/// # Ok::<(), audit_core::InvalidTenant>(())
/// ```
#[derive(Clone, Debug)]
// Boxed, as it is the error of whatever touches rows.
pub struct Violation(Box<Attempt>);

#[derive(Clone, Debug)]
struct Attempt {
    kind: ViolationKind,
    operation: Operation,
    model: Text<'static>,
    tenant: Option<TenantId>,
    attempted: Option<Text<'static>>,
    reason: Option<Text<'static>>,
    site: Site<'static>,
}

impl Violation {
    /// One by the tenant that is bound here, at the caller's place in the program.
    #[track_caller]
    #[must_use = "a violation is known once `tell` is called"]
    pub fn new(kind: ViolationKind, operation: Operation, model: impl Into<Text<'static>>) -> Self {
        Self(Box::new(Attempt {
            kind,
            operation,
            model: model.into(),
            tenant: with_nearest(|in_force| in_force.and_then(|one| one.ambient.tenant.clone())),
            attempted: None,
            reason: None,
            site: Site::from(Location::caller()),
        }))
    }

    /// The tenant whose rows it was for, as it was written: no need that there is one of this name. Of one that is longer than a
    /// [`TenantId`] may be the beginning is kept.
    #[must_use = "a violation is known once `tell` is called"]
    pub fn attempted(mut self, tenant: &str) -> Self {
        let end = tenant.floor_char_boundary(TenantId::MAX_BYTES);
        let kept = tenant.get(..end).unwrap_or_default();
        self.0.attempted = Some(Text::from(kept.to_owned()));
        self
    }

    /// What led to it, for the audit's record: a text without secrets.
    #[must_use = "a violation is known once `tell` is called"]
    pub fn because(mut self, reason: impl Into<Text<'static>>) -> Self {
        self.0.reason = Some(reason.into());
        self
    }

    /// At this place in the program, for adapters that learn of it elsewhere, such as from a database's answer.
    #[must_use = "a violation is known once `tell` is called"]
    pub fn at(mut self, site: impl Into<Site<'static>>) -> Self {
        self.0.site = site.into();
        self
    }

    /// By this tenant, for adapters that bind one to more than a scope, such as to a transaction.
    #[must_use = "a violation is known once `tell` is called"]
    pub fn for_tenant(mut self, tenant: TenantId) -> Self {
        self.0.tenant = Some(tenant);
        self
    }

    /// How the boundary was about to be crossed.
    pub fn kind(&self) -> ViolationKind {
        self.0.kind
    }

    /// What was done.
    pub fn operation(&self) -> Operation {
        self.0.operation
    }

    /// The model, entity or table.
    pub fn model(&self) -> &str {
        &self.0.model
    }

    /// The tenant that was bound.
    pub fn tenant(&self) -> Option<&TenantId> {
        self.0.tenant.as_ref()
    }

    /// The tenant whose rows it was for, where that is known.
    pub fn attempted_tenant(&self) -> Option<&str> {
        self.0.attempted.as_deref()
    }

    /// What led to it, if somebody said so.
    pub fn reason(&self) -> Option<&str> {
        self.0.reason.as_deref()
    }

    /// Tells both paths, whenever it is called, with the tenant that was bound where the violation was made: the audit of `enforcement_violation`, observability of `tenant.write.blocked` or `tenant.read.blocked`.
    /// `applied` says whether it was stopped; it is not in shadow. Nothing that fails here reaches the caller.
    pub fn tell(&self, applied: bool) {
        if Place::is_watched() {
            let place = Place::here(false);
            let place = place.for_tenant(self.0.tenant.clone());
            // What can't be taken is counted, and told of, by whoever did not take it.
            let _counted = record(&place, "enforcement_violation", Some(&self.0.site), || {
                let mut data = Fields::new()
                    .with("violation", self.0.kind.as_str())
                    .with("attempted_tenant_id", self.0.attempted.clone())
                    .with("model_class", self.0.model.clone())
                    .with("operation", self.0.operation.as_str())
                    .with("applied", applied);
                if let Some(reason) = &self.0.reason {
                    data.set("reason", reason.clone());
                }
                data
            });
        }
        emit(self.0.operation.blocked(), || EventFields {
            tenant_id: self.0.tenant.as_deref(),
            attempted_tenant_id: self.0.attempted.as_deref(),
            model_class: Some(&self.0.model),
            operation: Some(self.0.operation.as_str()),
            applied: Some(applied),
            ..EventFields::default()
        });
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (operation, model) = (self.0.operation, &self.0.model);
        match (self.0.kind, &self.0.attempted, &self.0.tenant) {
            (ViolationKind::Missing, ..) | (ViolationKind::Mismatch, _, None) => write!(
                f,
                "`{operation}` of `{model}` with no tenant bound: enter `tenant::scope`, and carry it to spawned tasks with \
                 `in_current_scope`, to threads with `Scope::carry`"
            ),
            (ViolationKind::Mismatch, Some(attempted), Some(tenant)) => write!(
                f,
                "`{operation}` of `{model}` is for tenant `{attempted}`, expected `{tenant}`, which is bound"
            ),
            (ViolationKind::Mismatch, None, Some(tenant)) => write!(
                f,
                "`{operation}` of `{model}` is not for tenant `{tenant}`, which is bound"
            ),
            (ViolationKind::Unscoped, ..) if self.0.reason.is_some() => write!(
                f,
                "`{operation}` of `{model}`: {}",
                self.0.reason.as_deref().unwrap_or_default()
            ),
            (ViolationKind::Unscoped, ..) => write!(
                f,
                "`{operation}` of `{model}` would reach the rows of all tenants, expected a filter by the one that is bound"
            ),
        }
    }
}

impl Error for Violation {}
