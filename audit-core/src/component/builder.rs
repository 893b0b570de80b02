//! [`AssemblyBuilder`]: components that are to start.

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::bus::{BRIDGE, Bus, BusPolicy};
use crate::caller::HOST;
use crate::scope::Surroundings;

use super::assembly::Assembly;
use super::blueprint::Blueprint;
use super::change::Change;
use super::disorder::Disorder;
use super::environment::Environment;
use super::error::AssemblyError;
use super::instance::Instance;
use super::members::Members;
use super::order::order;
use super::precept::Precepts;
use super::service::{Service, Services};
use super::signal::Signal;
use super::supervision::Supervision;

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
    /// instance, [`Blueprint::policy`] goes before it. A bridge is an instance of [`BRIDGE`], which is known whether or not
    /// there is any; by a name of its own it is known once it is there. For one that comes later [`Bus::set_policy`] takes any name.
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

    /// Starts them, each behind those it needs. If one can't start, those that did end again, and what policies say is as it was
    /// before; what their code has left behind is held to the policies that it had. So it is where this is dropped half-way; what
    /// started ends as a task of the bus's executor then.
    ///
    /// # Errors
    /// Something is amiss with them, which is all told at once; or one can't start, and is not [optional](Blueprint::optional).
    pub async fn boot(self) -> Result<Assembly, AssemblyError> {
        let mut disorder = self.disorder();
        let members = Members::new(|members| Environment {
            bus: self.bus,
            services: Services::default(),
            host: self.services.iter().map(|one| one.of().id()).collect(),
            scope: Surroundings::here().of_nobody(),
            stop_timeout: self.stop_timeout.unwrap_or(STOP_TIMEOUT),
            supervision: self.supervision.unwrap_or_default(),
            turns: Arc::default(),
            ended: Signal::default(),
            failing: Arc::new(move |one, incarnation, why| {
                if let Some(members) = Weak::upgrade(&members) {
                    members.failed(one, incarnation, &why);
                }
            }),
        });
        let starting: Vec<_> = self.blueprints.iter().map(Blueprint::starting).collect();
        let order = order(&starting, &members.around.host).unwrap_or_else(|others| {
            disorder.extend(others);
            (0..self.blueprints.len()).collect()
        });
        let mut blueprints: Vec<_> = self.blueprints.into_iter().map(Some).collect();
        let in_order = order
            .into_iter()
            .filter_map(|place| blueprints.get_mut(place)?.take());
        let in_order: Vec<_> = in_order
            .map(|blueprint| Instance::new(blueprint, members.next_rank()))
            .collect();
        if let Err(taken) = members.settle(&in_order) {
            disorder.extend(taken);
        }
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
        let mut policies = Precepts::default();
        for (name, policy) in self.policies.into_iter().chain(own) {
            policies.set(&members.around.bus, &name, policy);
        }
        members.set(in_order);
        let boot = Boot(Some((Arc::clone(&members), policies)));
        if let Err(error) = start(&members, self.check_every).await {
            boot.undone().await;
            return Err(error);
        }
        boot.done();
        Ok(Assembly { members })
    }

    /// What is amiss besides their order.
    fn disorder(&self) -> Vec<Disorder> {
        let bridges = self.bus.gateways();
        let bridges = bridges.iter().map(|name| &**name);
        let names = self.blueprints.iter();
        let names = names.flat_map(|one| [one.instance.as_str(), one.facts.name]);
        let known: BTreeSet<&str> = names.chain(bridges).chain([HOST, BRIDGE]).collect();
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

/// Starts all, as far as the program can't do without them, and has them looked after.
async fn start(members: &Arc<Members>, check_every: Option<Duration>) -> Result<(), AssemblyError> {
    let _turn = members.turn().await?;
    for one in members.all() {
        if let Err(error) = members.start_one(&one).await {
            if !one.blueprint.is_optional {
                return Err(error);
            }
            members.one_not_started(&one, &error);
        }
    }
    match check_every {
        Some(interval) => members.check_every(interval).map_err(AssemblyError::Check),
        None => Ok(()),
    }
}

/// A boot that has begun. One that is not done ends what had started and puts back the policies that were set, also where it is
/// dropped half-way.
struct Boot(Option<(Arc<Members>, Precepts)>);

impl Boot {
    fn done(mut self) {
        self.0 = None;
    }

    async fn undone(mut self) {
        if let Some(ending) = self.ending() {
            // What can't be ended either is worth less than why it had to be.
            let _ended = ending.await;
        }
    }

    fn ending(&mut self) -> Option<Change> {
        let (members, policies) = self.0.take()?;
        Some(members.shutdown(policies))
    }
}

impl Drop for Boot {
    fn drop(&mut self) {
        // It goes on as a task.
        drop(self.ending());
    }
}

impl std::fmt::Debug for AssemblyBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AssemblyBuilder")
            .field("blueprints", &self.blueprints)
            .field("policies", &self.policies)
            .finish_non_exhaustive()
    }
}
