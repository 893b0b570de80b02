//! [`Directory`]: who uses a bus, and who is called what.

use std::sync::{Arc, PoisonError, Weak};

use crate::caller::{BRIDGE, Caller};
use crate::sync::{Mutex, MutexGuard};

/// Who uses a bus, and who is called what.
#[derive(Debug, Default)]
pub(in crate::bus) struct Directory(Mutex<Entries>);

#[derive(Debug, Default)]
struct Entries {
    /// Those who came, as far as they are there.
    callers: Vec<Weak<Caller>>,
    /// The components that an assembly has, whether or not they have started.
    components: Vec<Named>,
}

/// What an instance is called, and what its component is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) instance: String,
    pub(crate) component: String,
}

impl Directory {
    /// A component has started.
    pub(in crate::bus) fn come(&self, caller: &Arc<Caller>) {
        self.entries().come(caller);
    }

    /// Somebody brings in events of other processes.
    ///
    /// # Errors
    /// The instance of an assembly that goes by his name, or whose component does.
    pub(in crate::bus) fn come_in(&self, gateway: &Arc<Caller>) -> Result<(), Named> {
        let mut entries = self.entries();
        let mut components = entries.components.iter();
        if let Some(other) = components.find(|one| one.bears(gateway.instance())) {
            return Err(other.clone());
        }
        entries.come(gateway);
        Ok(())
    }

    /// The components of an assembly are these from now on.
    ///
    /// # Errors
    /// The names among theirs that somebody has who brings in events, each with whose it is: all are as before.
    pub(in crate::bus) fn settle(
        &self,
        components: Vec<Named>,
    ) -> Result<(), Vec<(Arc<str>, Named)>> {
        let mut entries = self.entries();
        let gateways = entries.gateways();
        let taken = components.iter().filter_map(|one| {
            let name = gateways.iter().find(|name| one.bears(name))?;
            Some((Arc::clone(name), one.clone()))
        });
        let taken: Vec<_> = taken.collect();
        if !taken.is_empty() {
            return Err(taken);
        }
        entries.components = components;
        Ok(())
    }

    /// What an instance of an assembly is one of, whether or not it has started.
    pub(in crate::bus) fn component_of(&self, instance: &str) -> Option<Arc<str>> {
        let entries = self.entries();
        let mut components = entries.components.iter();
        let it = components.find(|one| one.instance == instance)?;
        Some(it.component.as_str().into())
    }

    /// The names of those who bring in events, as far as they are there.
    pub(in crate::bus) fn gateways(&self) -> Vec<Arc<str>> {
        self.entries().gateways()
    }

    /// Who came and is there, sorted by instance, each as it is now.
    pub(in crate::bus) fn callers(&self) -> Vec<Arc<Caller>> {
        let mut all: Vec<Arc<Caller>> = self.entries().there().collect();
        // Of what was started anew only the last counts.
        all.sort_by(|one, other| {
            let last_first = other.number().cmp(&one.number());
            one.instance().cmp(other.instance()).then(last_first)
        });
        all.dedup_by(|one, other| one.instance() == other.instance());
        all
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entries {
    fn come(&mut self, caller: &Arc<Caller>) {
        self.callers.retain(|one| one.strong_count() > 0);
        self.callers.push(Arc::downgrade(caller));
    }

    /// Events and memos keep whoever published, so that he can be named; he need not be there any more.
    fn there(&self) -> impl Iterator<Item = Arc<Caller>> {
        let all = self.callers.iter().filter_map(Weak::upgrade);
        all.filter(|one| !one.has_ended())
    }

    fn gateways(&self) -> Vec<Arc<str>> {
        let gateways = self.there().filter(|one| &**one.component() == BRIDGE);
        gateways.map(|one| Arc::clone(one.instance())).collect()
    }
}

impl Named {
    /// Whether policies of that name hold for it.
    fn bears(&self, name: &str) -> bool {
        self.instance == name || self.component == name
    }
}
