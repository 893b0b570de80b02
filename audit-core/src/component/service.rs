//! [`Services`]: what components have for each other, found by its type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;

use super::facts::ServiceType;

/// What components have for each other, found by its type. Of several of one type the first is taken, in the order in which their
/// components start.
#[derive(Default)]
pub struct Services(HashMap<TypeId, Vec<Provided>>);

struct Provided {
    instance: String,
    service: Box<dyn Any + Send + Sync>,
}

impl Services {
    /// The service of this type, such as `Arc<dyn Ledger>`.
    pub fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let provided = self.0.get(&TypeId::of::<T>())?.first()?;
        provided.service.downcast_ref::<T>().cloned()
    }

    /// All services of this type, each with the instance that has it.
    pub fn all<T: Clone + Send + Sync + 'static>(&self) -> impl Iterator<Item = (&str, T)> {
        let provided = self.0.get(&TypeId::of::<T>());
        provided.into_iter().flatten().filter_map(|provided| {
            let service = provided.service.downcast_ref::<T>()?;
            Some((provided.instance.as_str(), service.clone()))
        })
    }

    pub(super) fn add(&mut self, instance: &str, service: Service) {
        let provided = Provided {
            instance: instance.to_owned(),
            service: service.value,
        };
        self.0.entry(service.of.id()).or_default().push(provided);
    }

    pub(super) fn remove(&mut self, instance: &str) {
        for provided in self.0.values_mut() {
            provided.retain(|provided| provided.instance != instance);
        }
    }
}

impl fmt::Debug for Services {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.0.values().flatten();
        f.debug_set().entries(all.map(|one| &one.instance)).finish()
    }
}

/// A service that a component has for others.
pub(super) struct Service {
    of: ServiceType,
    value: Box<dyn Any + Send + Sync>,
}

impl Service {
    pub(super) fn new<T: Clone + Send + Sync + 'static>(value: T) -> Self {
        Self {
            of: ServiceType::of::<T>(),
            value: Box::new(value),
        }
    }
}
