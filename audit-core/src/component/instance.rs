//! [`Instance`]: a component in an assembly, from its start to its end.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use crate::bus::{Bus, Handle, Registration, Subscription};
use crate::contain::{contain, discard};
use crate::executor::Executor;
use crate::runtime::BoxError;

use super::blueprint::{Blueprint, Context};
use super::error::AssemblyError;
use super::health::Health;
use super::parts::{HealthHook, Hook, Parts};
use super::service::Services;

/// A component in an assembly.
pub(super) struct Instance {
    pub(super) blueprint: Blueprint,
    handle: Handle,
    /// There while it is active.
    active: Option<Active>,
    /// Why it is not, where it should be.
    failed: Option<String>,
}

/// What there is of a component while it is active.
struct Active {
    registrations: Vec<Registration>,
    subscriptions: Vec<Subscription>,
    deactivate: Option<Hook>,
    health: Option<HealthHook>,
}

impl Instance {
    pub(super) fn new(blueprint: Blueprint, bus: &Bus) -> Self {
        let handle = bus.handle_of(blueprint.facts.name, &blueprint.instance);
        Self {
            blueprint,
            handle,
            active: None,
            failed: None,
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.blueprint.instance
    }

    /// Starts it: makes it, lets it do what it does when it starts, and only then lets anything reach it.
    pub(super) async fn start(&mut self, services: &mut Services) -> Result<(), AssemblyError> {
        let started = self.try_start(services).await;
        self.failed = started.as_ref().err().map(ToString::to_string);
        started
    }

    async fn try_start(&mut self, services: &mut Services) -> Result<(), AssemblyError> {
        let failed = |error: BoxError| AssemblyError::Start {
            instance: self.blueprint.instance.clone(),
            error,
        };
        let make = Arc::clone(&self.blueprint.make);
        let context = Context {
            bus: self.handle.clone(),
            services,
        };
        let made = contain(|| self.handle.enter().run(|| make(&context)));
        let parts = made
            .unwrap_or_else(|panic| Err(panicked(&panic)))
            .map_err(failed)?;
        let Parts {
            runnables,
            free_runnables,
            subscriptions,
            services: provided,
            activate,
            deactivate,
            health,
        } = parts;
        if let Some(activate) = activate {
            self.hook(activate).await.map_err(failed)?;
        }
        let mut active = Active {
            registrations: Vec::new(),
            subscriptions: Vec::new(),
            deactivate,
            health,
        };
        let instance = &self.blueprint.instance;
        let own = runnables.into_iter();
        let own = own.map(|(name, runnable)| (format!("{instance}.{name}"), runnable));
        for (name, runnable) in own.chain(free_runnables) {
            match self.handle.register(&name, runnable) {
                Ok(registration) => active.registrations.push(registration),
                Err(error) => {
                    let instance = self.blueprint.instance.clone();
                    // Why it could not start is told; what its end says is worth less.
                    let _ended = self.end(active).await;
                    return Err(AssemblyError::Name { instance, error });
                }
            }
        }
        for (pattern, options, handler) in subscriptions {
            active
                .subscriptions
                .push(self.handle.subscribe_to(pattern, options, handler));
        }
        for service in provided {
            services.add(&self.blueprint.instance, service);
        }
        self.active = Some(active);
        Ok(())
    }

    /// Ends it: from now on nothing reaches it; once what is under way is done, it does what it does when it ends.
    pub(super) async fn stop(
        &mut self,
        services: &mut Services,
        executor: &dyn Executor,
        deadline: Duration,
    ) -> Result<(), AssemblyError> {
        services.remove(&self.blueprint.instance);
        let Some(active) = self.active.take() else {
            return Ok(());
        };
        let too_long = || AssemblyError::TooLong {
            instance: self.blueprint.instance.clone(),
            after: deadline,
        };
        let ended = within(executor, deadline, self.end(active)).await;
        match ended {
            None => Err(too_long()),
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(AssemblyError::Stop {
                instance: self.blueprint.instance.clone(),
                error,
            }),
        }
    }

    async fn end(&self, active: Active) -> Result<(), BoxError> {
        let Active {
            registrations,
            subscriptions,
            deactivate,
            ..
        } = active;
        for registration in registrations {
            registration.end().await;
        }
        for subscription in subscriptions {
            subscription.end().await;
        }
        match deactivate {
            Some(deactivate) => self.hook(deactivate).await,
            None => Ok(()),
        }
    }

    /// Does what a component does when it starts or ends, in its name. A panic is an error.
    async fn hook(&self, hook: Hook) -> Result<(), BoxError> {
        let begun = contain(|| self.handle.enter().run(hook));
        let work = begun.map_err(|panic| panicked(&panic))?;
        let mut work = Some(self.handle.enter().around(work));
        let done = poll_fn(|context| {
            let Some(polled) = &mut work else {
                return Poll::Pending;
            };
            match contain(|| Pin::new(polled).poll(context)) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(done)) => Poll::Ready(done),
                Err(panic) => Poll::Ready(Err(panicked(&panic))),
            }
        })
        .await;
        discard(work.take());
        done
    }

    /// How it does.
    pub(super) fn health(&self) -> Health {
        match (&self.active, &self.failed) {
            (_, Some(why)) => Health::Failed(why.clone()),
            (None, None) => Health::Failed("it has not started".to_owned()),
            (Some(active), None) => active.health.as_ref().map_or(Health::Healthy, |health| {
                contain(health).unwrap_or_else(|panic| {
                    Health::Failed(format!("asked for its health it panicked: {panic}"))
                })
            }),
        }
    }

    pub(super) fn is_active(&self) -> bool {
        self.active.is_some()
    }
}

fn panicked(panic: &str) -> BoxError {
    format!("it panicked: {panic}").into()
}

/// What a future answers, if it does in time; without a timer it is waited for.
async fn within<F: Future>(executor: &dyn Executor, time: Duration, work: F) -> Option<F::Output> {
    let Some(mut alarm) = executor.sleep(time) else {
        return Some(work.await);
    };
    let mut work = pin!(work);
    poll_fn(move |context| {
        if let Poll::Ready(output) = work.as_mut().poll(context) {
            return Poll::Ready(Some(output));
        }
        alarm.as_mut().poll(context).map(|()| None)
    })
    .await
}
