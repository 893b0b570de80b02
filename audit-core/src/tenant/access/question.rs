//! [`Access`]: what is about to be done to rows, by whom and for which tenant.

use std::sync::Arc;

use crate::request::{Actor, TenantId};
use crate::scope::with_nearest;
use crate::value::{Fields, Text, Value};

use super::super::boundary::Operation;

/// What is about to be done to rows of a model, by whom and for which tenant.
#[derive(Clone, Debug)]
pub struct Access<'a> {
    operation: Operation,
    model: Text<'a>,
    tenant: Option<TenantId>,
    actor: Option<Arc<Actor<'static>>>,
    owner: Owner,
    extras: Fields<'a>,
}

/// To whom the rows of a model belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tenant) enum Owner {
    /// A tenant each, named in this field.
    Tenant(Text<'static>),
    /// All tenants.
    Everybody,
}

/// The field that says whose a row is, where nothing else is said.
pub(in crate::tenant) const FIELD: &str = "tenant_id";

impl<'a> Access<'a> {
    /// This, for the tenant and by the actor of the scope in force.
    pub fn new(operation: Operation, model: impl Into<Text<'a>>) -> Self {
        let ambient = |read: fn(&crate::request::Ambient) -> _| {
            with_nearest(|in_force| in_force.map(|in_force| read(&in_force.ambient)))
        };
        let (tenant, actor) =
            ambient(|ambient| (ambient.tenant.clone(), ambient.actor.clone())).unwrap_or_default();
        Self {
            operation,
            model: model.into(),
            tenant,
            actor,
            owner: Owner::Tenant(Text::from(FIELD)),
            extras: Fields::new(),
        }
    }

    /// To rows that belong so.
    pub(in crate::tenant) fn owned(mut self, owner: Owner) -> Self {
        self.owner = owner;
        self
    }

    /// The field that says whose a row of the model is, as the guard knows it (`tenant_id` without one); nothing where rows are everybody's.
    pub fn field(&self) -> Option<&str> {
        match &self.owner {
            Owner::Tenant(field) => Some(field),
            Owner::Everybody => None,
        }
    }

    /// With something else that a policy may read.
    #[must_use]
    pub fn with(mut self, name: impl Into<Text<'a>>, value: impl Into<Value<'a>>) -> Self {
        self.extras.set(name, value);
        self
    }

    /// What is done.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The model, entity or table.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The tenant that is bound.
    pub fn tenant(&self) -> Option<&TenantId> {
        self.tenant.as_ref()
    }

    /// Who acts.
    pub fn actor(&self) -> Option<&Actor<'static>> {
        self.actor.as_deref()
    }

    /// What else a policy may read.
    pub fn extras(&self) -> &Fields<'a> {
        &self.extras
    }
}
