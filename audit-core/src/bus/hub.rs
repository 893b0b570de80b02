//! [`Hub`]: what all handles of a bus share.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use foldhash::fast::RandomState;

use crate::caller::{ANONYMOUS, Caller, HOST};
use crate::executor::Executor;

use super::error::RegisterError;
use super::memo::Memos;
use super::policy::{BusPolicy, Operation, Policies, Verdict};
use super::registry::Registered;
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
    runnables: RwLock<HashMap<Arc<str>, Arc<Registered>, RandomState>>,
    pub(super) executor: Arc<dyn Executor>,
    pub(super) host: Arc<Caller>,
    pub(super) anonymous: Arc<Caller>,
    /// The components that came, as far as they are there.
    callers: Mutex<Vec<Weak<Caller>>>,
}

/// What a publication of a name by somebody comes to.
pub(super) struct Route {
    pub(super) name: Arc<str>,
    pub(super) verdict: Verdict,
    /// Who is told, in order.
    pub(super) subscribers: Box<[Arc<Subscriber>]>,
}

/// What an invocation of a name by somebody comes to.
pub(super) struct Target {
    pub(super) name: Arc<str>,
    pub(super) verdict: Verdict,
    /// Nobody has the name, else.
    pub(super) registered: Option<Arc<Registered>>,
}

thread_local! {
    static ROUTES: Memos<Route> = const { Memos::new() };
    static TARGETS: Memos<Target> = const { Memos::new() };
}

impl Hub {
    pub(super) fn new(executor: Arc<dyn Executor>) -> Arc<Self> {
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        Arc::new_cyclic(|hub: &Weak<Self>| Self {
            number: NUMBERS.fetch_add(1, Ordering::Relaxed),
            generation: AtomicU64::new(0),
            topics: RwLock::default(),
            policies: RwLock::default(),
            runnables: RwLock::default(),
            executor,
            host: Caller::named(HOST, hub.clone()),
            anonymous: Caller::named(ANONYMOUS, hub.clone()),
            callers: Mutex::default(),
        })
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

    /// What an invocation comes to, as this thread remembers or as it is now.
    #[inline]
    pub(super) fn target(&self, caller: &Caller, name: &str) -> Arc<Target> {
        let generation = self.generation.load(Ordering::Acquire);
        let known =
            TARGETS.try_with(|memos| memos.get(self.number, generation, caller.number(), name));
        match known {
            Ok(Some(target)) => target,
            _ => self.find_target(caller, name, generation),
        }
    }

    #[cold]
    fn find_target(&self, caller: &Caller, name: &str, generation: u64) -> Arc<Target> {
        let policies = self.policies.read().unwrap_or_else(PoisonError::into_inner);
        let verdict = policies.judge(caller, Operation::Invoke, name);
        drop(policies);
        let runnables = self
            .runnables
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let registered = runnables.get(name).cloned();
        drop(runnables);
        let target = Arc::new(Target {
            name: name.into(),
            verdict,
            registered,
        });
        let _ending = TARGETS.try_with(|memos| {
            let name = Arc::clone(&target.name);
            memos.put(
                self.number,
                generation,
                caller.number(),
                name,
                Arc::clone(&target),
            );
        });
        target
    }

    /// Lets somebody be invoked by a name.
    pub(super) fn register(&self, registered: Arc<Registered>) -> Result<(), RegisterError> {
        let name = registered.name.to_string();
        if is_reserved(&name) {
            return Err(RegisterError::Reserved { name });
        }
        let timeout = registered.facts().and_then(|facts| facts.timeout);
        if timeout.is_some_and(|timeout| self.executor.sleep(timeout).is_none()) {
            return Err(RegisterError::NoTimer { name });
        }
        let mut runnables = self
            .runnables
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        match runnables.entry(Arc::clone(&registered.name)) {
            Entry::Occupied(other) => Err(RegisterError::Taken {
                name,
                owner: other.get().owner.to_string(),
            }),
            Entry::Vacant(place) => {
                place.insert(registered);
                self.changed();
                Ok(())
            }
        }
    }

    /// Takes a name away again: no call begins from here on.
    pub(super) fn unregister(&self, registered: &Arc<Registered>) {
        registered.occupancy.close();
        let mut runnables = self
            .runnables
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let is_it = runnables
            .get(&registered.name)
            .is_some_and(|known| Arc::ptr_eq(known, registered));
        if is_it {
            runnables.remove(&registered.name);
        }
        self.changed();
    }

    /// What can be invoked, sorted by name.
    pub(super) fn registered(&self) -> Vec<Arc<Registered>> {
        let runnables = self
            .runnables
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<_> = runnables.values().cloned().collect();
        all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        all
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

    /// Somebody uses the bus from now on.
    pub(super) fn come(&self, caller: &Arc<Caller>) {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.retain(|one| one.strong_count() > 0);
        callers.push(Arc::downgrade(caller));
    }

    /// Who uses the bus, sorted by instance: the host, nobody, and components, each as it is now.
    pub(super) fn callers(&self) -> Vec<Arc<Caller>> {
        let callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<Arc<Caller>> = callers.iter().filter_map(Weak::upgrade).collect();
        drop(callers);
        all.extend([Arc::clone(&self.host), Arc::clone(&self.anonymous)]);
        // Of what was started anew only the last counts.
        all.sort_by(|one, other| {
            let last_first = other.number().cmp(&one.number());
            one.instance().cmp(other.instance()).then(last_first)
        });
        all.dedup_by(|one, other| one.instance() == other.instance());
        all
    }

    /// Reads the policies in force.
    pub(super) fn with_policies<R>(&self, read: impl FnOnce(&Policies) -> R) -> R {
        read(&self.policies.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The patterns that somebody is subscribed to, each with those who are.
    pub(super) fn listeners(&self) -> Vec<(Arc<str>, Vec<Arc<Subscriber>>)> {
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        let patterns = topics.patterns();
        patterns
            .map(|(text, _)| (Arc::clone(text), topics.exactly(text)))
            .collect()
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
