//! [`Filters`]: by what each model of a statement has to be filtered.

use super::super::access::TenantFilter;
use super::super::boundary::Operation;
use super::{AccessRefused, unscoped};

/// By what each model of a statement has to be filtered. Empty where the guard does not enforce, or all models are shared.
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
    filters: Vec<(String, TenantFilter)>,
}

impl Filters {
    pub(super) const fn none(operation: Operation) -> Self {
        Self {
            operation,
            filters: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, model: &str, filters: Vec<TenantFilter>) {
        let of_model = filters.into_iter().map(|filter| (model.to_owned(), filter));
        self.filters.extend(of_model);
    }

    /// Each with its model. A model may have several; a row has to pass them all.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TenantFilter)> {
        let filters = self.filters.iter();
        filters.map(|(model, filter)| (model.as_str(), filter))
    }

    /// Those of one model.
    pub fn of(&self, model: &str) -> impl Iterator<Item = &TenantFilter> {
        let filters = self.filters.iter();
        filters.filter_map(move |(own, filter)| (own == model).then_some(filter))
    }

    /// Whether nothing has to be filtered.
    pub fn is_empty(&self) -> bool {
        self.filters.is_empty()
    }

    /// The statement filters these models, and no others.
    ///
    /// # Errors
    /// A model that has to be filtered is not among them, which is a violation and told of.
    #[track_caller]
    pub fn applied_to(&self, models: &[&str]) -> Result<(), AccessRefused> {
        for (model, _) in &self.filters {
            if !models.contains(&model.as_str()) {
                unscoped(self.operation, model, true)?;
            }
        }
        Ok(())
    }
}
