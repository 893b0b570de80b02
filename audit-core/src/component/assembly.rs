//! [`Assembly`]: components, from the first's start to the last's end.

use std::fmt;
use std::time::Duration;

use crate::bus::Bus;

use super::blueprint::Blueprint;
use super::error::AssemblyError;
use super::health::Health;
use super::instance::Instance;
use super::order::{Disorder, Starting, order};
use super::service::Services;

/// The components of a program on one bus: started in the order in which they need each other, added, replaced and removed while
/// the others run, and ended in reverse.
pub struct Assembly {
    bus: Bus,
    /// In the order in which they started.
    instances: Vec<Instance>,
    services: Services,
    deadline: Duration,
}

/// Components that are to start.
#[derive(Debug)]
#[must_use = "nothing starts before `boot`"]
pub struct AssemblyBuilder {
    bus: Bus,
    blueprints: Vec<Blueprint>,
    deadline: Duration,
}

/// How long a component may take to end, unless said otherwise.
const DEADLINE: Duration = Duration::from_secs(30);

impl AssemblyBuilder {
    /// One component more.
    pub fn component(mut self, blueprint: Blueprint) -> Self {
        self.blueprints.push(blueprint);
        self
    }

    /// How long each component may take to end, with all that it has begun: 30 seconds, unless said otherwise.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.deadline = timeout;
        self
    }

    /// Starts them, each behind those it needs. If one can't start, those that did end again.
    ///
    /// # Errors
    /// They can't be brought into an order or lack something, which is all told at once; or one can't start.
    pub async fn boot(self) -> Result<Assembly, AssemblyError> {
        let order = start_order(&[], &self.blueprints)?;
        let mut assembly = Assembly {
            bus: self.bus,
            instances: Vec::new(),
            services: Services::default(),
            deadline: self.deadline,
        };
        let mut blueprints: Vec<Option<Blueprint>> =
            self.blueprints.into_iter().map(Some).collect();
        for place in order {
            let Some(blueprint) = blueprints.get_mut(place).and_then(Option::take) else {
                continue;
            };
            if let Err(error) = assembly.start(blueprint).await {
                // What can't be ended either is worth less than why it had to be.
                let _ended = assembly.shutdown().await;
                return Err(error);
            }
        }
        Ok(assembly)
    }
}

impl Assembly {
    /// On this bus.
    pub fn builder(bus: Bus) -> AssemblyBuilder {
        AssemblyBuilder {
            bus,
            blueprints: Vec::new(),
            deadline: DEADLINE,
        }
    }

    /// The bus.
    pub fn bus(&self) -> &Bus {
        &self.bus
    }

    /// What components have for each other and for whoever holds this.
    pub fn services(&self) -> &Services {
        &self.services
    }

    /// Starts one component more.
    ///
    /// # Errors
    /// Its name is taken, what it needs is not there, or it can't start.
    pub async fn add(&mut self, blueprint: Blueprint) -> Result<(), AssemblyError> {
        start_order(&self.instances, std::slice::from_ref(&blueprint))?;
        self.start(blueprint).await
    }

    /// Ends a component and takes it out. No event and no call reaches it from here on; what is under way is waited for.
    ///
    /// # Errors
    /// There is none of that name, others depend on it, or it failed or took too long. It is out all the same in the last two cases.
    pub async fn remove(&mut self, instance: &str) -> Result<(), AssemblyError> {
        let place = self.place(instance)?;
        self.check_unneeded(place)?;
        let mut gone = self.instances.remove(place);
        let executor = self.bus.executor();
        gone.stop(&mut self.services, &*executor, self.deadline)
            .await
    }

    /// Puts another component in the place of an instance, under its name: first the one ends, then the other starts.
    ///
    /// # Errors
    /// There is none of that name, what the new one needs is not there, or it can't start: then there is none any more.
    pub async fn replace(
        &mut self,
        instance: &str,
        blueprint: Blueprint,
    ) -> Result<(), AssemblyError> {
        let place = self.place(instance)?;
        let blueprint = blueprint.instance(instance);
        let mut others: Vec<&Instance> = self.instances.iter().collect();
        others.remove(place);
        start_order_of(&others, std::slice::from_ref(&blueprint))?;
        let executor = self.bus.executor();
        let mut new = Instance::new(blueprint, &self.bus);
        let mut old = self.instances.remove(place);
        let stopped = old
            .stop(&mut self.services, &*executor, self.deadline)
            .await;
        new.start(&mut self.services).await?;
        self.instances.insert(place.min(self.instances.len()), new);
        stopped
    }

    /// How each component does, in the order in which they started.
    pub fn health(&self) -> Vec<(&str, Health)> {
        let instances = self.instances.iter();
        instances.map(|one| (one.name(), one.health())).collect()
    }

    /// Ends all components in reverse, each once what it has begun is done.
    ///
    /// # Errors
    /// The first that failed or took too long. All have ended.
    pub async fn shutdown(&mut self) -> Result<(), AssemblyError> {
        let executor = self.bus.executor();
        let mut first = Ok(());
        while let Some(mut last) = self.instances.pop() {
            let stopped = last
                .stop(&mut self.services, &*executor, self.deadline)
                .await;
            first = first.and(stopped);
        }
        first
    }

    async fn start(&mut self, blueprint: Blueprint) -> Result<(), AssemblyError> {
        let mut instance = Instance::new(blueprint, &self.bus);
        instance.start(&mut self.services).await?;
        self.instances.push(instance);
        Ok(())
    }

    fn place(&self, instance: &str) -> Result<usize, AssemblyError> {
        let place = self.instances.iter().position(|one| one.name() == instance);
        place.ok_or_else(|| AssemblyError::Unknown {
            instance: instance.to_owned(),
        })
    }

    /// Whether no other depends on the last instance of a component.
    fn check_unneeded(&self, place: usize) -> Result<(), AssemblyError> {
        let Some(one) = self.instances.get(place) else {
            return Ok(());
        };
        let component = one.blueprint.facts.name;
        let of_it = self.instances.iter();
        if of_it
            .filter(|other| other.blueprint.facts.name == component)
            .count()
            > 1
        {
            return Ok(());
        }
        let others = self.instances.iter();
        let by: Vec<String> = others
            .filter(|other| other.blueprint.facts.depends.contains(&component))
            .map(|other| other.name().to_owned())
            .collect();
        if by.is_empty() {
            return Ok(());
        }
        Err(AssemblyError::Needed {
            instance: one.name().to_owned(),
            by,
        })
    }
}

fn start_order(there: &[Instance], new: &[Blueprint]) -> Result<Vec<usize>, AssemblyError> {
    start_order_of(&there.iter().collect::<Vec<_>>(), new)
}

/// In which order new ones start beside those that are there.
fn start_order_of(there: &[&Instance], new: &[Blueprint]) -> Result<Vec<usize>, AssemblyError> {
    let there = there.iter().map(|one| &one.blueprint);
    let all: Vec<&Blueprint> = there.chain(new).collect();
    let before = all.len() - new.len();
    let starting: Vec<Starting<'_>> = all.iter().map(|one| one.starting()).collect();
    let order = order(&starting).map_err(AssemblyError::Disorder)?;
    Ok(order
        .into_iter()
        .filter_map(|place| place.checked_sub(before))
        .collect())
}

impl Blueprint {
    fn starting(&self) -> Starting<'_> {
        Starting {
            instance: &self.instance,
            component: self.facts.name,
            depends: self.facts.depends,
        }
    }
}

impl fmt::Debug for Assembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Assembly")
            .field("health", &self.health())
            .finish_non_exhaustive()
    }
}
