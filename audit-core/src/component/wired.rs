//! [`Wired`]: components that are made from the services of others.

use std::any::type_name;
use std::marker::PhantomData;
use std::ops::Deref;

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

/// A parameter of a constructor: some types have a meaning of their own, for all others what is behind it answers.
#[derive(Debug)]
pub struct Injected<T>(Service<T>);

/// A parameter that is a service, which must be there.
#[derive(Debug)]
pub struct Service<T>(PhantomData<fn() -> T>);

/// What can be a service.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be a service",
    label = "not `Clone`, `Send`, `Sync` and `'static`",
    note = "a service is shared: an `Arc<dyn Trait>`, an `Arc` of a type, or a type that can be cloned; a constructor also takes \
            the component's `audit_core::bus::Handle`, an `Option` of a service, and a `Vec` of all services of a type"
)]
pub trait Shared: Clone + Send + Sync + 'static {}

impl<T: Clone + Send + Sync + 'static> Shared for T {}

impl<T> Injected<T> {
    /// Of this type.
    #[expect(clippy::new_without_default, reason = "generated code alone makes one")]
    pub const fn new() -> Self {
        Self(Service(PhantomData))
    }
}

impl<T> Deref for Injected<T> {
    type Target = Service<T>;

    fn deref(&self) -> &Service<T> {
        &self.0
    }
}

impl Injected<Handle> {
    /// It is no service.
    pub const SERVICE: Option<ServiceType> = None;

    /// The bus, in the component's name.
    ///
    /// # Errors
    /// Never.
    pub fn take(&self, context: &Context<'_>) -> Result<Handle, BoxError> {
        Ok(context.bus.clone())
    }
}

impl<T: Shared> Injected<Option<T>> {
    /// A service that may be missing.
    pub const SERVICE: Option<ServiceType> = Some(ServiceType::of::<T>().optional());

    /// It, if it is there.
    ///
    /// # Errors
    /// Never.
    pub fn take(&self, context: &Context<'_>) -> Result<Option<T>, BoxError> {
        Ok(context.services.get())
    }
}

impl<T: Shared> Injected<Vec<T>> {
    /// A service that several may have, or nobody.
    pub const SERVICE: Option<ServiceType> = Some(ServiceType::of::<T>().optional());

    /// All there are, in the order in which those who have them started.
    ///
    /// # Errors
    /// Never.
    pub fn take(&self, context: &Context<'_>) -> Result<Vec<T>, BoxError> {
        let all = context.services.all();
        Ok(all.map(|(_, service)| service).collect())
    }
}

/// Any type that has no meaning of its own.
pub trait Inject {
    /// The service that it is.
    const SERVICE: Option<ServiceType>;
    /// Nothing at all: a name by which generated code shows that it uses this trait.
    const NONE: Option<ServiceType> = None;
}

impl<T: 'static> Inject for Injected<T> {
    const SERVICE: Option<ServiceType> = Some(ServiceType::of::<T>());
}

impl<T> Service<T> {
    /// The service.
    ///
    /// # Errors
    /// Nobody who started has it.
    pub fn take(&self, context: &Context<'_>) -> Result<T, BoxError>
    where
        T: Shared,
    {
        let missing = || {
            let name = type_name::<T>();
            format!("no component that started has the service `{name}`").into()
        };
        context.services.get().ok_or_else(missing)
    }
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
