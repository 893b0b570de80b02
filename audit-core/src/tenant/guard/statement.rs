//! Statements over many rows: what they have to be filtered by, and what came of them.

use crate::decision::Mode;
use crate::observability::{EventFields, ObservabilityEvent, emit};

use super::super::access::{Access, TenantFilter};
use super::super::boundary::{Operation, Violation, ViolationKind};
use super::write::crossing;
use super::{AccessRefused, Filters, TenantChange, TenantGuard, stop, unscoped};

/// What a statement is called that names no model.
const NO_MODEL: &str = "a statement without models";

impl TenantGuard {
    /// These models are about to be read in one statement: all that it names, in whatever part of it, one that stands there twice
    /// twice. Returns by what each of them has to be filtered.
    ///
    /// # Errors
    /// No tenant is bound and one of them belongs to tenants, the policy denies one of them, or none is named.
    #[track_caller]
    pub fn read(&self, models: &[&str]) -> Result<Filters, AccessRefused> {
        self.statement(Operation::Read, models)
    }

    /// Rows of the first of these models are about to be changed in one statement, their tenants so, with the others read in it.
    ///
    /// # Errors
    /// As [`read`](Self::read), or the rows would be another tenant's or nobody's.
    #[track_caller]
    pub fn update_all(
        &self,
        models: &[&str],
        change: TenantChange<'_>,
    ) -> Result<Filters, AccessRefused> {
        let filters = self.statement(Operation::Update, models)?;
        if let (Some(model), true) = (models.first(), change != TenantChange::Unchanged) {
            let access = self.access(Operation::Update, model);
            let tenants = [change.from(None)];
            // That none is bound was told above.
            let moved = crossing(&access, &tenants).filter(|_| access.tenant().is_some());
            if let Some(violation) = moved {
                stop(violation, self.mode())?;
            }
        }
        Ok(filters)
    }

    /// Rows of the first of these models are about to be deleted in one statement, with the others read in it.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    #[track_caller]
    pub fn delete_all(&self, models: &[&str]) -> Result<Filters, AccessRefused> {
        self.statement(Operation::Delete, models)
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
        let access = self.access(Operation::Read, model);
        for tenant in tenants {
            if let Some(violation) = crossing(&access, &[tenant]) {
                // Of many that came the first is told of.
                return stop(violation, self.mode());
            }
        }
        Ok(())
    }

    /// These models are about to be reached by a statement that has no filter by tenant, whoever is bound: what is only let through by
    /// a [bypass](Self::by), or in shadow.
    ///
    /// # Errors
    /// One of them belongs to tenants.
    #[track_caller]
    pub fn unfiltered(&self, operation: Operation, models: &[&str]) -> Result<(), AccessRefused> {
        for model in models {
            if self.access(operation, model).field().is_some() {
                unscoped(operation, model, self.mode())?;
            }
        }
        Ok(())
    }

    #[track_caller]
    fn statement(&self, operation: Operation, models: &[&str]) -> Result<Filters, AccessRefused> {
        let mode = self.mode();
        let mut filters = Filters::none(operation, mode);
        if models.is_empty() {
            unscoped(operation, NO_MODEL, mode)?;
        }
        let mut reached = Vec::new();
        for model in models {
            let access = self.access(operation, model);
            let of_model = self.filters_of(&access, mode)?;
            filters.add(model, &of_model);
            reached.push((access, of_model));
        }
        if operation == Operation::Read && mode > Mode::Off {
            for (access, filters) in &reached {
                tell(access, filters);
            }
        }
        Ok(filters)
    }

    /// By what a model has to be filtered.
    #[track_caller]
    fn filters_of(
        &self,
        access: &Access<'_>,
        mode: Mode,
    ) -> Result<Vec<TenantFilter>, AccessRefused> {
        let violation = |kind| Violation::new(kind, access.operation(), access.model().to_owned());
        let mut filters = Vec::new();
        match (access.field(), access.tenant()) {
            (Some(field), Some(tenant)) => {
                filters.push(TenantFilter::new(field.to_owned(), tenant.clone()));
            }
            (Some(_), None) => stop(violation(ViolationKind::Missing), mode)?,
            (None, _) => {}
        }
        for filter in self.ask(access, mode)? {
            let same_field = filters.iter().find(|own| own.field() == filter.field());
            match same_field {
                Some(own) if *own == filter => {}
                // No row is of two tenants, and who takes the last of both would read the other's.
                Some(_) => {
                    let mismatch = violation(ViolationKind::Mismatch);
                    stop(mismatch.attempted(filter.tenant()), mode)?;
                }
                None => filters.push(filter),
            }
        }
        Ok(filters)
    }
}

/// Tells of a model of tenants that is read: filtered, or as it is.
fn tell(access: &Access<'_>, filters: &[TenantFilter]) {
    let is_filtered = !filters.is_empty();
    let event = match (is_filtered, access.field()) {
        (true, _) => ObservabilityEvent::ReadFiltered,
        (false, Some(_)) => ObservabilityEvent::ReadFallthrough,
        // Everybody's.
        (false, None) => return,
    };
    emit(event, || EventFields {
        tenant_id: access.tenant().map(|tenant| &**tenant),
        model_class: Some(access.model()),
        operation: (!is_filtered).then_some(access.operation().as_str()),
        ..EventFields::default()
    });
}
