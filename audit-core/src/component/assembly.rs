//! [`Assembly`]: components, from the first's start to the last's end.

use std::fmt;
use std::sync::Arc;

use crate::bus::{Bus, Graph};

use super::blueprint::Blueprint;
use super::error::AssemblyError;
use super::health::Health;
use super::instance::Instance;
use super::members::Members;
use super::service::Services;
use super::supervisor::Escalation;

/// The components of a program on one bus: started in the order in which they need each other, added, replaced and removed while
/// the others run, started anew when they fail, and ended in reverse. Cheap to clone: all clones are the same.
///
/// One change is made at a time. One that has begun comes to its end: whoever no longer waits for [`add`](Self::add),
/// [`remove`](Self::remove), [`replace`](Self::replace) or [`shutdown`](Self::shutdown), because he dropped what he awaited, has it go on
/// as a task of the bus's executor, in the name of who acted. What he keeps and does not poll keeps other changes waiting.
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
    /// Its name is taken, what it needs is not there, or it can't start: then there is none, and what policies say of its name is as
    /// it was before, unless it is [optional](Blueprint::optional). What its code has left behind is held to its policy all the
    /// same. Or the assembly has ended, or code of a component asks that is being started or ended itself,
    /// which would wait for itself: then nothing has changed.
    pub async fn add(&self, blueprint: Blueprint) -> Result<(), AssemblyError> {
        let turn = self.members.turn().await?;
        let members = Arc::clone(&self.members);
        let change = async move {
            let _turn = turn;
            members.add(blueprint).await
        };
        self.members.change(change).await
    }

    /// Ends a component and takes it out. No event and no call reaches it from here on; what is under way is waited for. Whoever is
    /// made from a service of it and can do with that of another, or without, is ended before and started anew behind it: what
    /// he holds would be that of one that has ended.
    ///
    /// # Errors
    /// There is none of that name, others need it, or it failed or took too long. It is out all the same in the last two cases. Or as
    /// [`add`](Self::add), who asks can't wait for it.
    pub async fn remove(&self, instance: &str) -> Result<(), AssemblyError> {
        let turn = self.members.turn().await?;
        let (members, instance) = (Arc::clone(&self.members), instance.to_owned());
        let change = async move {
            let _turn = turn;
            members.remove(&instance).await
        };
        self.members.change(change).await
    }

    /// Puts another component in the place of an instance, under its name: first the one ends, then the other starts. Whoever is
    /// made from a service of either is ended before and started anew behind it.
    ///
    /// # Errors
    /// There is none of that name, or what the new one or another needs would not be there: then nothing has changed. Or the old
    /// one failed while it ended or took too long: the new one is there all the same. Or the new one can't start: then it is there
    /// and has failed, and is started anew as its supervision says. Or as [`add`](Self::add), who asks can't wait for it.
    pub async fn replace(&self, instance: &str, blueprint: Blueprint) -> Result<(), AssemblyError> {
        let turn = self.members.turn().await?;
        let (members, instance) = (Arc::clone(&self.members), instance.to_owned());
        let change = async move {
            let _turn = turn;
            members.replace(&instance, blueprint).await
        };
        self.members.change(change).await
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
    /// The first that failed or took too long. All have ended. Or code of a component asks that is being started or ended by another
    /// change, which would wait for itself: [`Busy`](AssemblyError::Busy) where that is so at once, and then nothing has changed;
    /// [`Ended`](AssemblyError::Ended) where it comes to that, and then they end without its waiting.
    pub async fn shutdown(&self) -> Result<(), AssemblyError> {
        self.members.check_caller()?;
        self.members.shutdown_asked_for().await
    }
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
