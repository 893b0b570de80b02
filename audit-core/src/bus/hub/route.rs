//! [`Route`] and [`Target`]: what a publication and a call come to, which each thread remembers.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak};

use crate::bus::event::Origin;
use crate::bus::listener::Listener;
use crate::bus::policy::{Operation, Verdict};
use crate::bus::runnable::Registered;
use crate::caller::Caller;
use crate::sync::thread_local;

use super::Hub;
use super::memo::{Edition, Held, Known, Memos};
use super::phase::Phase;

/// What a publication of a name by somebody comes to.
pub(in crate::bus) struct Route {
    pub(in crate::bus) origin: Arc<Origin>,
    pub(in crate::bus) verdict: Verdict,
    pub(in crate::bus) phase: Phase,
    /// Who is told, in order.
    pub(in crate::bus) listeners: Box<[Arc<Listener>]>,
}

/// What an invocation of a name by somebody comes to.
pub(in crate::bus) struct Target {
    caller: u32,
    pub(in crate::bus) name: Arc<str>,
    pub(in crate::bus) verdict: Verdict,
    pub(in crate::bus) phase: Phase,
    /// Nobody has the name, else. It is there as long as it is registered.
    pub(in crate::bus) registered: Option<Weak<Registered>>,
}

/// A route keeps handlers, which must not outlive their subscription or their bus on a thread that never publishes again: so the
/// bus keeps it.
impl Held for Weak<Route> {
    type Seen<'h> = Arc<Route>;
    type Kept = Arc<Route>;

    #[inline]
    fn see(&self) -> Option<Arc<Route>> {
        self.upgrade()
    }
}

impl Known for Arc<Route> {
    #[inline]
    fn is_of(&self, caller: &Caller, name: &str) -> bool {
        self.origin.publisher.number() == caller.number() && &*self.origin.name == name
    }

    fn bytes(&self) -> usize {
        size_of::<Route>()
            + size_of::<Origin>()
            + self.origin.name.len()
            + size_of_val(&*self.listeners)
    }
}

/// What can be invoked is kept by who registered it.
impl Held for Arc<Target> {
    type Seen<'h> = &'h Self;
    type Kept = ();

    #[inline]
    fn see(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Known for &Arc<Target> {
    #[inline]
    fn is_of(&self, caller: &Caller, name: &str) -> bool {
        self.caller == caller.number() && &*self.name == name
    }

    fn bytes(&self) -> usize {
        size_of::<Target>() + self.name.len()
    }
}

thread_local! {
    static ROUTES: Memos<Weak<Route>> = const { Memos::new() };
    static TARGETS: Memos<Arc<Target>> = const { Memos::new() };
}

impl Hub {
    /// What a publication comes to, as this thread remembers or as it is now.
    #[inline]
    pub(in crate::bus) fn route(&self, caller: &Arc<Caller>, name: &str) -> Arc<Route> {
        // Read before what it stands for: a change in between makes what is remembered look older than it is, never newer.
        let edition = self.edition();
        let known = ROUTES.try_with(|memos| memos.with(edition, caller, name, |route| route));
        match known {
            Ok(Some(route)) => route,
            _ => self.find_route(caller, name, edition),
        }
    }

    #[cold]
    fn find_route(&self, caller: &Arc<Caller>, name: &str, edition: Edition) -> Arc<Route> {
        let policies = self.policies.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = policies.judge(caller, Operation::Publish, name);
        drop(policies);
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        let listeners = topics.told(name).into();
        drop(topics);
        let route = Arc::new(Route {
            origin: Arc::new(Origin {
                name: name.into(),
                publisher: Arc::clone(caller),
            }),
            verdict,
            phase: self.phase.get(),
            listeners,
        });
        let (held, kept) = (Arc::downgrade(&route), Arc::clone(&route));
        let put = |memos: &Memos<Weak<Route>>| {
            memos.put(&self.routes, edition, (caller, name), held, kept)
        };
        // Whoever takes a handler out empties the shelves after he has changed the number: if this came later, it sees so here.
        if let Ok(Some(shelf)) = ROUTES.try_with(put)
            && self.edition() != edition
        {
            shelf.clear();
        }
        route
    }

    /// What a thread may remember now.
    #[inline]
    pub(super) fn edition(&self) -> Edition {
        Edition {
            bus: self.number,
            generation: self.generation.load(Ordering::Acquire),
        }
    }

    /// Reads what an invocation comes to, as this thread remembers or as it is now.
    #[inline]
    pub(in crate::bus) fn target<R>(
        &self,
        caller: &Caller,
        name: &str,
        read: impl Fn(&Arc<Target>) -> R,
    ) -> R {
        let edition = self.edition();
        let known = TARGETS.try_with(|memos| memos.with(edition, caller, name, &read));
        match known {
            Ok(Some(answer)) => answer,
            _ => read(&self.find_target(caller, name, edition)),
        }
    }

    #[cold]
    fn find_target(&self, caller: &Caller, name: &str, edition: Edition) -> Arc<Target> {
        let policies = self.policies.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = policies.judge(caller, Operation::Invoke, name);
        drop(policies);
        let runnables = self
            .runnables
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let registered = runnables.get(name).map(Arc::downgrade);
        drop(runnables);
        let target = Arc::new(Target {
            caller: caller.number(),
            name: name.into(),
            verdict,
            phase: self.phase.get(),
            registered,
        });
        let _ending = TARGETS.try_with(|memos| {
            let held = Arc::clone(&target);
            memos.put(&self.targets, edition, (caller, name), held, ())
        });
        target
    }
}
