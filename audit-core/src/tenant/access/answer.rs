//! [`AccessDecision`]: what a policy says to an access.

use std::fmt;

use crate::request::TenantId;
use crate::value::{Fields, Text, Value};

/// What a policy says to an access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessDecision {
    /// It may be done.
    Allow,
    /// It may not.
    Deny {
        /// Why: one line, lower case, no final stop. It is recorded, so it must hold no secret.
        reason: Text<'static>,
    },
    /// It may be done to the rows that pass all of these.
    RequireScope {
        /// At least one: none is a denial, as who collects filters and finds none must not reach every row.
        filters: Vec<TenantFilter>,
    },
}

/// One tenant's rows of a model: those whose field has this tenant. Adapters make a condition of it with the tenant as a parameter,
/// never as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TenantFilter {
    field: Text<'static>,
    tenant: TenantId,
}

impl AccessDecision {
    /// It may not be done, for this reason.
    pub fn deny(reason: impl Into<Text<'static>>) -> Self {
        Self::Deny {
            reason: reason.into(),
        }
    }

    /// Whether it may be done, to whatever rows.
    pub fn permits(&self) -> bool {
        !matches!(self, Self::Deny { .. })
    }

    /// As records have it: `Allow`, `Deny` or `RequireScope`.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny { .. } => "Deny",
            Self::RequireScope { .. } => "RequireScope",
        }
    }

    /// What it says besides, as records have it.
    pub(super) fn data(&self) -> Fields<'static> {
        match self {
            Self::Allow => Fields::new(),
            Self::Deny { reason } => Fields::new().with("reason", reason.clone()),
            Self::RequireScope { filters } => {
                let specs = filters.iter().map(|filter| {
                    let spec = Fields::new().with("field", filter.field.clone());
                    Value::from(spec.with("tenant_id", Text::from(filter.tenant.clone())))
                });
                Fields::new().with("filter_spec", specs.collect::<Vec<_>>())
            }
        }
    }
}

impl TenantFilter {
    /// The rows whose field has this tenant.
    pub fn new(field: impl Into<Text<'static>>, tenant: TenantId) -> Self {
        Self {
            field: field.into(),
            tenant,
        }
    }

    /// The field, or column.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What it has to be.
    pub fn tenant(&self) -> &TenantId {
        &self.tenant
    }
}

impl fmt::Display for TenantFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is `{}`", self.field, self.tenant)
    }
}
