//! [`Services`]: what components have for each other, found by its type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::facts::ServiceType;
use super::foreign::Foreign;

/// What components have for each other, found by its type. Of several of one type the first is taken, in the order in which their
/// components started first. Cheap to clone: all clones are the same.
#[derive(Clone, Default)]
pub struct Services(Arc<RwLock<HashMap<TypeId, Vec<Provided>>>>);

struct Provided {
    instance: Arc<str>,
    /// Whose come first.
    rank: u64,
    service: Value,
}

/// Whoever lets go of the last, the end of a service is foreign.
type Value = Arc<Foreign<Box<dyn Any + Send + Sync>>>;

impl Services {
    /// The service of this type, such as `Arc<dyn Ledger>`.
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let first = all.get(&TypeId::of::<T>())?.first()?;
        let service = Arc::clone(&first.service);
        drop(all);
        service.get()?.downcast_ref::<T>().cloned()
    }

    /// All services of this type that there are now, each with the instance that has it.
    pub fn all<T: Clone + Send + Sync + 'static>(&self) -> impl Iterator<Item = (Arc<str>, T)> {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let provided = all.get(&TypeId::of::<T>()).into_iter().flatten();
        let provided: Vec<_> = provided
            .map(|one| (Arc::clone(&one.instance), Arc::clone(&one.service)))
            .collect();
        drop(all);
        // Cloned by whoever asks, outside of the lock: it is foreign code.
        provided.into_iter().filter_map(|(instance, service)| {
            let service = service.get()?.downcast_ref::<T>()?.clone();
            Some((instance, service))
        })
    }

    /// Whether there is one of a type.
    pub(super) fn has(&self, service: &ServiceType) -> bool {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        all.get(&service.id())
            .is_some_and(|provided| !provided.is_empty())
    }

    pub(super) fn add(&self, instance: &str, rank: u64, service: Service) {
        let provided = Provided {
            instance: instance.into(),
            rank,
            service: service.value,
        };
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let of_type = all.entry(service.of.id()).or_default();
        let place = of_type.partition_point(|other| other.rank <= rank);
        of_type.insert(place, provided);
    }

    pub(super) fn remove(&self, instance: &str) {
        let mut gone = Vec::new();
        let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for provided in all.values_mut() {
            gone.extend(provided.extract_if(.., |one| &*one.instance == instance));
        }
        drop(all);
        // Outside of the lock.
        drop(gone);
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let all = all.values().flatten();
        f.debug_set().entries(all.map(|one| &one.instance)).finish()
    }
}

/// A service that a component has for others.
pub(super) struct Service {
    of: ServiceType,
    value: Value,
}

impl Service {
    pub(super) fn new<T: Clone + Send + Sync + 'static>(value: T) -> Self {
        Self {
            of: ServiceType::of::<T>(),
            value: Arc::new(Foreign::new(Box::new(value))),
        }
    }

    pub(super) fn of(&self) -> ServiceType {
        self.of
    }
}
