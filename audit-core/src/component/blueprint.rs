//! [`Component`] and [`Blueprint`]: what a component is, and how one is made.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::bus::{Bus, BusPolicy, Handle};
use crate::runtime::BoxError;

use super::disorder::Disorder;
use super::facts::ComponentFacts;
use super::foreign::Foreign;
use super::parts::Parts;
use super::service::Services;
use super::supervision::Supervision;

/// A part of a program that starts and ends with others, and meets them on the bus alone. `#[component]` on an impl block writes
/// this.
pub trait Component: Send + Sync + Sized + 'static {
    /// What is known of it before there is one.
    const FACTS: ComponentFacts;

    /// What it brings along.
    fn parts(this: &Arc<Self>) -> Parts;
}

/// What a component is made from.
#[derive(Debug)]
#[non_exhaustive]
pub struct Context<'c> {
    /// The bus, in the name of the instance.
    pub bus: Handle,
    /// What the components that started before have for it.
    pub services: &'c Services,
}

impl Context<'_> {
    /// What the instance is called.
    pub fn instance(&self) -> &str {
        self.bus.caller()
    }
}

/// How a component is made, each time it starts.
type Make = dyn Fn(&Context<'_>) -> Result<Parts, BoxError> + Send + Sync;

/// A component that an assembly is to have: what is known of it, and how it is made each time it starts.
#[must_use = "it is nothing before an assembly has it"]
pub struct Blueprint {
    pub(super) facts: ComponentFacts,
    pub(super) instance: String,
    make: Foreign<Box<Make>>,
    pub(super) is_optional: bool,
    pub(super) supervision: Option<Supervision>,
    pub(super) policy: Option<BusPolicy>,
}

impl Blueprint {
    /// This very one: started anew it is the same, with whatever it has become.
    pub fn of<C: Component>(component: C) -> Self {
        let component = Arc::new(component);
        Self::from_make::<C>(move |_| Ok(C::parts(&component)))
    }

    /// A new one each time it starts.
    pub fn with<C: Component, E: Into<BoxError>>(
        make: impl Fn(&Context<'_>) -> Result<C, E> + Send + Sync + 'static,
    ) -> Self {
        Self::from_make::<C>(move |context| {
            let component = make(context).map_err(Into::into)?;
            Ok(C::parts(&Arc::new(component)))
        })
    }

    /// Something without a type of its own.
    pub(super) fn of_parts(
        facts: ComponentFacts,
        parts: impl Fn() -> Result<Parts, BoxError> + Send + Sync + 'static,
    ) -> Self {
        Self::from_facts(facts, move |_| parts())
    }

    fn from_make<C: Component>(
        make: impl Fn(&Context<'_>) -> Result<Parts, BoxError> + Send + Sync + 'static,
    ) -> Self {
        Self::from_facts(C::FACTS, make)
    }

    fn from_facts(
        facts: ComponentFacts,
        make: impl Fn(&Context<'_>) -> Result<Parts, BoxError> + Send + Sync + 'static,
    ) -> Self {
        Self {
            facts,
            instance: facts.name.to_owned(),
            make: Foreign::new(Box::new(make)),
            is_optional: false,
            supervision: None,
            policy: None,
        }
    }

    /// Makes it, once more.
    ///
    /// # Errors
    /// It can't be made.
    pub(super) fn make(&self, context: &Context<'_>) -> Result<Parts, BoxError> {
        let make = self.make.get();
        make.map_or_else(|| Ok(Parts::new()), |make| make(context))
    }

    /// What the instance is called, where there are several of one component.
    pub fn instance(mut self, name: impl Into<String>) -> Self {
        self.instance = name.into();
        self
    }

    /// The program can do without it: one that can't start keeps nobody from starting, and while it is not there, or does not do
    /// what it should, the assembly is degraded and has not failed.
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// What becomes of it when it fails, in place of what the assembly says.
    pub fn supervision(mut self, supervision: Supervision) -> Self {
        self.supervision = Some(supervision);
        self
    }

    /// What this instance may do on the bus: in force before it starts. Where none is given, what was set for its name stays in
    /// force.
    pub fn policy(mut self, policy: BusPolicy) -> Self {
        self.policy = Some(policy);
        self
    }
}

impl Blueprint {
    /// That it is to be started anew after a while, where there is no timer.
    pub(super) fn lacks_timer(&self, bus: &Bus) -> Option<Disorder> {
        let waits = self.supervision.as_ref().is_some_and(Supervision::waits);
        let lacks = waits && bus.executor().sleep(Duration::ZERO).is_none();
        lacks.then(|| Disorder::NoTimer {
            what: "the wait before a restart",
            instance: Some(self.instance.clone()),
        })
    }
}

impl fmt::Debug for Blueprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Blueprint")
            .field("facts", &self.facts)
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}
