//! [`Origin`]: for whom a transaction's statements are, and where in the program they come from.

use std::panic::Location;
use std::sync::Arc;

use audit_core::tenant::{Operation, Violation, ViolationKind};
use audit_core::{Actor, Scope};

use super::binder::Binder;
use super::binding::Binding;
use super::error::Error;
use super::name::Name;
use super::refusal::{UNKNOWN_KEY, WHOLE, refused};

/// For whom a transaction's statements are, and where in the program they come from: what an error of the database does not say.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    binding: Binding,
    tables: Arc<[Name]>,
    /// What the transaction is about, as far as is known of one as a whole.
    operation: Operation,
    site: &'static Location<'static>,
}

impl Origin {
    pub(super) fn new(
        binding: Binding,
        binder: &Binder,
        operation: Operation,
        site: &'static Location<'static>,
    ) -> Self {
        Self {
            binding,
            tables: Arc::clone(binder.tables()),
            operation,
            site,
        }
    }

    pub(super) fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Whether a statement may be sent: not where another tenant is in force, who would get this one's rows.
    ///
    /// # Errors
    /// The violation that it would be, told of.
    pub(super) fn admit(&self) -> Result<(), Error> {
        let Some(bound) = self.binding.tenant_id() else {
            return Ok(());
        };
        match Scope::current().tenant_id() {
            Some(in_force) if in_force != *bound => {
                let violation = Violation::new(ViolationKind::Mismatch, self.operation, WHOLE);
                Err(told_of(violation.attempted(bound).at(self.site)))
            }
            _ => Ok(()),
        }
    }

    /// The violation that this error is, if it is one.
    pub(super) fn refusal(&self, error: &tokio_postgres::Error) -> Option<Violation> {
        let violation = refused(error, &self.tables)?.at(self.site);
        Some(match self.binding.tenant_id() {
            Some(tenant) => violation.for_tenant(tenant.clone()),
            None => violation,
        })
    }

    /// The error of a statement. Is it a violation, both paths are told of it, in the name of the tenant and actor that are bound.
    pub(super) fn told(&self, error: tokio_postgres::Error) -> Error {
        if error.code().is_some_and(|code| code.code() == UNKNOWN_KEY) {
            return Error::UnknownKey(error);
        }
        let Some(violation) = self.refusal(&error) else {
            return Error::Database(error);
        };
        match self.binding.actor_id() {
            Some(actor) if Scope::current().actor_id().as_deref() != Some(actor) => {
                // It says nothing of a tenant, so nobody is told that it begins and ends.
                let scope = Scope::new().actor(Actor::new(actor.to_owned()));
                scope.run(|| violation.tell(true));
            }
            _ => violation.tell(true),
        }
        Error::Violation {
            violation: Box::new(violation),
            source: Some(error),
        }
    }
}

/// A violation that was found before the database was asked, told of.
pub(super) fn told_of(violation: Violation) -> Error {
    violation.tell(true);
    Error::Violation {
        violation: Box::new(violation),
        source: None,
    }
}
