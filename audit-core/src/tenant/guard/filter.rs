//! [`Filters`]: by what each model of a statement has to be filtered.

use crate::decision::Mode;

use super::super::access::TenantFilter;
use super::super::boundary::Operation;
use super::{AccessRefused, unscoped};

/// By what each model of a statement has to be filtered, in whatever mode the guard is. Empty where no tenant is bound and the guard does
/// not enforce that there is one, and where all models are shared.
///
/// Whoever writes the statement by hand says at the end which models it filters; one that was forgotten is a violation
/// (`unscoped`):
///
/// ```
/// use audit_core::tenant::{self, TenantGuard};
///
/// let guard = TenantGuard::builder().owned("invoice").owned("customer").build()?;
/// tenant::scope("acme")?.run(|| {
///     let filters = guard.read(&["invoice", "customer"])?;
///     // ... a join whose WHERE names customer.tenant_id alone
///     assert!(filters.applied_to(&["customer"]).is_err());
///     Ok::<(), tenant::AccessRefused>(())
/// })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a read is narrowed only by whoever applies these"]
pub struct Filters {
    operation: Operation,
    mode: Mode,
    /// Each with its model.
    conditions: Vec<(String, TenantFilter)>,
    /// Those that have to be filtered, one that stands in the statement twice twice.
    models: Vec<String>,
}

impl Filters {
    pub(super) const fn none(operation: Operation, mode: Mode) -> Self {
        Self {
            operation,
            mode,
            conditions: Vec::new(),
            models: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, model: &str, filters: &[TenantFilter]) {
        if filters.is_empty() {
            return;
        }
        self.models.push(model.to_owned());
        for filter in filters {
            let of_model = (model.to_owned(), filter.clone());
            if !self.conditions.contains(&of_model) {
                self.conditions.push(of_model);
            }
        }
    }

    /// Each with its model. A model may have several; a row has to pass them all.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TenantFilter)> {
        let filters = self.conditions.iter();
        filters.map(|(model, filter)| (model.as_str(), filter))
    }

    /// Those of one model.
    pub fn of(&self, model: &str) -> impl Iterator<Item = &TenantFilter> {
        let filters = self.conditions.iter();
        filters.filter_map(move |(own, filter)| (own == model).then_some(filter))
    }

    /// Whether nothing has to be filtered.
    pub fn is_empty(&self) -> bool {
        self.conditions.is_empty()
    }

    /// The statement filters these models, and no others; one that stands in it twice, as in a join with itself, is named as often as it is
    /// filtered.
    ///
    /// # Errors
    /// A model that has to be filtered is not among them, or not often enough, which is a violation and told of.
    #[track_caller]
    pub fn applied_to(&self, models: &[&str]) -> Result<(), AccessRefused> {
        let mut applied = models.to_vec();
        for model in &self.models {
            match applied.iter().position(|applied| applied == model) {
                Some(place) => drop(applied.swap_remove(place)),
                None => unscoped(self.operation, model, self.mode)?,
            }
        }
        Ok(())
    }
}
