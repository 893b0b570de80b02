//! Statements over many rows: what they have to be filtered by, and what came of them.

use crate::observability::{EventFields, ObservabilityEvent, emit};

use super::super::access::{Access, TenantFilter};
use super::super::boundary::{Operation, Violation, ViolationKind};
use super::{AccessRefused, Filters, TenantGuard, stop, unscoped};

impl TenantGuard {
    /// These models are about to be read in one statement: all that it names, in whatever part of it. Returns by what each of
    /// them has to be filtered.
    ///
    /// # Errors
    /// No tenant is bound and one of them belongs to tenants, or the policy denies one of them.
    #[track_caller]
    pub fn read(&self, models: &[&str]) -> Result<Filters, AccessRefused> {
        self.statement(Operation::Read, models)
    }

    /// The same for whatever is done in one statement, such as a bulk update.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[track_caller]
    pub fn statement(
        &self,
        operation: Operation,
        models: &[&str],
    ) -> Result<Filters, AccessRefused> {
        let Some(applies) = self.applies() else {
            return Ok(Filters::none(operation));
        };
        let mut filters = Filters::none(operation);
        for model in models {
            let access = Access::new(operation, *model);
            let of_model = self.filters_of(&access, applies)?;
            // In shadow nothing is filtered, so that no answer changes.
            let is_read = operation == Operation::Read;
            if is_read && (!applies || !of_model.is_empty()) {
                tell(&access, applies && !of_model.is_empty());
            }
            if applies {
                filters.add(model, of_model);
            }
        }
        Ok(filters)
    }

    /// These rows of a model came of a statement, with these tenants in them: the last look before somebody sees them.
    ///
    /// # Errors
    /// No tenant is bound, or one of them is another's or nobody's.
    #[track_caller]
    pub fn rows<'r>(
        &self,
        model: &str,
        tenants: impl IntoIterator<Item = Option<&'r str>>,
    ) -> Result<(), AccessRefused> {
        let Some(applies) = self.applies() else {
            return Ok(());
        };
        if self.field(model).is_none() {
            return Ok(());
        }
        let access = Access::new(Operation::Read, model);
        let bound = access.tenant().map(|tenant| &**tenant);
        let mut tenants = tenants.into_iter();
        let Some(foreign) = tenants.find(|tenant| bound.is_none() || *tenant != bound) else {
            return Ok(());
        };
        let kind = match bound {
            Some(_) => ViolationKind::Mismatch,
            None => ViolationKind::Missing,
        };
        let violation = Violation::new(kind, Operation::Read, model.to_owned());
        let violation = match foreign {
            Some(tenant) => violation.attempted(tenant),
            None => violation,
        };
        stop(violation, applies)
    }

    /// These models are about to be reached by a statement that has no filter by tenant, whoever is bound: what is only let through by
    /// a [bypass](Self::by), or in shadow.
    ///
    /// # Errors
    /// One of them belongs to tenants.
    #[track_caller]
    pub fn unfiltered(&self, operation: Operation, models: &[&str]) -> Result<(), AccessRefused> {
        let Some(applies) = self.applies() else {
            return Ok(());
        };
        for model in models.iter().filter(|model| self.field(model).is_some()) {
            unscoped(operation, model, applies)?;
        }
        Ok(())
    }

    /// By what a model has to be filtered.
    #[track_caller]
    fn filters_of(
        &self,
        access: &Access<'_>,
        applies: bool,
    ) -> Result<Vec<TenantFilter>, AccessRefused> {
        let mut filters = Vec::new();
        if let Some(field) = self.field(access.model()) {
            if let Some(tenant) = access.tenant() {
                filters.push(TenantFilter::new(field, tenant.clone()));
            } else {
                let model = access.model().to_owned();
                let violation = Violation::new(ViolationKind::Missing, access.operation(), model);
                stop(violation, applies)?;
            }
        }
        match self.ask(access) {
            Ok(required) => {
                for filter in required {
                    if !filters.contains(&filter) {
                        filters.push(filter);
                    }
                }
                Ok(filters)
            }
            Err(refused) if applies => Err(refused),
            Err(_) => Ok(filters),
        }
    }
}

/// Tells of a read that is filtered, or goes on as it is.
fn tell(access: &Access<'_>, is_filtered: bool) {
    let event = if is_filtered {
        ObservabilityEvent::ReadFiltered
    } else {
        ObservabilityEvent::ReadFallthrough
    };
    emit(event, || EventFields {
        tenant_id: access.tenant().map(|tenant| &**tenant),
        model_class: Some(access.model()),
        operation: (!is_filtered).then_some(access.operation().as_str()),
        ..EventFields::default()
    });
}
