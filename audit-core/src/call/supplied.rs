//! [`Supplied`]: what the expressions in an attribute say about a call.

use std::borrow::Cow;
use std::sync::Arc;

use crate::capture::Taken;
use crate::contain::{Chain, contain};
use crate::decision::{DecisionError, FailureKind, Stage};
use crate::redaction::Redaction;
use crate::request::{Actor, Snapshot, TenantId};
use crate::runtime::{BoxError, Runtime};
use crate::value::Text;

/// What the expressions in an attribute say about a call. Each is evaluated under guard: the first that fails or
/// panics makes the decision indeterminate, and the rest are not evaluated.
#[derive(Debug, Default)]
#[allow(
    clippy::option_option,
    reason = "nothing said, and said to be nobody, differ"
)]
pub struct Supplied<'a> {
    /// Whether anything but the runtime is asked for yet: without a runtime that judges, the rest is not evaluated.
    judges: bool,
    pub(crate) runtime: Option<Runtime>,
    /// Who acts; the inner `None` is nobody.
    pub(crate) actor: Option<Option<Actor<'static>>>,
    pub(crate) tenant: Option<Option<TenantId>>,
    pub(crate) resource: Option<Text<'a>>,
    pub(crate) snapshot: Snapshot<'a>,
    /// What of the snapshot its types keep out of records, and how.
    pub(crate) marked: Vec<(&'static str, Redaction)>,
    pub(crate) error: Option<DecisionError>,
}

impl<'a> Supplied<'a> {
    /// Asks for the runtime alone.
    pub(crate) fn runtime_of(supply: &dyn Fn(&mut Self)) -> Self {
        let mut supplied = Self::default();
        supply(&mut supplied);
        supplied
    }

    /// Asks for the rest, once a runtime is there that judges.
    pub(crate) fn complete(&mut self, supply: &dyn Fn(&mut Self)) {
        self.judges = true;
        supply(self);
    }

    /// `runtime = ..`
    pub fn runtime(&mut self, give: impl FnOnce() -> Runtime) {
        if !self.judges {
            self.runtime = self.evaluate(Stage::Runtime, || Ok(give()));
        }
    }

    /// `actor = ..`
    pub fn actor(&mut self, give: impl FnOnce() -> Result<Option<Actor<'static>>, BoxError>) {
        self.actor = self.ask(Stage::Actor, give);
    }

    /// `tenant = ..`
    pub fn tenant(&mut self, give: impl FnOnce() -> Result<Option<TenantId>, BoxError>) {
        self.tenant = self.ask(Stage::Tenant, give);
    }

    /// `resource = ..`
    pub fn resource(&mut self, give: impl FnOnce() -> Result<Text<'a>, BoxError>) {
        self.resource = self.ask(Stage::Action, give);
    }

    /// One name of `snapshot(..)`.
    pub fn snapshot(&mut self, name: &'static str, give: impl FnOnce() -> Taken<'a>) {
        if let Some(Taken { value, how }) = self.ask(Stage::Snapshot, || Ok(give())) {
            self.snapshot.set(name, value);
            self.marked.extend(how.map(|how| (name, how)));
        }
    }

    /// Whether the attribute names a runtime that is not to be had.
    pub(crate) fn lacks_runtime(&self) -> bool {
        let stage = self.error.as_ref().map(|error| error.stage);
        stage == Some(Stage::Runtime)
    }

    /// The same without a lifetime.
    pub(crate) fn to_owned(&self) -> Supplied<'static> {
        Supplied {
            judges: self.judges,
            runtime: self.runtime.clone(),
            actor: self.actor.clone(),
            tenant: self.tenant.clone(),
            resource: self.resource.clone().map(Text::into_owned),
            snapshot: self.snapshot.clone().into_owned(),
            marked: self.marked.clone(),
            error: self.error.clone(),
        }
    }

    /// Evaluates one expression, unless it is not wanted yet or one failed before.
    fn ask<T>(&mut self, stage: Stage, give: impl FnOnce() -> Result<T, BoxError>) -> Option<T> {
        if self.judges && self.error.is_none() {
            self.evaluate(stage, give)
        } else {
            None
        }
    }

    fn evaluate<T>(
        &mut self,
        stage: Stage,
        give: impl FnOnce() -> Result<T, BoxError>,
    ) -> Option<T> {
        let error = match contain(give) {
            Ok(Ok(given)) => return Some(given),
            Ok(Err(error)) => DecisionError::new(stage, FailureKind::Failed, Chain(error)),
            Err(panic) => DecisionError::new(stage, FailureKind::Panicked, panic),
        };
        self.error = Some(error);
        None
    }
}

/// What `runtime = ..` may give.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no runtime",
    label = "expected `Runtime` or `&Runtime`"
)]
pub trait IntoRuntime {
    /// The runtime.
    fn into_runtime(self) -> Runtime;
}

impl IntoRuntime for Runtime {
    fn into_runtime(self) -> Runtime {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoRuntime + Clone> IntoRuntime for &T {
    fn into_runtime(self) -> Runtime {
        self.clone().into_runtime()
    }
}

impl<T: IntoRuntime + Clone> IntoRuntime for Arc<T> {
    fn into_runtime(self) -> Runtime {
        T::clone(&self).into_runtime()
    }
}

/// What `actor = ..` may give: an actor, the text that identifies one, or an `Option` or `Result` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no actor",
    label = "expected `Actor`, a text, or an `Option` or `Result` of these"
)]
pub trait IntoActor {
    /// The actor, if there is one.
    ///
    /// # Errors
    /// It can't be found.
    fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError>;
}

impl IntoActor for Actor<'_> {
    fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError> {
        Ok(Some(self.into_owned()))
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoActor + Clone> IntoActor for &T {
    fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError> {
        self.clone().into_actor()
    }
}

impl<T: IntoActor + Clone> IntoActor for Arc<T> {
    fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError> {
        T::clone(&self).into_actor()
    }
}

/// What `tenant = ..` may give: a tenant, its name, or an `Option` or `Result` of these.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no tenant",
    label = "expected `TenantId`, a text, or an `Option` or `Result` of these"
)]
pub trait IntoTenant {
    /// The tenant, if there is one.
    ///
    /// # Errors
    /// It can't be found, or what is found is no name of a tenant.
    fn into_tenant(self) -> Result<Option<TenantId>, BoxError>;
}

impl IntoTenant for TenantId {
    fn into_tenant(self) -> Result<Option<TenantId>, BoxError> {
        Ok(Some(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoTenant + Clone> IntoTenant for &T {
    fn into_tenant(self) -> Result<Option<TenantId>, BoxError> {
        self.clone().into_tenant()
    }
}

/// Texts and what may hold them.
macro_rules! by_name {
    ($($name:ty),+ $(,)?) => {
        $(
            impl IntoActor for $name {
                fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError> {
                    Ok(Some(Actor::new(String::from(&*self))))
                }
            }

            impl IntoTenant for $name {
                fn into_tenant(self) -> Result<Option<TenantId>, BoxError> {
                    Ok(Some(TenantId::new(String::from(&*self))?))
                }
            }
        )+
    };
}

by_name!(&str, String, Text<'_>, Arc<str>);

impl<T: IntoActor> IntoActor for Option<T> {
    fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError> {
        self.map_or(Ok(None), T::into_actor)
    }
}

impl<T: IntoActor, E: Into<BoxError>> IntoActor for Result<T, E> {
    fn into_actor(self) -> Result<Option<Actor<'static>>, BoxError> {
        self.map_err(Into::into)?.into_actor()
    }
}

impl<T: IntoTenant> IntoTenant for Option<T> {
    fn into_tenant(self) -> Result<Option<TenantId>, BoxError> {
        self.map_or(Ok(None), T::into_tenant)
    }
}

impl<T: IntoTenant, E: Into<BoxError>> IntoTenant for Result<T, E> {
    fn into_tenant(self) -> Result<Option<TenantId>, BoxError> {
        self.map_err(Into::into)?.into_tenant()
    }
}

/// What `resource = ..` may give: a text, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` names no resource",
    label = "expected a text, or a `Result` of one",
    note = "an expression such as `resource = format!(\"order:{{id}}\")` makes one"
)]
pub trait IntoResource<'a> {
    /// The name.
    ///
    /// # Errors
    /// It can't be found.
    fn into_resource(self) -> Result<Text<'a>, BoxError>;
}

/// Texts.
macro_rules! resource {
    ($($name:ty),+ $(,)?) => {
        $(impl<'a> IntoResource<'a> for $name {
            fn into_resource(self) -> Result<Text<'a>, BoxError> {
                Ok(self.into())
            }
        })+
    };
}

resource!(&'a str, &'a String, String, Text<'a>, Arc<str>);

/// References to texts that are borrowed themselves.
macro_rules! resource_by_reference {
    ($($name:ty),+ $(,)?) => {
        $(impl<'a> IntoResource<'a> for &'a $name {
            fn into_resource(self) -> Result<Text<'a>, BoxError> {
                Ok(Text::from(&**self))
            }
        })+
    };
}

resource_by_reference!(&str, Text<'a>, Arc<str>, Cow<'a, str>, Box<str>);

impl<'a, T: IntoResource<'a>, E: Into<BoxError>> IntoResource<'a> for Result<T, E> {
    fn into_resource(self) -> Result<Text<'a>, BoxError> {
        self.map_err(Into::into)?.into_resource()
    }
}
