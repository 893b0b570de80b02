//! [`Assembly`]: components, from the first's start to the last's end.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use crate::bus::{Bus, Graph};

use super::blueprint::Blueprint;
use super::disorder::Disorder;
use super::error::AssemblyError;
use super::health::Health;
use super::instance::Instance;
use super::lifecycle::Happening;
use super::members::{Members, in_order, with_consumers};
use super::service::Services;
use super::supervisor::Escalation;

/// The components of a program on one bus: started in the order in which they need each other, added, replaced and removed while
/// the others run, started anew when they fail, and ended in reverse. Cheap to clone: all clones are the same.
///
/// What becomes of a component is an event of kind `lifecycle`: `component.starting`, `.started`, `.failed`, `.restarting`,
/// `.given_up`, `.stopping`, `.stopped` and `.replaced`.
///
/// When the last clone is dropped, nothing reaches its components any more, but their ends are not waited for: use
/// [`shutdown`](Self::shutdown).
#[derive(Clone)]
pub struct Assembly {
    pub(super) members: Arc<Members>,
}

impl Assembly {
    /// The bus.
    pub fn bus(&self) -> &Bus {
        &self.members.around.bus
    }

    /// What components have for each other and for whoever holds this.
    pub fn services(&self) -> &Services {
        &self.members.around.services
    }

    /// Starts one component more.
    ///
    /// # Errors
    /// Its name is taken, what it needs is not there, or it can't start: then there is none, unless it is
    /// [optional](Blueprint::optional).
    pub async fn add(&self, blueprint: Blueprint) -> Result<(), AssemblyError> {
        let _turn = self.members.turn().await?;
        let one = Instance::new(blueprint, self.members.next_rank());
        let before = self.members.all();
        let all: Vec<_> = before.iter().chain([&one]).cloned().collect();
        let in_order = self.in_order(&all, &one)?;
        self.set_policy(&one);
        self.members.set(in_order);
        if let Err(error) = self.members.start_one(&one).await {
            if !one.blueprint.is_optional {
                self.members.set(before);
                return Err(error);
            }
            self.members.one_not_started(&one, &error);
        }
        // Somebody may have waited for it.
        let failed = self.members.start(&[]).await;
        self.members.not_started(failed);
        Ok(())
    }

    /// Ends a component and takes it out. No event and no call reaches it from here on; what is under way is waited for. Whoever is
    /// made from a service of it and can do with that of another, or without, is ended before and started anew behind it: what
    /// he holds would be that of one that has ended.
    ///
    /// # Errors
    /// There is none of that name, others need it, or it failed or took too long. It is out all the same in the last two cases.
    pub async fn remove(&self, instance: &str) -> Result<(), AssemblyError> {
        let _turn = self.members.turn().await?;
        let place = self.members.place(instance)?;
        let all = self.members.all();
        let mut others = all.clone();
        others.remove(place);
        let in_order = in_order(&others, &self.members.around.host).map_err(|disorder| {
            let instance = instance.to_owned();
            AssemblyError::Needed {
                instance,
                by: in_need(disorder),
            }
        })?;
        let these = with_consumers(&all, BTreeSet::from([place]));
        let stopped = self.members.stop(&these).await;
        self.members.set(in_order);
        let is_left = |one: &&Arc<Instance>| one.name() != instance;
        let consumers: Vec<_> = these.iter().filter(is_left).cloned().collect();
        let failed = self.members.start(&consumers).await;
        self.members.not_started(failed);
        stopped
    }

    /// Puts another component in the place of an instance, under its name: first the one ends, then the other starts. Whoever is
    /// made from a service of either is ended before and started anew behind it.
    ///
    /// # Errors
    /// There is none of that name, or what the new one or another needs would not be there: then nothing has changed. Or the old
    /// one failed while it ended or took too long: the new one is there all the same. Or the new one can't start: then it is there
    /// and has failed, and is started anew as its supervision says.
    pub async fn replace(&self, instance: &str, blueprint: Blueprint) -> Result<(), AssemblyError> {
        let _turn = self.members.turn().await?;
        let place = self.members.place(instance)?;
        let before = self.members.all();
        let mut after = before.clone();
        let Some(at) = after.get_mut(place) else {
            return Ok(());
        };
        let new = Instance::new(blueprint.instance(instance), at.rank);
        let old = std::mem::replace(at, Arc::clone(&new));
        let in_order = self.in_order(&after, &new)?;
        // Also whoever is made from what only the new one has: it may come before what he has now.
        let made_from = |all| with_consumers(all, BTreeSet::from([place]));
        let (of_old, of_new) = (made_from(&before), made_from(&after));
        let is_among = |these: &[Arc<Instance>], one: &Arc<Instance>| {
            these.iter().any(|other| Arc::ptr_eq(one, other))
        };
        let goes = |one: &&Arc<Instance>| is_among(&of_old, one) || is_among(&of_new, one);
        let ending: Vec<_> = before.iter().filter(goes).cloned().collect();
        let stopped = self.members.stop(&ending).await;
        self.set_policy(&new);
        self.members.set(in_order.clone());
        let starting: Vec<_> = in_order.iter().filter(goes).cloned().collect();
        let mut failed = self.members.start(&starting).await;
        if new.is_active() {
            let version_before = old.blueprint.facts.version;
            Happening::Replaced { version_before }.tell(&new.blueprint);
        }
        let own = failed.iter().position(|(one, _)| Arc::ptr_eq(one, &new));
        let own = own.map(|place| failed.remove(place).1);
        self.members.not_started(failed);
        let Some(error) = own else { return stopped };
        self.members.one_not_started(&new, &error);
        Err(error)
    }

    /// How each component does, in the order in which they start. An [optional](Blueprint::optional) one is degraded where
    /// another has failed.
    pub fn health(&self) -> Vec<(String, Health)> {
        let health = |one: &Arc<Instance>| match one.health().0 {
            Health::Failed(why) if one.blueprint.is_optional => Health::Degraded(why),
            health => health,
        };
        let all = self.members.all();
        all.iter()
            .map(|one| (one.name().to_owned(), health(one)))
            .collect()
    }

    /// How they do together: as the worst of them, whose names it tells. Once they have ended it has failed.
    pub fn overall_health(&self) -> Health {
        if self.members.is_ended() {
            return Health::Failed(AssemblyError::Ended.to_string());
        }
        let (mut degraded, mut failed) = (Vec::new(), Vec::new());
        for (name, health) in self.health() {
            let told = |why| format!("component `{}`: {why}", name.escape_debug());
            match health {
                Health::Healthy => {}
                Health::Degraded(why) => degraded.push(told(why)),
                Health::Failed(why) => failed.push(told(why)),
            }
        }
        match (failed.is_empty(), degraded.is_empty()) {
            (false, _) => Health::Failed(failed.join("; ")),
            (true, false) => Health::Degraded(degraded.join("; ")),
            (true, true) => Health::Healthy,
        }
    }

    /// Asks each component how it does, and has those started anew that say they failed, as their supervision says. What each said
    /// is what [`health`](Self::health) answers from now on until they are.
    pub fn check(&self) -> Vec<(String, Health)> {
        self.members.check();
        self.health()
    }

    /// Who may do what with whom: see [`Bus::graph`].
    pub fn graph(&self) -> Graph {
        self.bus().graph()
    }

    /// Waits until a component that is not [optional](Blueprint::optional) is given up, because it failed too often, and says which.
    /// It is left as it is, and this answers at once until it is replaced or removed. Nothing once the assembly has ended.
    pub async fn escalated(&self) -> Option<Escalation> {
        self.members.escalated().await
    }

    /// Ends all components in reverse, each once what it has begun is done. Code of a component may await this, and
    /// [`remove`](Self::remove) and [`replace`](Self::replace), while it is called or in the background: what it is called for is then
    /// not waited for, as that would wait for itself.
    ///
    /// # Errors
    /// The first that failed or took too long. All have ended.
    pub async fn shutdown(&self) -> Result<(), AssemblyError> {
        let _turn = self.members.last_turn().await?;
        let stopped = self.members.stop(&self.members.all()).await;
        self.members.set(Vec::new());
        self.members.wake();
        stopped
    }

    /// All in their order, of which one is new.
    fn in_order(
        &self,
        all: &[Arc<Instance>],
        new: &Instance,
    ) -> Result<Vec<Arc<Instance>>, AssemblyError> {
        let around = &self.members.around;
        let mut disorder: Vec<Disorder> =
            new.blueprint.lacks_timer(&around.bus).into_iter().collect();
        match in_order(all, &around.host) {
            Ok(in_order) if disorder.is_empty() => return Ok(in_order),
            Ok(_) => {}
            Err(others) => disorder.extend(others),
        }
        Err(AssemblyError::Disorder(disorder))
    }

    fn set_policy(&self, one: &Instance) {
        if let Some(policy) = one.blueprint.policy.clone() {
            self.bus().set_policy(one.name(), policy);
        }
    }
}

/// Who would lack something.
fn in_need(disorder: Vec<Disorder>) -> Vec<String> {
    let mut by: Vec<String> = disorder
        .into_iter()
        .filter_map(|one| match one {
            Disorder::Missing { instance, .. } | Disorder::NoService { instance, .. } => {
                Some(instance)
            }
            _ => None,
        })
        .collect();
    by.dedup();
    by
}

impl fmt::Debug for Assembly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self
            .members
            .all()
            .iter()
            .map(|one| one.name().to_owned())
            .collect();
        f.debug_struct("Assembly")
            .field("components", &names)
            .finish_non_exhaustive()
    }
}
