//! [`Instance`]: a component in an assembly, from its start to its end and to its next start.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::bus::Handle;
use crate::contain::{Chain, contain, shown};
use crate::runtime::BoxError;

use super::active::Active;
use super::blueprint::{Blueprint, Context};
use super::environment::Environment;
use super::error::AssemblyError;
use super::facts::{ServiceType, short};
use super::health::Health;
use super::hook::{called, panicked, unless};
use super::lifecycle::Happening;
use super::parts::Parts;
use super::stay::Stay;
use super::supervision::{Next, Restarts, Supervision};

/// A component in an assembly.
pub(super) struct Instance {
    pub(super) blueprint: Blueprint,
    /// Whose services come first.
    pub(super) rank: u64,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    phase: Phase,
    /// How often it was started or ended: tells a failure of now from one of what it was before.
    incarnation: u64,
    /// Why it can't go on although it is active.
    failing: Option<String>,
    /// Why it is started anew no more.
    given_up: Option<String>,
    restarts: Restarts,
}

#[derive(Default)]
enum Phase {
    #[default]
    Idle,
    /// It is being started or ended.
    Changing,
    Active(Active),
    /// It could not be started.
    Failed(String),
    /// It is not started before others are.
    Waiting(String),
}

impl Instance {
    pub(super) fn new(blueprint: Blueprint, rank: u64) -> Arc<Self> {
        Arc::new(Self {
            blueprint,
            rank,
            state: Mutex::default(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.blueprint.instance
    }

    /// Starts it: makes it, lets it do what it does when it starts, and only then lets anything reach it.
    pub(super) async fn start(
        self: &Arc<Self>,
        around: &Environment<Self>,
    ) -> Result<(), AssemblyError> {
        let incarnation = self.change();
        around.turns.wake();
        Happening::Starting.tell(&self.blueprint);
        let started = self.try_start(around, incarnation).await;
        let started = self.settle(started);
        match &started {
            Ok(()) => Happening::Started.tell(&self.blueprint),
            Err(error) => Happening::Failed { error: &why(error) }.tell(&self.blueprint),
        }
        started
    }

    /// It has started, or could not be.
    fn settle(&self, started: Result<Active, AssemblyError>) -> Result<(), AssemblyError> {
        let mut state = self.state();
        state.given_up = None;
        match started {
            Ok(active) => {
                state.phase = Phase::Active(active);
                Ok(())
            }
            Err(error) => {
                state.phase = Phase::Failed(why(&error));
                state.failing = None;
                state.incarnation += 1;
                Err(error)
            }
        }
    }

    async fn try_start(
        self: &Arc<Self>,
        around: &Environment<Self>,
        incarnation: u64,
    ) -> Result<Active, AssemblyError> {
        let instance = || self.blueprint.instance.clone();
        let failed = |error: BoxError| AssemblyError::Start {
            instance: instance(),
            error,
        };
        // What its code subscribes to and registers goes with this, also where it can't start.
        let stay = Stay::new(self.handle(around, incarnation));
        let handle = stay.handle();
        let context = Context {
            bus: handle.clone(),
            services: &around.services,
        };
        let made = contain(|| handle.enter().run(|| self.blueprint.make(&context)));
        let parts = made
            .unwrap_or_else(|panic| Err(panicked(&panic)))
            .map_err(failed)?;
        self.check_services(&parts)?;
        let (activate, parts) = parts.without_activate();
        if let Some(activate) = activate {
            let activated = unless(&around.ended, called(activate, handle)).await;
            let activated = activated.ok_or(AssemblyError::Ended)?;
            activated.map_err(failed)?;
        }
        Active::begin(self.name(), self.rank, parts, stay, around).await
    }

    /// The bus, in the name of what it is now.
    fn handle(self: &Arc<Self>, around: &Environment<Self>, incarnation: u64) -> Handle {
        let (of, failing) = (Arc::downgrade(self), Arc::clone(&around.failing));
        let alarm = move |error: BoxError| {
            if let Some(instance) = Weak::upgrade(&of) {
                failing(&instance, incarnation, shown(Chain(error)));
            }
        };
        let facts = &self.blueprint.facts;
        around
            .bus
            .handle_of(facts.name, self.name(), Box::new(alarm))
    }

    /// Whether it has the services that its facts name, and no others.
    fn check_services(&self, parts: &Parts) -> Result<(), AssemblyError> {
        let declared = self.blueprint.facts.provides;
        let provided: Vec<ServiceType> = parts.services.iter().map(|one| one.of()).collect();
        let lacking = |these: &[ServiceType], those: &[ServiceType]| -> Vec<String> {
            let is_there = |one: &ServiceType| those.iter().any(|other| other.id() == one.id());
            let lacking = these.iter().filter(|one| !is_there(one));
            lacking.map(|one| short(one.name())).collect()
        };
        let missing = lacking(declared, &provided);
        let undeclared = lacking(&provided, declared);
        if missing.is_empty() && undeclared.is_empty() {
            return Ok(());
        }
        Err(AssemblyError::Services {
            instance: self.blueprint.instance.clone(),
            missing,
            undeclared,
        })
    }

    /// Says that it is not started because others are missing.
    pub(super) fn wait_for(&self, missing: Vec<String>) -> AssemblyError {
        let error = AssemblyError::Waiting {
            instance: self.blueprint.instance.clone(),
            missing,
        };
        self.state().phase = Phase::Waiting(error.to_string());
        error
    }

    /// Ends it: from now on nothing reaches it; once what is under way is done, it does what it does when it ends.
    pub(super) async fn stop(&self, around: &Environment<Self>) -> Result<(), AssemblyError> {
        around.services.remove(self.name());
        // Whoever waits or could not be started has nothing to end.
        let Some(active) = self.deactivated() else {
            return Ok(());
        };
        around.turns.wake();
        Happening::Stopping.tell(&self.blueprint);
        let ended = active.end(self.name(), around).await;
        self.state().phase = Phase::Idle;
        let error = ended.as_ref().err().map(why);
        let error = error.as_deref();
        Happening::Stopped { error }.tell(&self.blueprint);
        ended
    }

    /// Takes out what it is active with: nothing of what it says from here on changes anything.
    fn deactivated(&self) -> Option<Active> {
        let mut state = self.state();
        let Phase::Active(active) = mem::take(&mut state.phase) else {
            return None;
        };
        state.phase = Phase::Changing;
        state.incarnation += 1;
        state.failing = None;
        Some(active)
    }

    /// Marks it as failing. False where that is known, or it is no longer what failed.
    pub(super) fn fail(&self, incarnation: u64, why: &str) -> bool {
        let mut state = self.state();
        if state.incarnation != incarnation || state.failing.is_some() {
            return false;
        }
        state.failing = Some(why.to_owned());
        true
    }

    /// What is to be done about its failure, and about which it is.
    pub(super) fn next(&self, now: u64, supervision: &Supervision) -> (u64, Next) {
        let mut state = self.state();
        let next = state.restarts.failed(now, supervision);
        (state.incarnation, next)
    }

    /// It is started anew no more.
    pub(super) fn give_up(&self, why: &str) {
        self.state().given_up = Some(why.to_owned());
    }

    /// Why it is started anew no more, if that is so.
    pub(super) fn given_up(&self) -> Option<String> {
        self.state().given_up.clone()
    }

    pub(super) fn incarnation(&self) -> u64 {
        self.state().incarnation
    }

    pub(super) fn is_active(&self) -> bool {
        matches!(self.state().phase, Phase::Active(_))
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.state().phase, Phase::Waiting(_))
    }

    pub(super) fn is_changing(&self) -> bool {
        matches!(self.state().phase, Phase::Changing)
    }

    /// How it does, with what it says itself where it is active and has not failed yet.
    pub(super) fn health(&self) -> (Health, Option<u64>) {
        let state = self.state();
        let failed = |why: &String| (Health::Failed(why.clone()), None);
        let (asked, incarnation) = match (&state.phase, &state.failing, &state.given_up) {
            (_, _, Some(why))
            | (_, Some(why), None)
            | (Phase::Failed(why) | Phase::Waiting(why), None, None) => return failed(why),
            (Phase::Idle, None, None) => return failed(&"it has not started".to_owned()),
            (Phase::Changing, None, None) => {
                return failed(&"it is being started or ended".to_owned());
            }
            (Phase::Active(active), None, None) => {
                let asked = active.health().cloned();
                (
                    asked.map(|health| (health, active.handle().clone())),
                    state.incarnation,
                )
            }
        };
        drop(state);
        let said = asked.map_or(Ok(Health::Healthy), |(health, handle)| {
            let ask = || health.get().map_or(Health::Healthy, |health| health());
            contain(|| handle.enter().run(ask))
        });
        let health = said.unwrap_or_else(|panic| {
            Health::Failed(format!("asked for its health it panicked: {panic}"))
        });
        (health, Some(incarnation))
    }

    /// It is being started, and is another than before.
    fn change(&self) -> u64 {
        let mut state = self.state();
        state.phase = Phase::Changing;
        state.incarnation += 1;
        state.failing = None;
        state.incarnation
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error in one line, without the name of the component, which stands beside it.
pub(super) fn why(error: &AssemblyError) -> String {
    struct Why<'e>(&'e (dyn std::error::Error + Send + Sync + 'static));
    impl AsRef<dyn std::error::Error + Send + Sync> for Why<'_> {
        fn as_ref(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
            self.0
        }
    }
    match error {
        AssemblyError::Start { error, .. } | AssemblyError::Stop { error, .. } => {
            shown(Chain(Why(&**error)))
        }
        AssemblyError::Name { error, .. } => error.to_string(),
        other => other.to_string(),
    }
}
