//! [`AssemblyBuilder`]: components that are to start.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::bus::{Bus, BusPolicy};
use crate::caller::HOST;
use crate::scope::Surroundings as InForce;

use super::assembly::Assembly;
use super::blueprint::Blueprint;
use super::disorder::Disorder;
use super::error::AssemblyError;
use super::instance::Instance;
use super::members::{Members, in_order};
use super::service::{Service, Services};
use super::signal::Signal;
use super::supervision::Supervision;
use super::surroundings::Surroundings;

/// Components that are to start.
#[must_use = "nothing starts before `boot`"]
pub struct AssemblyBuilder {
    bus: Bus,
    blueprints: Vec<Blueprint>,
    policies: Vec<(String, BusPolicy)>,
    services: Vec<Service>,
    stop_timeout: Option<Duration>,
    supervision: Option<Supervision>,
    check_every: Option<Duration>,
}

/// How long a component may take to end, unless said otherwise.
const STOP_TIMEOUT: Duration = Duration::from_secs(30);

impl Assembly {
    /// On this bus.
    pub fn builder(bus: Bus) -> AssemblyBuilder {
        AssemblyBuilder {
            bus,
            blueprints: Vec::new(),
            policies: Vec::new(),
            services: Vec::new(),
            stop_timeout: None,
            supervision: None,
            check_every: None,
        }
    }
}

impl AssemblyBuilder {
    /// One component more.
    pub fn component(mut self, blueprint: Blueprint) -> Self {
        self.blueprints.push(blueprint);
        self
    }

    /// A service of the program's own, before those of all components: a configuration, a pool of connections.
    pub fn provide<T: Clone + Send + Sync + 'static>(mut self, service: T) -> Self {
        self.services.push(Service::new(service));
        self
    }

    /// What a component, an instance of one or `host` may do on the bus, in force before the first component starts. For an
    /// instance, [`Blueprint::policy`] goes before it.
    pub fn policy(mut self, name: impl Into<String>, policy: BusPolicy) -> Self {
        self.policies.push((name.into(), policy));
        self
    }

    /// How long each component may take to end, with all that it has begun: 30 seconds, unless said otherwise. What is under way
    /// is waited for first; what it does itself when it ends has the time that is left. On a bus without a timer there is no end
    /// unless one is asked for, which is an error there.
    pub fn stop_timeout(mut self, timeout: Duration) -> Self {
        self.stop_timeout = Some(timeout);
        self
    }

    /// What becomes of components that fail, unless their [blueprint](Blueprint::supervision) says otherwise: the default of
    /// [`Supervision`], unless said here. On a bus without a timer a component that fails is given up at once, unless it is to be
    /// started anew by what is said here or there, which is an error.
    ///
    /// A component fails when it can't be started anew, when it says so with [`Handle::fail`](crate::bus::Handle::fail), when work
    /// of its in the background fails, and when [`check`](Assembly::check) finds that it does.
    pub fn supervision(mut self, supervision: Supervision) -> Self {
        self.supervision = Some(supervision);
        self
    }

    /// [Checks](Assembly::check) all components again and again, so long apart.
    pub fn check_every(mut self, interval: Duration) -> Self {
        self.check_every = Some(interval);
        self
    }

    /// Starts them, each behind those it needs. If one can't start, those that did end again.
    ///
    /// # Errors
    /// Something is amiss with them, which is all told at once; or one can't start, and is not [optional](Blueprint::optional).
    pub async fn boot(self) -> Result<Assembly, AssemblyError> {
        let mut disorder = self.disorder();
        let members = Members::new(|members| Surroundings {
            bus: self.bus,
            services: Services::default(),
            host: self.services.iter().map(|one| one.of().id()).collect(),
            scope: InForce::here().of_nobody(),
            stop_timeout: self.stop_timeout.unwrap_or(STOP_TIMEOUT),
            supervision: self.supervision.unwrap_or_default(),
            ended: Signal::default(),
            failing: Arc::new(move |one, incarnation, why| {
                if let Some(members) = Weak::upgrade(&members) {
                    members.failed(one, incarnation, &why);
                }
            }),
        });
        let instances: Vec<Arc<Instance>> = self
            .blueprints
            .into_iter()
            .map(|blueprint| Instance::new(blueprint, 0))
            .collect();
        let in_order = in_order(&instances, &members.around.host).unwrap_or_else(|others| {
            disorder.extend(others);
            Vec::new()
        });
        if !disorder.is_empty() {
            return Err(AssemblyError::Disorder(disorder));
        }
        for service in self.services {
            members.around.services.add(HOST, 0, service);
        }
        let own = in_order.iter().filter_map(|one| {
            let policy = one.blueprint.policy.clone()?;
            Some((one.name().to_owned(), policy))
        });
        for (name, policy) in self.policies.into_iter().chain(own) {
            members.around.bus.set_policy(&name, policy);
        }
        members.set(in_order);
        start(&members).await?;
        if let Some(interval) = self.check_every
            && let Err(error) = members.check_every(interval)
        {
            let _ended = Assembly { members }.shutdown().await;
            return Err(AssemblyError::Check(error));
        }
        Ok(Assembly { members })
    }

    /// What is amiss besides their order.
    fn disorder(&self) -> Vec<Disorder> {
        let names = self.blueprints.iter();
        let names = names.flat_map(|one| [one.instance.as_str(), one.facts.name]);
        let known: BTreeSet<&str> = names.chain([HOST]).collect();
        let unknown = self
            .policies
            .iter()
            .filter(|(name, _)| !known.contains(&**name));
        let mut disorder: Vec<Disorder> = unknown
            .map(|(name, _)| Disorder::NoSuchCaller {
                name: name.clone(),
                known: known.iter().map(|name| (*name).to_owned()).collect(),
            })
            .collect();
        let has_timer = self.bus.executor().sleep(Duration::ZERO).is_some();
        let restarts = self.supervision.as_ref().is_some_and(Supervision::waits);
        let asked = [
            (self.stop_timeout.is_some(), "the time-out of the end"),
            (restarts, "the wait before a restart"),
            (self.check_every.is_some(), "the time between checks"),
        ];
        let asked = asked.into_iter().filter(|(asked, _)| *asked && !has_timer);
        disorder.extend(asked.map(|(_, what)| Disorder::NoTimer {
            what,
            instance: None,
        }));
        let own = self.blueprints.iter();
        disorder.extend(own.filter_map(|one| one.lacks_timer(&self.bus)));
        disorder
    }
}

/// Starts all. If one can't start, and the program can't do without it, all that did end again.
async fn start(members: &Arc<Members>) -> Result<(), AssemblyError> {
    let turn = members.turn().await?;
    for one in members.all() {
        let Err(error) = members.start_one(&one).await else {
            continue;
        };
        if one.blueprint.is_optional {
            members.one_not_started(&one, &error);
            continue;
        }
        drop(turn);
        let members = Arc::clone(members);
        // What can't be ended either is worth less than why it had to be.
        let _ended = Assembly { members }.shutdown().await;
        return Err(error);
    }
    Ok(())
}

impl std::fmt::Debug for AssemblyBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssemblyBuilder")
            .field("blueprints", &self.blueprints)
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}
