//! [`Bypassed`]: a guard that lets through what goes across tenants on purpose.

use crate::value::Fields;

use super::super::boundary::{Bypass, BypassError, Operation};
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
    pub fn insert(&self, model: &str, row: &str) -> Result<(), AccessRefused> {
        self.row(Operation::Insert, model, row, None)
    }

    /// A row of this tenant is about to be changed; `moved_to` is its tenant afterwards, where that is among what changes.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn update(
        &self,
        model: &str,
        row: &str,
        moved_to: Option<&str>,
    ) -> Result<(), AccessRefused> {
        self.row(Operation::Update, model, row, moved_to)
    }

    /// A row of this tenant is about to be deleted.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn delete(&self, model: &str, row: &str) -> Result<(), AccessRefused> {
        self.row(Operation::Delete, model, row, None)
    }

    /// These models are about to be reached in one statement without a filter by tenant.
    ///
    /// # Errors
    /// In mode enforce: it can't be recorded.
    pub fn statement(&self, operation: Operation, models: &[&str]) -> Result<(), AccessRefused> {
        for model in models {
            self.used(operation, model, Fields::new)?;
        }
        Ok(())
    }

    fn row(
        &self,
        operation: Operation,
        model: &str,
        row: &str,
        moved_to: Option<&str>,
    ) -> Result<(), AccessRefused> {
        self.used(operation, model, || {
            let mut context = Fields::new().with("tenant_id", row.to_owned());
            if let Some(moved_to) = moved_to {
                context.set("moved_to", moved_to.to_owned());
            }
            context
        })
    }

    /// Records a use, where rows of this model have a tenant and the guard looks at anything.
    fn used(
        &self,
        operation: Operation,
        model: &str,
        context: impl FnOnce() -> Fields<'static>,
    ) -> Result<(), AccessRefused> {
        let Some(applies) = self.guard.applies() else {
            return Ok(());
        };
        if self.guard.field(model).is_none() {
            return Ok(());
        }
        let used = self.bypass.used(Some(model), operation.as_str(), context());
        let unless_shadow = |error: BypassError| {
            if applies {
                Err(AccessRefused::Bypass(error))
            } else {
                Ok(())
            }
        };
        used.or_else(unless_shadow)
    }
}
