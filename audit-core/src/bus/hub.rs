//! [`Hub`]: what all handles of a bus share.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use crate::caller::{ANONYMOUS, Caller, HOST};
use crate::pattern::Pattern;

use super::memo::Memos;
use super::policy::{BusPolicy, Operation, Policies, Verdict};
use super::subscriber::Subscriber;
use super::topic::Index;

/// What all handles of a bus share.
pub(super) struct Hub {
    /// Names it among all buses of the process.
    number: u64,
    /// Grows with every change of what a thread may remember.
    generation: AtomicU64,
    topics: RwLock<Index<Subscriber>>,
    policies: RwLock<Policies>,
    pub(super) host: Arc<Caller>,
    pub(super) anonymous: Arc<Caller>,
}

/// What a publication of a name by somebody comes to.
pub(super) struct Route {
    pub(super) name: Arc<str>,
    pub(super) verdict: Verdict,
    /// Who is told, in order.
    pub(super) subscribers: Box<[Arc<Subscriber>]>,
}

thread_local! {
    static ROUTES: Memos<Route> = const { Memos::new() };
}

impl Hub {
    pub(super) fn new() -> Self {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            generation: AtomicU64::new(0),
            topics: RwLock::default(),
            policies: RwLock::default(),
            host: Caller::named(HOST),
            anonymous: Caller::named(ANONYMOUS),
        }
    }

    /// What a publication comes to, as this thread remembers or as it is now.
    #[inline]
    pub(super) fn route(&self, caller: &Caller, name: &str) -> Arc<Route> {
        // Read before what it stands for: a change in between makes what is remembered look older than it is, never newer.
        let generation = self.generation.load(Ordering::Acquire);
        let known =
            ROUTES.try_with(|memos| memos.get(self.number, generation, caller.number(), name));
        match known {
            Ok(Some(route)) => route,
            _ => self.find_route(caller, name, generation),
        }
    }

    #[cold]
    fn find_route(&self, caller: &Caller, name: &str, generation: u64) -> Arc<Route> {
        let policies = self.policies.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = policies.judge(caller, Operation::Publish, name);
        drop(policies);
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        let subscribers = topics.told(name).into();
        drop(topics);
        let route = Arc::new(Route {
            name: name.into(),
            verdict,
            subscribers,
        });
        let _ending = ROUTES.try_with(|memos| {
            let name = Arc::clone(&route.name);
            memos.put(
                self.number,
                generation,
                caller.number(),
                name,
                Arc::clone(&route),
            );
        });
        route
    }

    /// Who is subscribed to the very name, whatever patterns stand for it.
    pub(super) fn subscribed(&self, name: &str) -> Vec<Arc<Subscriber>> {
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        topics.exactly(name)
    }

    pub(super) fn add(&self, subscriber: Arc<Subscriber>) {
        let pattern = subscriber.pattern.clone();
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        topics.add(&pattern, subscriber);
        self.changed();
    }

    /// Takes a subscriber out: from here on it is called no more.
    pub(super) fn remove(&self, subscriber: &Arc<Subscriber>) {
        subscriber.close();
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        topics.remove(&subscriber.pattern, subscriber);
        self.changed();
    }

    pub(super) fn set_policy(&self, name: &str, policy: BusPolicy) -> Option<BusPolicy> {
        let mut policies = self
            .policies
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let old = policies.set(name, policy);
        self.changed();
        old
    }

    fn changed(&self) {
        self.generation.fetch_add(1, Ordering::Release);
    }

    /// The patterns that somebody is subscribed to.
    pub(super) fn patterns(&self) -> Vec<(Arc<str>, usize)> {
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        let patterns = topics.patterns();
        patterns
            .map(|(text, count)| (Arc::clone(text), count))
            .collect()
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("number", &self.number)
            .finish_non_exhaustive()
    }
}

/// Whether a name is the bus's own.
pub(super) fn is_reserved(name: &str) -> bool {
    name.starts_with("__")
}

/// Reads a pattern that somebody subscribes to.
pub(super) fn pattern(text: &str) -> Result<Pattern, crate::pattern::PatternError> {
    Pattern::new(text)
}
