//! [`Members`]: the components of an assembly, in order, and what is around them.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::bus::Named;
use crate::executor::Waiters;
use crate::scope::callers_here;

use super::blueprint::Blueprint;
use super::disorder::Disorder;
use super::environment::Environment;
use super::error::AssemblyError;
use super::facts::short;
use super::instance::Instance;
use super::order::{Starting, order};
use super::supervision::Restart;
use super::turn::Turn;

/// The components of an assembly, in the order in which they start.
pub(super) struct Members {
    pub(super) around: Environment<Instance>,
    instances: Mutex<Vec<Arc<Instance>>>,
    ranks: AtomicU64,
    /// Who wants to know of those that are given up.
    pub(super) waiting: Mutex<Waiters>,
}

/// Those that could not be started, and why.
pub(super) type Failed = Vec<(Arc<Instance>, AssemblyError)>;

impl Members {
    /// Nobody yet. Whoever can't go on is told of to `failing`.
    pub(super) fn new(around: impl FnOnce(Weak<Self>) -> Environment<Instance>) -> Arc<Self> {
        Arc::new_cyclic(|members| Self {
            around: around(Weak::clone(members)),
            instances: Mutex::default(),
            ranks: AtomicU64::new(1),
            waiting: Mutex::default(),
        })
    }

    /// Waits until nobody else starts or ends any of them.
    ///
    /// # Errors
    /// Whoever asks is being started or ended, and would wait for himself; or they have ended. Either may come while he waits.
    pub(super) async fn turn(&self) -> Result<Turn, AssemblyError> {
        self.take_turn(|| {
            self.check_caller()?;
            if self.is_ended() {
                return Err(AssemblyError::Ended);
            }
            Ok(())
        })
        .await
    }

    /// Waits until nobody else starts or ends any of them, as long as it may.
    pub(super) async fn take_turn<E>(
        &self,
        may_wait: impl Fn() -> Result<(), E>,
    ) -> Result<Turn, E> {
        self.around.turns.take(may_wait).await
    }

    /// Lets nothing start any more.
    pub(super) fn end(&self) {
        self.around.ended.give();
        self.around.turns.wake();
    }

    pub(super) fn is_ended(&self) -> bool {
        self.around.ended.is_given()
    }

    /// Whether whoever asks here may wait for a turn.
    ///
    /// # Errors
    /// He, or somebody who waits for him here, is being started or ended: that is waited for by whoever has the turn.
    pub(super) fn check_caller(&self) -> Result<(), AssemblyError> {
        let all = self.all();
        let callers = callers_here().into_iter();
        // Those of another bus may have the same names.
        for caller in callers.filter(|caller| self.around.bus.is_of(caller)) {
            let it = all.iter().find(|one| one.name() == &**caller.instance());
            if let Some(it) = it.filter(|it| it.is_changing()) {
                return Err(AssemblyError::Busy {
                    instance: it.name().to_owned(),
                });
            }
        }
        Ok(())
    }

    pub(super) fn all(&self) -> Vec<Arc<Instance>> {
        self.lock().clone()
    }

    /// Takes the names of these on the bus, and leaves those they had.
    ///
    /// # Errors
    /// Those whose name a bridge has: all is as before.
    pub(super) fn settle(&self, instances: &[Arc<Instance>]) -> Result<(), Vec<Disorder>> {
        let named = instances.iter().map(|one| Named {
            instance: one.name().to_owned(),
            component: one.blueprint.facts.name.to_owned(),
        });
        let settled = self.around.bus.settle(named.collect());
        settled.map_err(|taken| {
            let taken = taken.into_iter();
            taken.map(|(name, by)| Disorder::taken(&name, by)).collect()
        })
    }

    /// They are these from now on. Any who is new has [settled](Self::settle).
    pub(super) fn set(&self, instances: Vec<Arc<Instance>>) {
        // Nobody takes a name that one of them has.
        let _settled = self.settle(&instances);
        let before = std::mem::replace(&mut *self.lock(), instances);
        // Outside of the lock: what a component leaves behind is foreign.
        drop(before);
    }

    pub(super) fn is_there(&self, instance: &Arc<Instance>) -> bool {
        self.lock().iter().any(|one| Arc::ptr_eq(one, instance))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Instance>>> {
        let locked = self.instances.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of one that comes.
    pub(super) fn next_rank(&self) -> u64 {
        self.ranks.fetch_add(1, Ordering::Relaxed)
    }

    /// The place of an instance.
    ///
    /// # Errors
    /// There is none of that name.
    pub(super) fn place(&self, instance: &str) -> Result<usize, AssemblyError> {
        let all = self.lock();
        let place = all.iter().position(|one| one.name() == instance);
        place.ok_or_else(|| AssemblyError::Unknown {
            instance: instance.to_owned(),
        })
    }

    /// Starts these, which are in order, and then all who waited for them.
    pub(super) async fn start(&self, these: &[Arc<Instance>]) -> Failed {
        let mut failed = Failed::new();
        for one in these {
            if let Err(error) = self.start_one(one).await {
                failed.push((Arc::clone(one), error));
            }
        }
        for one in self.all() {
            let is_new = !these.iter().any(|other| Arc::ptr_eq(other, &one));
            if is_new
                && one.is_waiting()
                && self.missing(&one).is_empty()
                && let Err(error) = one.start(&self.around).await
            {
                failed.push((one, error));
            }
        }
        failed
    }

    /// Starts one, if all that it needs is there.
    pub(super) async fn start_one(&self, one: &Arc<Instance>) -> Result<(), AssemblyError> {
        let missing = self.missing(one);
        if missing.is_empty() {
            one.start(&self.around).await
        } else {
            Err(one.wait_for(missing))
        }
    }

    /// Ends these, which are in order, the last first.
    ///
    /// # Errors
    /// The first that failed or took too long. All have ended.
    pub(super) async fn stop(&self, these: &[Arc<Instance>]) -> Result<(), AssemblyError> {
        let mut first = Ok(());
        for one in these.iter().rev() {
            let stopped = one.stop(&self.around).await;
            first = first.and(stopped);
        }
        first
    }

    /// What one needs that is not there.
    fn missing(&self, one: &Instance) -> Vec<String> {
        let facts = &one.blueprint.facts;
        let all = self.all();
        let depends = all.iter().filter(|other| {
            facts.depends.contains(&other.blueprint.facts.name) && !other.is_active()
        });
        let services = facts
            .requires
            .iter()
            .filter(|service| !service.is_optional() && !self.around.services.has(service));
        depends
            .map(|other| other.name().to_owned())
            .chain(services.map(|service| short(service.name())))
            .collect()
    }

    /// Those that go when one is started anew, in order: those that its supervision names, and whoever is made from their services.
    pub(super) fn affected(&self, one: &Arc<Instance>, restart: Restart) -> Vec<Arc<Instance>> {
        let all = self.all();
        let place = all.iter().position(|other| Arc::ptr_eq(other, one));
        let goes = |other: usize| match restart {
            Restart::OneForOne => place == Some(other),
            Restart::OneForAll => true,
            Restart::RestForOne => place.is_some_and(|place| other >= place),
        };
        let first: BTreeSet<usize> = (0..all.len()).filter(|other| goes(*other)).collect();
        with_consumers(&all, first)
    }
}

impl Drop for Members {
    /// Nobody has their names any more.
    fn drop(&mut self) {
        let _settled = self.settle(&[]);
    }
}

/// These and, in order, whoever is made from their services: what he holds is of one that has ended.
pub(super) fn with_consumers(
    all: &[Arc<Instance>],
    mut these: BTreeSet<usize>,
) -> Vec<Arc<Instance>> {
    let is_consumer = |place: usize, of: usize| {
        let (Some(one), Some(of)) = (all.get(place), all.get(of)) else {
            return false;
        };
        let provides = of.blueprint.facts.provides;
        let mut requires = one.blueprint.facts.requires.iter();
        requires.any(|service| provides.iter().any(|other| other.id() == service.id()))
    };
    loop {
        let more: Vec<usize> = (0..all.len())
            .filter(|place| !these.contains(place))
            .filter(|place| these.iter().any(|of| is_consumer(*place, *of)))
            .collect();
        if more.is_empty() {
            break;
        }
        these.extend(more);
    }
    these
        .into_iter()
        .filter_map(|place| all.get(place).cloned())
        .collect()
}

/// Instances in the order in which they start.
///
/// # Errors
/// All that keeps them from it.
pub(super) fn in_order(
    instances: &[Arc<Instance>],
    host: &[std::any::TypeId],
) -> Result<Vec<Arc<Instance>>, Vec<Disorder>> {
    let starting: Vec<Starting<'_>> = instances
        .iter()
        .map(|one| one.blueprint.starting())
        .collect();
    let order = order(&starting, host)?;
    let in_order = order.into_iter().filter_map(|place| instances.get(place));
    Ok(in_order.cloned().collect())
}

impl Blueprint {
    pub(super) fn starting(&self) -> Starting<'_> {
        Starting {
            instance: &self.instance,
            facts: &self.facts,
        }
    }
}
