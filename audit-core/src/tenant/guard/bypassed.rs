//! [`Bypassed`]: a guard that lets through what goes across tenants on purpose.

use crate::decision::Mode;
use crate::request::TenantId;
use crate::value::Fields;

use super::super::boundary::{Bypass, Operation};
use super::{AccessRefused, TenantGuard};

/// A guard that lets through what goes across tenants on purpose, each use recorded. Made by [`TenantGuard::by`].
///
/// ```
/// use audit_core::tenant::{Bypass, Operation, TenantGuard};
///
/// let guard = TenantGuard::builder().owned("invoice").build()?;
/// let bypass = Bypass::new("yearly totals over all tenants, FIN-112")?;
/// // Nobody records it here, so it is refused.
/// assert!(guard.by(&bypass).statement(Operation::Read, &["invoice"]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "a bypass is used by what is done through it"]
pub struct Bypassed<'g> {
    guard: &'g TenantGuard,
    bypass: &'g Bypass,
}

impl TenantGuard {
    /// The same guard by this bypass. The policy is not asked.
    pub fn by<'g>(&'g self, bypass: &'g Bypass) -> Bypassed<'g> {
        Bypassed {
            guard: self,
            bypass,
        }
    }
}

impl Bypassed<'_> {
    /// A row of this tenant is about to be made.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn insert(&self, model: &str, row: &TenantId) -> Result<(), AccessRefused> {
        self.row(Operation::Insert, model, row, None)
    }

    /// A row of this tenant is about to be changed; `moved_to` is its tenant afterwards, where that is among what changes.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn update(
        &self,
        model: &str,
        row: &TenantId,
        moved_to: Option<&TenantId>,
    ) -> Result<(), AccessRefused> {
        self.row(Operation::Update, model, row, moved_to)
    }

    /// A row of this tenant is about to be deleted.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn delete(&self, model: &str, row: &TenantId) -> Result<(), AccessRefused> {
        self.row(Operation::Delete, model, row, None)
    }

    /// These models are about to be reached in one statement without a filter by tenant.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn statement(&self, operation: Operation, models: &[&str]) -> Result<(), AccessRefused> {
        if models.is_empty() {
            return self.used(operation, None, Fields::new());
        }
        let mut models = models.iter();
        models.try_for_each(|model| self.used(operation, Some(model), Fields::new()))
    }

    fn row(
        &self,
        operation: Operation,
        model: &str,
        row: &TenantId,
        moved_to: Option<&TenantId>,
    ) -> Result<(), AccessRefused> {
        let mut context = Fields::new().with("tenant_id", row.as_text().into_owned());
        if let Some(moved_to) = moved_to {
            context.set("moved_to", moved_to.as_text().into_owned());
        }
        self.used(operation, Some(model), context)
    }

    /// Records a use, unless rows of this model are everybody's.
    fn used(
        &self,
        operation: Operation,
        model: Option<&str>,
        context: Fields<'static>,
    ) -> Result<(), AccessRefused> {
        let field = |model| self.guard.access(operation, model).field().is_some();
        if !model.is_none_or(field) {
            return Ok(());
        }
        match self.bypass.used(model, operation.as_str(), context) {
            Err(error) if self.guard.mode() == Mode::Enforce => Err(AccessRefused::Bypass(error)),
            _ => Ok(()),
        }
    }
}
