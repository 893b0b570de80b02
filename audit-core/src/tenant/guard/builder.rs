//! [`TenantGuardBuilder`]: what is said of a guard before it stands.

use std::error::Error;
use std::fmt;

use crate::decision::Mode;
use crate::value::Text;

use super::super::access::{AccessPolicy, FIELD, Owner};
use super::TenantGuard;
use super::model::{Models, words};

/// What is said of a [`TenantGuard`]: whose models are, by which policy, in which mode.
#[derive(Default)]
#[must_use = "a guard stands once `build` is called"]
pub struct TenantGuardBuilder {
    name: Option<Text<'static>>,
    models: Models,
    policy: Option<Box<dyn AccessPolicy>>,
    mode: Option<Mode>,
    contradictions: Vec<String>,
}

impl TenantGuardBuilder {
    /// What it is called where its mode is changed; `tenants` without.
    pub fn name(mut self, name: impl Into<Text<'static>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The rows of this model belong to a tenant each, named in `tenant_id`.
    pub fn owned(self, model: impl Into<String>) -> Self {
        self.owned_by(model, FIELD)
    }

    /// The rows of this model belong to a tenant each, named in this field.
    pub fn owned_by(self, model: impl Into<String>, field: impl Into<Text<'static>>) -> Self {
        self.note(&model.into(), &Owner::Tenant(field.into()))
    }

    /// The rows of this model are everybody's.
    pub fn shared(self, model: impl Into<String>) -> Self {
        self.note(&model.into(), &Owner::Everybody)
    }

    /// Asks this policy as well, of owned and shared models.
    pub fn policy(mut self, policy: impl AccessPolicy) -> Self {
        self.policy = Some(Box::new(policy));
        self
    }

    /// What it does with a violation: `enforce` without.
    pub fn mode(mut self, mode: Mode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// The guard.
    ///
    /// # Errors
    /// Two things were said of one model, or a model or a field has no name: all of it.
    pub fn build(self) -> Result<TenantGuard, GuardError> {
        if !self.contradictions.is_empty() {
            return Err(GuardError(self.contradictions));
        }
        let name = self.name.unwrap_or_else(|| Text::from("tenants"));
        let mode = self.mode.unwrap_or(Mode::Enforce);
        Ok(TenantGuard::new(name, self.models, self.policy, mode))
    }

    fn note(mut self, model: &str, owner: &Owner) -> Self {
        if model.is_empty() {
            self.contradictions
                .push("a model has no name, expected one".to_owned());
            return self;
        }
        if matches!(owner, Owner::Tenant(field) if field.is_empty()) {
            self.contradictions.push(format!(
                "model `{model}` is owned by a field without a name, expected one such as `{FIELD}`"
            ));
            return self;
        }
        let said = words(owner);
        if let Some(before) = self.models.note(model, owner) {
            self.contradictions.push(format!(
                "model `{model}` is {said}, and was {} before: say one of both",
                words(&before)
            ));
        }
        self
    }
}

impl fmt::Debug for TenantGuardBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TenantGuardBuilder")
            .field("name", &self.name)
            .field("models", &self.models)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// Why a guard can't stand: every contradiction in what was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardError(Vec<String>);

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl Error for GuardError {}
