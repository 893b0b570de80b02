//! [`TenantArgs`]: whose records alone are read.

use audit_core::TenantId;
use audit_trail::Query;
use clap::Args;

use crate::exit::Stop;

/// Whose records alone are read.
#[derive(Debug, Args)]
pub(super) struct TenantArgs {
    /// Reads the records of this tenant alone, whatever is asked; that it was read is recorded as his
    ///
    /// Records of other tenants, and those that belong to none, are as if they were not there: terms such as `tenant:` can narrow
    /// what is read and can't widen it.
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
}

impl TenantArgs {
    /// The tenant, if one is named.
    pub(super) fn read(&self) -> Result<Option<TenantId>, Stop> {
        let tenant = self.tenant.clone().map(TenantId::new).transpose();
        tenant.map_err(|error| Stop::Usage(format!("`--tenant`: {error}")))
    }
}

/// The same question to the records of this tenant alone, if one is named.
pub(super) fn kept_to(tenant: Option<&TenantId>, query: Query) -> Query {
    match tenant {
        Some(tenant) => query.within_tenant(tenant),
        None => query,
    }
}

/// What is of a whole trail and takes no tenant: it is read to be refused with a reason.
#[derive(Debug, Args)]
pub(super) struct NoTenantArgs {
    #[arg(long, value_name = "NAME", hide = true)]
    tenant: Option<String>,
}

impl NoTenantArgs {
    /// Refuses a tenant for this subcommand.
    pub(super) fn check(&self, subcommand: &str) -> Result<(), Stop> {
        if self.tenant.is_none() {
            return Ok(());
        }
        Err(Stop::Usage(format!(
            "`{subcommand}` takes no `--tenant`, as it is of the whole trail; it goes with `query`, `tail`, `stats`, `prove` and `export`"
        )))
    }
}
