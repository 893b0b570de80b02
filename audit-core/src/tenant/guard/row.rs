//! [`TenantOwned`]: types whose values are rows of a tenant.

use crate::request::TenantId;

use super::{AccessRefused, TenantChange, TenantGuard};

/// A type whose values are rows of a tenant each.
///
/// ```
/// use audit_core::TenantId;
/// use audit_core::tenant::{self, TenantGuard, TenantOwned};
///
/// struct Invoice { tenant: Option<String>, total: u64 }
///
/// impl TenantOwned for Invoice {
///     const MODEL: &'static str = "invoice";
///     fn tenant_id(&self) -> Option<&str> { self.tenant.as_deref() }
///     fn set_tenant_id(&mut self, tenant: TenantId) { self.tenant = Some(tenant.to_string()) }
/// }
///
/// let guard = TenantGuard::builder().owned("invoice").build()?;
/// let mut invoice = Invoice { tenant: None, total: 120 };
/// tenant::scope("acme")?.run(|| guard.insert_row(&mut invoice))?;
/// assert_eq!(invoice.tenant.as_deref(), Some("acme"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait TenantOwned {
    /// The model, as the guard knows it.
    const MODEL: &'static str;

    /// Whose it is, if it says so.
    fn tenant_id(&self) -> Option<&str>;

    /// It is this tenant's from now on.
    fn set_tenant_id(&mut self, tenant: TenantId);
}

impl TenantGuard {
    /// A row is about to be made; it gets its tenant if it has none.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    #[track_caller]
    pub fn insert_row<R: TenantOwned>(&self, row: &mut R) -> Result<(), AccessRefused> {
        if let Some(tenant) = self.insert(R::MODEL, row.tenant_id())? {
            row.set_tenant_id(tenant);
        }
        Ok(())
    }

    /// A row is about to be changed, from the one to the other.
    ///
    /// # Errors
    /// As [`update`](Self::update).
    #[track_caller]
    pub fn update_row<R: TenantOwned>(&self, before: &R, after: &R) -> Result<(), AccessRefused> {
        let change = match after.tenant_id() {
            Some(tenant) => TenantChange::To(tenant),
            None => TenantChange::Cleared,
        };
        self.update(R::MODEL, before.tenant_id(), change)
    }

    /// A row is about to be deleted.
    ///
    /// # Errors
    /// As [`delete`](Self::delete).
    #[track_caller]
    pub fn delete_row<R: TenantOwned>(&self, row: &R) -> Result<(), AccessRefused> {
        self.delete(R::MODEL, row.tenant_id())
    }

    /// These rows were read.
    ///
    /// # Errors
    /// As [`rows`](Self::rows).
    #[track_caller]
    pub fn read_rows<R: TenantOwned>(&self, rows: &[R]) -> Result<(), AccessRefused> {
        self.rows(R::MODEL, rows.iter().map(R::tenant_id))
    }
}
