//! [`Change`]: a change of an assembly, which comes to its end whether or not somebody waits for it; and what each does.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use crate::executor::Executor;
use crate::scope::Surroundings;

use super::blueprint::Blueprint;
use super::disorder::Disorder;
use super::error::AssemblyError;
use super::instance::Instance;
use super::lifecycle::Happening;
use super::members::{Members, in_order, with_consumers};
use super::precept::Precepts;

/// What a change comes to.
type Answer = Result<(), AssemblyError>;

/// A change that has begun. Whoever awaits it carries it out, where it is known for which calls he would wait in vain. Dropped before
/// its end it goes on as a task, in what was in force where it began: half a change would leave components that are neither there
/// nor gone.
#[must_use = "dropped, it goes on as a task, and what it comes to is lost"]
pub(super) struct Change {
    /// There until it is done.
    work: Option<Pin<Box<dyn Future<Output = Answer> + Send>>>,
    around: Surroundings,
    executor: Arc<dyn Executor>,
}

impl Future for Change {
    type Output = Answer;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Answer> {
        // Taken out meanwhile: nothing goes on after a panic of its own.
        let Some(mut work) = self.work.take() else {
            return Poll::Pending;
        };
        let polled = work.as_mut().poll(context);
        if polled.is_pending() {
            self.work = Some(work);
        }
        polled
    }
}

impl Drop for Change {
    fn drop(&mut self) {
        let Some(work) = self.work.take() else { return };
        let around = std::mem::take(&mut self.around);
        let task = async move {
            // What becomes of components is recorded; nobody is there to hear more.
            let _answer = work.await;
        };
        // Where no task is run any more, nothing goes on.
        let _going_on = self.executor.spawn(Box::pin(around.around(task)));
    }
}

impl Members {
    /// Begins a change, in what is in force here.
    pub(super) fn change(&self, work: impl Future<Output = Answer> + Send + 'static) -> Change {
        Change {
            work: Some(Box::pin(work)),
            around: Surroundings::here(),
            executor: self.around.bus.executor(),
        }
    }

    /// Starts one component more.
    pub(super) async fn add(self: &Arc<Self>, blueprint: Blueprint) -> Answer {
        let one = Instance::new(blueprint, self.next_rank());
        let before = self.all();
        let all: Vec<_> = before.iter().chain([&one]).cloned().collect();
        let in_order = self.in_order(&all, &one)?;
        self.settle(&in_order).map_err(AssemblyError::Disorder)?;
        let policy = self.set_policy(&one);
        self.set(in_order);
        if let Err(error) = self.start_one(&one).await {
            if !one.blueprint.is_optional {
                self.set(before);
                policy.put_back(&self.around.bus);
                return Err(error);
            }
            self.one_not_started(&one, &error);
        }
        // Somebody may have waited for it.
        let failed = self.start(&[]).await;
        self.not_started(failed);
        Ok(())
    }

    /// Ends a component and takes it out.
    pub(super) async fn remove(self: &Arc<Self>, instance: &str) -> Answer {
        let place = self.place(instance)?;
        let all = self.all();
        let mut others = all.clone();
        others.remove(place);
        let in_order = in_order(&others, &self.around.host).map_err(|disorder| {
            let instance = instance.to_owned();
            AssemblyError::Needed {
                instance,
                by: in_need(disorder),
            }
        })?;
        let these = with_consumers(&all, BTreeSet::from([place]));
        let stopped = self.stop(&these).await;
        self.set(in_order);
        let is_left = |one: &&Arc<Instance>| one.name() != instance;
        let consumers: Vec<_> = these.iter().filter(is_left).cloned().collect();
        let failed = self.start(&consumers).await;
        self.not_started(failed);
        stopped
    }

    /// Puts another component in the place of an instance, under its name.
    pub(super) async fn replace(self: &Arc<Self>, instance: &str, blueprint: Blueprint) -> Answer {
        let place = self.place(instance)?;
        let before = self.all();
        let mut after = before.clone();
        let Some(at) = after.get_mut(place) else {
            return Ok(());
        };
        let new = Instance::new(blueprint.instance(instance), at.rank);
        let old = std::mem::replace(at, Arc::clone(&new));
        let in_order = self.in_order(&after, &new)?;
        self.settle(&in_order).map_err(AssemblyError::Disorder)?;
        // Also whoever is made from what only the new one has: it may come before what he has now.
        let made_from = |all| with_consumers(all, BTreeSet::from([place]));
        let (of_old, of_new) = (made_from(&before), made_from(&after));
        let is_among = |these: &[Arc<Instance>], one: &Arc<Instance>| {
            these.iter().any(|other| Arc::ptr_eq(one, other))
        };
        let goes = |one: &&Arc<Instance>| is_among(&of_old, one) || is_among(&of_new, one);
        let ending: Vec<_> = before.iter().filter(goes).cloned().collect();
        let stopped = self.stop(&ending).await;
        // It stays, as the new one does, whether or not that can start.
        let _policy = self.set_policy(&new);
        self.set(in_order.clone());
        let starting: Vec<_> = in_order.iter().filter(goes).cloned().collect();
        let mut failed = self.start(&starting).await;
        if new.is_active() {
            let version_before = old.blueprint.facts.version;
            Happening::Replaced { version_before }.tell(&new.blueprint);
        }
        let own = failed.iter().position(|(one, _)| Arc::ptr_eq(one, &new));
        let own = own.map(|place| failed.remove(place).1);
        self.not_started(failed);
        let Some(error) = own else { return stopped };
        self.one_not_started(&new, &error);
        Err(error)
    }

    /// Ends all, the last of all changes, and puts policies back. Nothing starts any more from here on.
    pub(super) fn shutdown(self: &Arc<Self>, policies: Precepts) -> Change {
        self.end();
        let members = Arc::clone(self);
        self.change(async move {
            let Ok(_turn) = members.take_turn(|| Ok::<_, Infallible>(())).await;
            let stopped = members.stop_all().await;
            policies.put_back(&members.around.bus);
            stopped
        })
    }

    /// The same for somebody who asks for it, and waits only as long as that is not in vain.
    pub(super) fn shutdown_asked_for(self: &Arc<Self>) -> Change {
        self.end();
        let members = Arc::clone(self);
        self.change(async move {
            let may_wait = || members.check_caller().map_err(|_| AssemblyError::Ended);
            match members.take_turn(may_wait).await {
                Ok(_turn) => members.stop_all().await,
                Err(ended) => {
                    // It goes on without him.
                    drop(members.shutdown(Precepts::default()));
                    Err(ended)
                }
            }
        })
    }

    async fn stop_all(self: &Arc<Self>) -> Answer {
        let stopped = self.stop(&self.all()).await;
        self.set(Vec::new());
        self.wake();
        stopped
    }

    /// All in their order, of which one is new.
    fn in_order(
        &self,
        all: &[Arc<Instance>],
        new: &Instance,
    ) -> Result<Vec<Arc<Instance>>, AssemblyError> {
        let around = &self.around;
        let mut disorder: Vec<Disorder> =
            new.blueprint.lacks_timer(&around.bus).into_iter().collect();
        match in_order(all, &around.host) {
            Ok(in_order) if disorder.is_empty() => return Ok(in_order),
            Ok(_) => {}
            Err(others) => disorder.extend(others),
        }
        Err(AssemblyError::Disorder(disorder))
    }

    fn set_policy(&self, one: &Instance) -> Precepts {
        let mut set = Precepts::default();
        if let Some(policy) = one.blueprint.policy.clone() {
            set.set(&self.around.bus, one.name(), policy);
        }
        set
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
