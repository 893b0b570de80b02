//! What is done about components that fail: `Supervision` decides, and here it is carried out.

use std::fmt;
use std::sync::{Arc, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::clock::{Clock as _, SystemClock};
use crate::executor::{SpawnError, Waiters, wait};

use super::error::AssemblyError;
use super::health::Health;
use super::instance::{Instance, why};
use super::lifecycle::Happening;
use super::members::{Failed, Members};
use super::supervision::{Next, Restart};

/// A component that failed too often to be started anew once more.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Escalation {
    /// The instance.
    pub instance: String,
    /// Why it failed the last time.
    pub error: String,
}

impl fmt::Display for Escalation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { instance, error } = self;
        write!(
            f,
            "component `{}` is given up: {error}",
            instance.escape_debug()
        )
    }
}

impl std::error::Error for Escalation {}

impl Members {
    /// An active component can't go on.
    pub(super) fn failed(self: &Arc<Self>, one: &Arc<Instance>, incarnation: u64, error: &str) {
        if self.is_ended() || !one.fail(incarnation, error) {
            return;
        }
        let scope = self.around.scope.clone();
        scope.run(|| Happening::Failed { error }.tell(&one.blueprint));
        self.decide(one, error);
    }

    /// Components could not be started. Those that wait for others are started with these.
    pub(super) fn not_started(self: &Arc<Self>, failed: Failed) {
        for (one, error) in failed {
            self.one_not_started(&one, &error);
        }
    }

    /// A component could not be started.
    pub(super) fn one_not_started(self: &Arc<Self>, one: &Arc<Instance>, error: &AssemblyError) {
        if !matches!(error, AssemblyError::Waiting { .. }) {
            self.decide(one, &why(error));
        }
    }

    /// Starts a component anew after a while, or gives it up.
    fn decide(self: &Arc<Self>, one: &Arc<Instance>, error: &str) {
        if self.is_ended() || !self.is_there(one) {
            return;
        }
        let own = one.blueprint.supervision.as_ref();
        let supervision = own.unwrap_or(&self.around.supervision);
        let (incarnation, next) = one.next(SystemClock.monotonic_nanos(), supervision);
        let given_up = match next {
            Next::GiveUp => Some(error.to_owned()),
            Next::Restart { attempt, after } => {
                let scope = self.around.scope.clone();
                scope.run(|| Happening::Restarting { attempt, after }.tell(&one.blueprint));
                let restart = supervision.restart();
                let scheduled = self.schedule(one, incarnation, restart, after);
                scheduled.err().map(|cause| format!("{error}; {cause}"))
            }
        };
        if let Some(error) = given_up {
            self.give_up(one, &error);
        }
    }

    fn give_up(&self, one: &Instance, error: &str) {
        one.give_up(error);
        let scope = self.around.scope.clone();
        scope.run(|| Happening::GivenUp { error }.tell(&one.blueprint));
        self.wake();
    }

    /// Has a component started anew after a while, unless it is another by then.
    fn schedule(
        self: &Arc<Self>,
        one: &Arc<Instance>,
        incarnation: u64,
        restart: Restart,
        after: Duration,
    ) -> Result<(), String> {
        let executor = self.around.bus.executor();
        let wait = (!after.is_zero()).then(|| executor.sleep(after));
        let wait = match wait {
            Some(None) => return Err("there is no timer to wait with before a restart".to_owned()),
            Some(wait) => wait,
            None => None,
        };
        let (members, one) = (Arc::downgrade(self), Arc::clone(one));
        let task = async move {
            if let Some(wait) = wait {
                wait.await;
            }
            // Nobody waits for one whose assembly has gone.
            if let Some(members) = Weak::upgrade(&members) {
                members.restart(&one, incarnation, restart).await;
            }
        };
        let task = Box::pin(self.around.scope.clone().around(task));
        executor.spawn(task).map_err(|error| error.to_string())
    }

    async fn restart(self: &Arc<Self>, one: &Arc<Instance>, incarnation: u64, restart: Restart) {
        let Ok(_turn) = self.turn().await else {
            return;
        };
        if !self.is_there(one) || one.incarnation() != incarnation {
            return;
        }
        let these = self.affected(one, restart);
        // What an end comes to is recorded, and its place is needed.
        let _ended = self.stop(&these).await;
        let failed = self.start(&these).await;
        self.not_started(failed);
    }

    /// Looks after all of them, again and again.
    ///
    /// # Errors
    /// The bus's executor takes no task.
    pub(super) fn check_every(self: &Arc<Self>, every: Duration) -> Result<(), SpawnError> {
        let executor = self.around.bus.executor();
        let members = Arc::downgrade(self);
        let task = async move {
            loop {
                // The assembly is not held while this waits: it ends with it.
                let wait = members.upgrade().filter(|members| !members.is_ended());
                let wait = wait.and_then(|members| members.around.bus.executor().sleep(every));
                let Some(wait) = wait else { return };
                wait.await;
                if let Some(members) = members.upgrade() {
                    members.check();
                }
            }
        };
        executor.spawn(Box::pin(self.around.scope.clone().around(task)))
    }

    /// Asks each how it does, and starts those anew that say they failed.
    pub(super) fn check(self: &Arc<Self>) {
        for one in self.all() {
            if let (Health::Failed(why), Some(incarnation)) = one.health() {
                self.failed(&one, incarnation, &why);
            }
        }
    }

    /// The first of those that are given up and without which the program can't do; nothing once all have ended.
    pub(super) async fn escalated(&self) -> Option<Escalation> {
        let look = |his: &mut Option<u64>, context: &mut Context<'_>| {
            // First put down, then asked: whoever is given up in between wakes us.
            let unneeded = self.waiting().put(his, (), context.waker());
            drop(unneeded);
            if self.is_ended() {
                return Poll::Ready(None);
            }
            let given_up = self.all().into_iter().find_map(|one| {
                let error = one.given_up().filter(|_| !one.blueprint.is_optional)?;
                let instance = one.name().to_owned();
                Some(Escalation { instance, error })
            });
            given_up.map_or(Poll::Pending, |one| Poll::Ready(Some(one)))
        };
        let leave = |his| {
            let unneeded = self.waiting().remove(his);
            drop(unneeded);
        };
        wait(look, leave).await
    }

    /// Lets those look again who wait for one that is given up.
    pub(super) fn wake(&self) {
        let woken = self.waiting().take(|()| true);
        woken.into_iter().for_each(Waker::wake);
    }

    fn waiting(&self) -> MutexGuard<'_, Waiters> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
