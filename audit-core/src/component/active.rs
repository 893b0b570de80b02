//! [`Active`]: what there is of a component while it is active.

use crate::bus::Handle;

use super::background::Background;
use super::drain::{Deadline, Drain};
use super::environment::Environment;
use super::error::AssemblyError;
use super::hook::called;
use super::parts::{HealthHook, Hook, Parts};
use super::stay::Stay;

/// What there is of a component while it is active. Nothing reaches it any more when this is dropped.
pub(super) struct Active {
    stay: Stay,
    background: Vec<(String, Background)>,
    deactivate: Option<Hook>,
    health: Option<HealthHook>,
}

impl Active {
    /// Lets everything reach the parts of an instance.
    ///
    /// # Errors
    /// A name is taken, or the executor takes no task: what had begun has ended again.
    pub(super) async fn begin<I>(
        instance: &str,
        rank: u64,
        parts: Parts,
        stay: Stay,
        around: &Environment<I>,
    ) -> Result<Self, AssemblyError> {
        let mut active = Self {
            stay,
            background: Vec::new(),
            deactivate: parts.deactivate,
            health: parts.health,
        };
        let start = |error| AssemblyError::Start {
            instance: instance.to_owned(),
            error,
        };
        let own = parts.runnables.into_iter();
        let own = own.map(|(name, runnable)| (format!("{instance}.{name}"), runnable));
        for (name, runnable) in own.chain(parts.free_runnables) {
            let Some(runnable) = runnable.take() else {
                continue;
            };
            match active.handle().register(&name, runnable) {
                Ok(registration) => registration.keep(),
                Err(error) => {
                    let error = AssemblyError::Name {
                        instance: instance.to_owned(),
                        error,
                    };
                    return Err(active.undone(instance, around, error).await);
                }
            }
        }
        for (pattern, options, handler) in parts.subscriptions {
            let (Some(options), Some(handler)) = (options.take(), handler.take()) else {
                continue;
            };
            match active.handle().subscribe_to(pattern, options, handler) {
                Ok(subscription) => subscription.keep(),
                Err(error) => {
                    let error = start(error.into());
                    return Err(active.undone(instance, around, error).await);
                }
            }
        }
        let executor = around.bus.executor();
        for (name, work) in parts.background {
            let scope = around.scope.clone();
            match Background::start(name.clone(), work, active.handle(), scope, &*executor) {
                Ok(work) => active.background.push((name, work)),
                Err(error) => {
                    let error = start(error.into());
                    return Err(active.undone(instance, around, error).await);
                }
            }
        }
        for service in parts.services {
            around.services.add(instance, rank, service);
        }
        Ok(active)
    }

    /// Ends what has begun of a start that can't go on. Why it can't is told; what its end says is worth less.
    async fn undone<I>(
        self,
        instance: &str,
        around: &Environment<I>,
        error: AssemblyError,
    ) -> AssemblyError {
        let _ended = self.end(instance, around).await;
        error
    }

    /// Lets nothing reach it any more, waits for what is under way, and calls what it does itself when it ends.
    pub(super) async fn end<I>(
        self,
        instance: &str,
        around: &Environment<I>,
    ) -> Result<(), AssemblyError> {
        let mut deadline = Deadline::new(&*around.bus.executor(), around.stop_timeout);
        let too_long = |under_way| AssemblyError::TooLong {
            instance: instance.to_owned(),
            after: around.stop_timeout,
            under_way,
        };
        let mut drain = Drain::default();
        let departure = self.stay.end();
        for (name, registration) in departure.registrations {
            drain.add(name, registration.end());
        }
        for (name, subscription) in departure.subscriptions {
            drain.add(name, subscription.end());
        }
        let drained = deadline.wait(drain.done()).await;
        // Told to stop also where others are still at work: they are left behind, not kept alive.
        let mut stopping = Drain::default();
        for (name, work) in self.background {
            stopping.add(name, work.end());
        }
        let stopped = deadline.wait(stopping.done()).await;
        if drained.and(stopped).is_none() {
            let mut under_way = drain.under_way();
            under_way.extend(stopping.under_way());
            return Err(too_long(under_way));
        }
        let Some(deactivate) = self.deactivate else {
            return Ok(());
        };
        match deadline.wait(called(deactivate, self.stay.handle())).await {
            None => Err(too_long(vec!["deactivate".to_owned()])),
            Some(Ok(())) => Ok(()),
            Some(Err(error)) => Err(AssemblyError::Stop {
                instance: instance.to_owned(),
                error,
            }),
        }
    }

    /// The bus, in its name.
    pub(super) fn handle(&self) -> &Handle {
        self.stay.handle()
    }

    /// What says how it does.
    pub(super) fn health(&self) -> Option<&HealthHook> {
        self.health.as_ref()
    }
}
