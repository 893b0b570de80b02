//! What all handles of a bus share: how it begins and ends, who is there, and what a name comes to, as threads remember it.

mod builder;
mod close;
mod directory;
mod graph;
mod memo;
mod mourning;
mod phase;
mod route;
mod topic;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError, Weak};

use foldhash::fast::RandomState;

use crate::caller::{ANONYMOUS, Caller, HOST};
use crate::executor::Executor;
use crate::sync::{AtomicU64, Mutex, RwLock, StaticU64};

use super::error::{RegisterError, SubscribeError};
use super::event::{DEAD_LETTERS, Upcasters};
use super::listener::Listener;
use super::policy::{BusPolicy, Policies};
use super::queue::{Emptied, Job, Lane, Overflow, Queue, Source};
use super::runnable::Registered;

pub use builder::BusBuilder;
pub use close::{CloseError, FlushError, UnfinishedQueue};
use directory::Directory;
pub(crate) use directory::Named;
pub use graph::{Graph, GraphCall, GraphCaller, GraphTopic};
use memo::Shelves;
use phase::{Phase, PhaseCell};
pub(super) use route::{Route, Target};
use topic::Index;

/// What all handles of a bus share.
pub(super) struct Hub {
    /// Names it among all buses of the process.
    number: u64,
    /// Grows with every change of what a thread may remember.
    generation: AtomicU64,
    /// What the memos of threads need.
    routes: Shelves<Arc<Route>>,
    targets: Shelves<()>,
    topics: RwLock<Index<Listener>>,
    policies: RwLock<Policies>,
    runnables: RwLock<HashMap<Arc<str>, Arc<Registered>, RandomState>>,
    phase: PhaseCell,
    /// The queues of subscriptions, with those that ended and are not empty yet.
    queues: Mutex<Vec<Weak<dyn Emptied>>>,
    /// What was published without waiting, done in order.
    pub(super) publications: Arc<Lane<Job>>,
    /// What was invoked without waiting, done several at once.
    pub(super) calls: Arc<Lane<Job>>,
    /// Dead letters of what queues dropped, told of in order.
    pub(super) letters: Arc<Lane<Job>>,
    pub(super) upcasters: Arc<Upcasters>,
    pub(super) executor: Arc<dyn Executor>,
    pub(super) host: Arc<Caller>,
    pub(super) anonymous: Arc<Caller>,
    pub(super) directory: Directory,
    /// How many dead letters there were.
    pub(super) buried: StaticU64,
}

impl Hub {
    /// A bus whose tasks run there, with so many places for what is not waited for, and so many calls of that at once.
    pub(super) fn new(executor: Arc<dyn Executor>, queue: Queue, concurrency: usize) -> Arc<Self> {
        static NUMBERS: StaticU64 = StaticU64::new(0);
        // Nobody can wait for room there, and whoever finds none is told so.
        let queue = match queue.on_overflow() {
            Overflow::DropOldest => queue,
            Overflow::Wait | Overflow::DropNewest => queue.overflow(Overflow::Wait),
        };
        let lane = |hub: &Weak<Self>, name, concurrency| {
            let source = Source {
                queue: name,
                subscription: None,
            };
            Lane::new(queue, concurrency, source, hub.clone())
        };
        Arc::new_cyclic(|hub: &Weak<Self>| {
            let host = Caller::named(HOST, hub.clone());
            Self {
                number: NUMBERS.fetch_add(1, Ordering::Relaxed),
                generation: AtomicU64::new(0),
                routes: Shelves::default(),
                targets: Shelves::default(),
                topics: RwLock::default(),
                policies: RwLock::default(),
                runnables: RwLock::default(),
                phase: PhaseCell::default(),
                queues: Mutex::default(),
                publications: lane(hub, "publish_nowait", 1),
                calls: lane(hub, "invoke_nowait", concurrency),
                letters: lane(hub, DEAD_LETTERS, 1),
                upcasters: Arc::new(Upcasters::new(Arc::clone(&host))),
                executor,
                host,
                anonymous: Caller::named(ANONYMOUS, hub.clone()),
                directory: Directory::default(),
                buried: StaticU64::default(),
            }
        })
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
        // Asked within the lock: whoever ends it finds this one afterwards, or it is refused here.
        if registered.owner.has_ended() {
            let caller = registered.owner.to_string();
            return Err(RegisterError::Ended { caller });
        }
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
            self.changed();
        }
    }

    /// Names it among all buses of the process.
    pub(super) fn number(&self) -> u64 {
        self.number
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
    pub(super) fn subscribed(&self, name: &str) -> Vec<Arc<Listener>> {
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        topics.exactly(name)
    }

    /// Whether anybody is subscribed to the very name.
    pub(super) fn is_subscribed(&self, name: &str) -> bool {
        let topics = self.topics.read().unwrap_or_else(PoisonError::into_inner);
        topics.has(name)
    }

    /// Lets somebody be told from now on.
    pub(super) fn add(&self, listener: Arc<Listener>) -> Result<(), SubscribeError> {
        if let Some(queue) = listener.queue() {
            let lane: Arc<dyn Emptied> = Arc::clone(queue) as _;
            let lane = Arc::downgrade(&lane);
            let mut queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
            // Room is made only where it would grow, so each costs little however many there are.
            if queues.len() == queues.capacity() {
                queues.retain(|lane| lane.strong_count() > 0);
            }
            queues.push(lane);
        }
        let pattern = listener.pattern.clone();
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        // Asked within the lock, as above.
        if listener.owner().has_ended() {
            let caller = listener.owner().to_string();
            return Err(SubscribeError::Ended { caller });
        }
        topics.add(&pattern, listener);
        self.changed();
        Ok(())
    }

    /// Takes a listener out: from here on it is called no more.
    pub(super) fn remove(&self, listener: &Arc<Listener>) {
        listener.close();
        let mut topics = self.topics.write().unwrap_or_else(PoisonError::into_inner);
        if !topics.remove(&listener.pattern, listener) {
            return;
        }
        self.changed();
        drop(topics);
        // Nothing is locked: what goes there may run foreign code.
        self.routes.clear();
    }

    /// Who uses the bus, sorted by instance: the host, nobody, components and bridges, each as it is now.
    pub(super) fn callers(&self) -> Vec<Arc<Caller>> {
        let mut all = self.directory.callers();
        all.extend([Arc::clone(&self.host), Arc::clone(&self.anonymous)]);
        all.sort_by(|one, other| one.instance().cmp(other.instance()));
        all
    }

    /// Reads the policies in force.
    pub(super) fn with_policies<R>(&self, read: impl FnOnce(&Policies) -> R) -> R {
        read(&self.policies.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The patterns that somebody is subscribed to, each with those who are.
    pub(super) fn listeners(&self) -> Vec<(Arc<str>, Vec<Arc<Listener>>)> {
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

    /// Holds somebody who ends to the policy that is in force for him.
    pub(super) fn keep_policy(&self, caller: &Arc<Caller>) {
        let policies = self.policies.write();
        // What is remembered stays true: it adds nothing to what is in force now.
        policies
            .unwrap_or_else(PoisonError::into_inner)
            .keep(caller);
    }

    /// Puts back the policy that was in force before, unless it is another by now.
    pub(super) fn put_back_policy(
        &self,
        name: &str,
        set: &BusPolicy,
        before: Option<&BusPolicy>,
    ) -> bool {
        let mut policies = self
            .policies
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let is_back = policies.put_back(name, set, before);
        self.changed();
        is_back
    }

    /// All that is to be done later: what nobody waits for first, then dead letters, then the queues of subscriptions.
    pub(super) fn lanes(&self) -> Vec<Arc<dyn Emptied>> {
        let mut lanes: Vec<Arc<dyn Emptied>> = vec![
            Arc::clone(&self.publications) as _,
            Arc::clone(&self.calls) as _,
            Arc::clone(&self.letters) as _,
        ];
        let queues = self.queues.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.extend(queues.iter().filter_map(Weak::upgrade));
        lanes
    }

    /// Lets the bus take less from now on. Returns what it took before.
    pub(super) fn go_on_to(&self, phase: Phase) -> Phase {
        let before = self.phase.go_on_to(phase);
        self.changed();
        before
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

#[cfg(test)]
#[cfg(not(audit_model))]
mod tests {
    use crate::bus::{Bus, Runnable};
    use crate::executor::block_on;

    #[test]
    fn what_has_ended_makes_nobody_forget_anything_when_it_goes() {
        let bus = Bus::new();
        let subscription = bus.subscribe("a", |_| {}).unwrap();
        let runnable = Runnable::new(|(): ()| Ok::<_, String>(()));
        let registration = bus.register("b", runnable).unwrap();
        let before = bus.hub.edition().generation;
        block_on(subscription.end());
        assert_eq!(bus.hub.edition().generation, before + 1);
        let registered = bus.hub.registered().remove(0);
        block_on(registration.end());
        assert_eq!(bus.hub.edition().generation, before + 2);
        bus.hub.unregister(&registered);
        assert_eq!(bus.hub.edition().generation, before + 2);
    }
}
