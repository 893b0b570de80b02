//! Writes of single rows, whose tenants are known.

use crate::observability::{EventFields, ObservabilityEvent, emit};
use crate::request::TenantId;

use super::super::access::{Access, TenantFilter};
use super::super::boundary::{Operation, Violation, ViolationKind};
use super::{AccessRefused, TenantGuard, stop};

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

    /// A row that has this tenant now is about to be changed; `moved_to` is its tenant afterwards, where that is among what changes.
    ///
    /// # Errors
    /// No tenant is bound, the row is another's or nobody's or would be, or the policy denies it.
    #[track_caller]
    pub fn update(
        &self,
        model: &str,
        row: Option<&str>,
        moved_to: Option<&str>,
    ) -> Result<(), AccessRefused> {
        let tenants = [row, moved_to.or(row)];
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
    /// this model have one and the guard applies.
    #[track_caller]
    pub(super) fn write(
        &self,
        operation: Operation,
        model: &str,
        tenants: &[Option<&str>],
    ) -> Result<Option<TenantId>, AccessRefused> {
        let Some(applies) = self.applies() else {
            return Ok(None);
        };
        let access = Access::new(operation, model);
        let field = self.field(model);
        if field.is_some()
            && let Some(violation) = crossing(&access, tenants)
        {
            stop(violation, applies)?;
        }
        match self.ask(&access) {
            Ok(filters) => {
                if let Some(violation) = unmet(&access, field.as_deref(), &filters) {
                    stop(violation, applies)?;
                }
            }
            Err(refused) if applies => return Err(refused),
            Err(_) => {}
        }
        let bound = access.tenant().cloned();
        Ok(bound.filter(|_| applies && field.is_some()))
    }
}

/// How a row with these tenants would cross the boundary.
#[track_caller]
fn crossing(access: &Access<'_>, tenants: &[Option<&str>]) -> Option<Violation> {
    let violation = |kind| Violation::new(kind, access.operation(), access.model().to_owned());
    let Some(bound) = access.tenant() else {
        let missing = violation(ViolationKind::Missing);
        let named = tenants.iter().copied().flatten().next();
        return Some(match named {
            Some(tenant) => missing.attempted(tenant),
            None => missing,
        });
    };
    let foreign = tenants.iter().find(|tenant| **tenant != Some(bound))?;
    let mismatch = violation(ViolationKind::Mismatch);
    Some(match foreign {
        Some(tenant) => mismatch.attempted(tenant),
        None => mismatch,
    })
}

/// What the policy requires of a row that one of the tenant that is bound does not have, or nobody knows whether it has.
#[track_caller]
fn unmet(access: &Access<'_>, field: Option<&str>, filters: &[TenantFilter]) -> Option<Violation> {
    let is_met = |filter: &&TenantFilter| {
        Some(filter.field()) == field && Some(filter.tenant()) == access.tenant()
    };
    let unmet = filters.iter().find(|filter| !is_met(filter))?;
    let model = access.model().to_owned();
    let violation = Violation::new(ViolationKind::Mismatch, access.operation(), model);
    Some(violation.attempted(unmet.tenant()))
}
