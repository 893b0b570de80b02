//! [`Wired`]: components that are made from the services of others.

use std::marker::PhantomData;

use crate::bus::Handle;
use crate::runtime::BoxError;

use super::blueprint::{Blueprint, Component, Context};
use super::facts::ServiceType;

/// A component that is made from what others have for it. The method that `#[requires]` stands on writes this.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not say how it is made",
    label = "no method of its `#[component]` impl block is marked `#[requires]`",
    note = "mark its constructor `#[requires]`, or make it yourself: `Blueprint::of` takes a component, `Blueprint::with` a closure"
)]
pub trait Wired: Component {
    /// Makes one.
    ///
    /// # Errors
    /// A service is missing, or it can't be made.
    fn wire(context: &Context<'_>) -> Result<Self, BoxError>;
}

impl Blueprint {
    /// A new one each time it starts, made by its method that is marked `#[requires]`.
    pub fn wired<C: Wired>() -> Self {
        Self::with(C::wire)
    }
}

/// A parameter of a constructor, by its type: `How` is its own for some types, and that of [`Inject`] for all others.
#[derive(Debug)]
pub struct Injected<T>(PhantomData<fn() -> T>);

/// How a parameter of a constructor gets its value.
#[derive(Debug)]
pub struct How<T> {
    /// The service that it is, if it is one.
    pub service: Option<ServiceType>,
    /// Takes it.
    pub take: fn(&Context<'_>) -> Result<T, BoxError>,
}

/// What can be a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a service",
    label = "not `Clone`, `Send`, `Sync` and `'static`",
    note = "a service is shared: an `Arc<dyn Trait>`, an `Arc` of a type, or a type that can be cloned; a constructor also takes \
            the component's `audit_core::bus::Handle`, an `Option` of a service, and a `Vec` of all services of a type"
)]
pub trait Shared: Clone + Send + Sync + 'static {}

impl<T: Clone + Send + Sync + 'static> Shared for T {}

impl Injected<Handle> {
    /// The bus, in the component's name.
    pub const HOW: How<Handle> = How {
        service: None,
        take: |context| Ok(context.bus.clone()),
    };
}

impl<T: Shared> Injected<Option<T>> {
    /// A service that may be missing.
    pub const HOW: How<Option<T>> = How {
        service: Some(ServiceType::of::<T>().optional()),
        take: |context| Ok(context.services.get()),
    };
}

impl<T: Shared> Injected<Vec<T>> {
    /// All services of a type, in the order in which those who have them started.
    pub const HOW: How<Vec<T>> = How {
        service: Some(ServiceType::of::<T>().optional()),
        take: |context| Ok(context.services.all().map(|(_, service)| service).collect()),
    };
}

/// A service that must be there: any type that has no meaning of its own.
pub trait Inject {
    /// What is taken.
    type Taken;
    /// How.
    const HOW: How<Self::Taken>;
    /// Nothing at all: a name by which generated code shows that it uses this trait.
    const NONE: Option<ServiceType> = None;
}

impl<T: Shared> Inject for Injected<T> {
    type Taken = T;
    const HOW: How<T> = How {
        service: Some(ServiceType::of::<T>()),
        take: |context| {
            let missing = || {
                let name = std::any::type_name::<T>();
                format!("no component that started has the service `{name}`").into()
            };
            context.services.get().ok_or_else(missing)
        },
    };
}

/// The services among what a constructor takes, before those that are none, and how many they are.
#[expect(
    clippy::indexing_slicing,
    reason = "neither number reaches `N`, and iterators can't be const"
)]
pub const fn services<const N: usize>(all: [Option<ServiceType>; N]) -> ([ServiceType; N], usize) {
    let mut services = [ServiceType::of::<()>(); N];
    let (mut found, mut at) = (0, 0);
    while at < N {
        if let Some(service) = all[at] {
            services[found] = service;
            found += 1;
        }
        at += 1;
    }
    (services, found)
}

/// Those that are services.
pub const fn required<const N: usize>(
    services: &'static ([ServiceType; N], usize),
) -> &'static [ServiceType] {
    services.0.split_at(services.1).0
}

/// What a constructor returns: the component, or a `Result` of one.
#[diagnostic::on_unimplemented(
    message = "a constructor can't return `{Self}`",
    label = "neither the component nor a `Result` of one",
    note = "return `Self`, or a `Result<Self, E>` whose error is an `std::error::Error`, or text"
)]
pub trait IntoMade<C> {
    /// As a result.
    ///
    /// # Errors
    /// It can't be made.
    fn into_made(self) -> Result<C, BoxError>;
}

impl<C: Component> IntoMade<C> for C {
    fn into_made(self) -> Result<C, BoxError> {
        Ok(self)
    }
}

impl<C: Component, E: Into<BoxError>> IntoMade<C> for Result<C, E> {
    fn into_made(self) -> Result<C, BoxError> {
        self.map_err(Into::into)
    }
}
