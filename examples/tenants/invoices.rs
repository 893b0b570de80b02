//! Invoices of several tenants in one table. What may be done to which row, the guard says; whose it is, the scope.

use std::sync::{Mutex, MutexGuard, PoisonError};

use audit_core::TenantId;
use audit_core::tenant::{AccessRefused, Bypass, Operation, TenantGuard, TenantOwned};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Invoice {
    pub(crate) number: u32,
    pub(crate) tenant: Option<String>,
    pub(crate) total: u64,
}

impl TenantOwned for Invoice {
    const MODEL: &'static str = "invoice";

    fn tenant_id(&self) -> Option<&str> {
        self.tenant.as_deref()
    }

    fn set_tenant_id(&mut self, tenant: TenantId) {
        self.tenant = Some(tenant.to_string());
    }
}

/// The table, behind its guard.
pub(crate) struct Invoices {
    guard: TenantGuard,
    rows: Mutex<Vec<Invoice>>,
}

impl Invoices {
    pub(crate) fn new(guard: TenantGuard) -> Self {
        Self {
            guard,
            rows: Mutex::default(),
        }
    }

    /// A new one, whose number is returned.
    pub(crate) fn add(&self, total: u64) -> Result<u32, AccessRefused> {
        let mut invoice = Invoice {
            number: 0,
            tenant: None,
            total,
        };
        self.guard.insert_row(&mut invoice)?;
        let mut rows = self.rows();
        invoice.number = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        rows.push(invoice.clone());
        Ok(invoice.number)
    }

    /// Sets the total of one, whoever knows its number. Says whether there is one.
    pub(crate) fn correct(&self, number: u32, total: u64) -> Result<bool, AccessRefused> {
        let mut rows = self.rows();
        let Some(row) = rows.iter_mut().find(|row| row.number == number) else {
            return Ok(false);
        };
        let corrected = Invoice {
            total,
            ..row.clone()
        };
        self.guard.update_row(row, &corrected)?;
        *row = corrected;
        Ok(true)
    }

    /// Gives one to another tenant.
    pub(crate) fn give(&self, number: u32, to: &str) -> Result<bool, AccessRefused> {
        let mut rows = self.rows();
        let Some(row) = rows.iter_mut().find(|row| row.number == number) else {
            return Ok(false);
        };
        let given = Invoice {
            tenant: Some(to.to_owned()),
            ..row.clone()
        };
        self.guard.update_row(row, &given)?;
        *row = given;
        Ok(true)
    }

    /// All that the tenant may see.
    pub(crate) fn all(&self) -> Result<Vec<Invoice>, AccessRefused> {
        let filters = self.guard.read(&[Invoice::MODEL])?;
        let passes = |row: &&Invoice| {
            let mut filters = filters.of(Invoice::MODEL);
            filters.all(|filter| row.tenant.as_deref() == Some(filter.tenant()))
        };
        Ok(self.rows().iter().filter(passes).cloned().collect())
    }

    /// The total over all tenants, which needs leave.
    pub(crate) fn grand_total(&self, leave: &Bypass) -> Result<u64, AccessRefused> {
        let guard = self.guard.by(leave);
        guard.statement(Operation::Read, &[Invoice::MODEL])?;
        Ok(self.rows().iter().map(|row| row.total).sum())
    }

    fn rows(&self) -> MutexGuard<'_, Vec<Invoice>> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
