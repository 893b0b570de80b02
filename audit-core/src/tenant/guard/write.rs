//! Writes of single rows, whose tenants are known.

use crate::decision::Mode;
use crate::observability::{EventFields, ObservabilityEvent, emit};
use crate::request::TenantId;

use super::super::access::{Access, TenantFilter};
use super::super::boundary::{Operation, Violation, ViolationKind};
use super::{AccessRefused, TenantChange, TenantGuard, stop};

impl TenantGuard {
    /// A row is about to be made, with this tenant in it if it has one. Returns the tenant to put into it, where it has none (told as
    /// `tenant.write.injected`).
    ///
    /// # Errors
    /// No tenant is bound, the row is another's, or the policy denies it.
    #[track_caller]
    pub fn insert(
        &self,
        model: &str,
        row: Option<&str>,
    ) -> Result<Option<TenantId>, AccessRefused> {
        let tenants = row.map(Some);
        let bound = self.write(Operation::Insert, model, tenants.as_slice())?;
        let Some(tenant) = bound.filter(|_| row.is_none()) else {
            return Ok(None);
        };
        emit(ObservabilityEvent::WriteInjected, || EventFields {
            tenant_id: Some(&tenant),
            model_class: Some(model),
            operation: Some(Operation::Insert.as_str()),
            ..EventFields::default()
        });
        Ok(Some(tenant))
    }

    /// A row that has this tenant now is about to be changed, its tenant so.
    ///
    /// # Errors
    /// No tenant is bound, the row is another's or nobody's or would be, or the policy denies it.
    #[track_caller]
    pub fn update(
        &self,
        model: &str,
        row: Option<&str>,
        change: TenantChange<'_>,
    ) -> Result<(), AccessRefused> {
        let tenants = [row, change.from(row)];
        self.write(Operation::Update, model, &tenants).map(drop)
    }

    /// A row that has this tenant is about to be deleted.
    ///
    /// # Errors
    /// No tenant is bound, the row is another's or nobody's, or the policy denies it.
    #[track_caller]
    pub fn delete(&self, model: &str, row: Option<&str>) -> Result<(), AccessRefused> {
        self.write(Operation::Delete, model, &[row]).map(drop)
    }

    /// Lets a write of a row through that has these tenants, before and after, or not. Returns the tenant that is bound, where rows of
    /// this model have one.
    #[track_caller]
    fn write(
        &self,
        operation: Operation,
        model: &str,
        tenants: &[Option<&str>],
    ) -> Result<Option<TenantId>, AccessRefused> {
        let mode = self.mode();
        let access = self.access(operation, model);
        if mode > Mode::Off {
            if let Some(violation) = crossing(&access, tenants) {
                stop(violation, mode)?;
            }
            let filters = self.ask(&access, mode)?;
            if let Some(violation) = unmet(&access, &filters) {
                stop(violation, mode)?;
            }
        }
        let bound = access.tenant().filter(|_| access.field().is_some());
        Ok(bound.cloned())
    }
}

/// How a row with these tenants would cross the boundary.
#[track_caller]
pub(super) fn crossing(access: &Access<'_>, tenants: &[Option<&str>]) -> Option<Violation> {
    access.field()?;
    let bound = access.tenant().map(|tenant| &**tenant);
    let (kind, attempted) = match bound {
        None => (
            ViolationKind::Missing,
            tenants.iter().copied().flatten().next(),
        ),
        bound => (
            ViolationKind::Mismatch,
            *tenants.iter().find(|tenant| **tenant != bound)?,
        ),
    };
    let violation = Violation::new(kind, access.operation(), access.model().to_owned());
    Some(match attempted {
        Some(tenant) => violation.attempted(tenant),
        None => violation,
    })
}

/// What the policy requires of a row beyond its tenant, which nobody knows of it.
#[track_caller]
fn unmet(access: &Access<'_>, filters: &[TenantFilter]) -> Option<Violation> {
    let is_met = |filter: &TenantFilter| {
        Some(filter.field()) == access.field() && Some(filter.tenant()) == access.tenant()
    };
    let unmet = filters.iter().find(|filter| !is_met(filter))?;
    let (kind, model) = (ViolationKind::Unscoped, access.model().to_owned());
    let violation = Violation::new(kind, access.operation(), model);
    let reason = format!("the policy requires that {unmet}, which nobody knows of this row");
    Some(violation.because(reason))
}
