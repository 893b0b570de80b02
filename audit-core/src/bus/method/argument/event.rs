//! [`FromEvent`]: what a handler takes from an event, by the types of its parameters.

use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::DeserializeOwned;

use crate::bus::event::{DomainEvent, Payload, PayloadError, Read};

/// What a parameter takes from an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The event itself.
    Event,
    /// Its name.
    Name,
    /// What it carries: as such, as JSON, or as a type of the user's.
    Data,
}

/// A type that a handler's parameter borrows from an event: the event itself, its name (`str`), its payload, or any type that its data
/// is, or can be read as from JSON; `serde_json::Value` is that JSON.
#[diagnostic::on_unimplemented(
    message = "a handler can't take a `&{Self}`",
    label = "neither the event, nor its name, nor what it carries",
    note = "a handler takes the event (`&DomainEvent`), its name (`&str`), its data as JSON (`&serde_json::Value`), or its data as a \
            type of yours that implements `serde::de::DeserializeOwned`"
)]
pub trait FromEvent {
    /// What is kept of it while the handler runs.
    type Held<'e>: Deref<Target = Self>;
    /// What it is.
    const ARGUMENT: Argument;

    /// Takes it.
    ///
    /// # Errors
    /// The data is no such type.
    fn held(event: &DomainEvent) -> Result<Self::Held<'_>, PayloadError>;
}

impl FromEvent for DomainEvent {
    type Held<'e> = &'e Self;
    const ARGUMENT: Argument = Argument::Event;

    fn held(event: &DomainEvent) -> Result<&Self, PayloadError> {
        Ok(event)
    }
}

impl FromEvent for str {
    type Held<'e> = &'e Self;
    const ARGUMENT: Argument = Argument::Name;

    fn held(event: &DomainEvent) -> Result<&Self, PayloadError> {
        Ok(event.name())
    }
}

impl FromEvent for Payload {
    type Held<'e> = Read<'e, Self>;
    const ARGUMENT: Argument = Argument::Data;

    fn held(event: &DomainEvent) -> Result<Read<'_, Self>, PayloadError> {
        Ok(Read::Made(event.payload()))
    }
}

impl<T: DeserializeOwned + 'static> FromEvent for T {
    type Held<'e> = Read<'e, T>;
    const ARGUMENT: Argument = Argument::Data;

    fn held(event: &DomainEvent) -> Result<Read<'_, T>, PayloadError> {
        event.read()
    }
}

/// A type that a handler's parameter takes as its own.
#[diagnostic::on_unimplemented(
    message = "a handler can't take a `{Self}`",
    label = "neither the event nor what it carries",
    note = "a handler takes the event (`&DomainEvent`), its name (`&str`), its data as JSON (`&serde_json::Value`), or its data as a \
            type of yours that implements `serde::de::DeserializeOwned`"
)]
pub trait OwnFromEvent: FromEvent + Sized {
    /// Takes it where it can't be cloned: data is made from JSON.
    ///
    /// # Errors
    /// The data is no such type.
    fn made(event: &DomainEvent) -> Result<Self, PayloadError>;
}

impl OwnFromEvent for DomainEvent {
    fn made(event: &DomainEvent) -> Result<Self, PayloadError> {
        Ok(event.clone())
    }
}

impl OwnFromEvent for Payload {
    fn made(event: &DomainEvent) -> Result<Self, PayloadError> {
        Ok(event.payload().clone())
    }
}

impl<T: DeserializeOwned + 'static> OwnFromEvent for T {
    fn made(event: &DomainEvent) -> Result<Self, PayloadError> {
        event.payload().make()
    }
}

/// A parameter that takes a value as its own: with a method of its own where that can be cloned, else that of what is behind it.
#[derive(Debug)]
pub struct Slot<T>(Unclonable<T>);

/// A parameter whose value can't be cloned.
#[derive(Debug)]
pub struct Unclonable<T>(PhantomData<fn() -> T>);

impl<T> Slot<T> {
    /// For this type.
    #[expect(clippy::new_without_default, reason = "generated code alone makes one")]
    pub const fn new() -> Self {
        Self(Unclonable(PhantomData))
    }
}

impl<T: Clone + DeserializeOwned + 'static> Slot<T> {
    /// Takes the data: a copy where it is of this type already.
    ///
    /// # Errors
    /// The data is no such type.
    pub fn taken(&self, event: &DomainEvent) -> Result<T, PayloadError> {
        event.payload().read::<T>().map(Read::into_owned)
    }
}

impl<T> Deref for Slot<T> {
    type Target = Unclonable<T>;

    fn deref(&self) -> &Unclonable<T> {
        &self.0
    }
}

impl<T> Unclonable<T> {
    /// Takes what the type says.
    ///
    /// # Errors
    /// The data is no such type.
    pub fn taken(&self, event: &DomainEvent) -> Result<T, PayloadError>
    where
        T: OwnFromEvent,
    {
        T::made(event)
    }
}

/// Refuses, while it is compiled, a handler with two parameters for the same thing: most likely its user means the members of the data.
///
/// # Panics
/// There are two.
#[track_caller]
pub const fn once(arguments: &[Argument]) {
    let (mut events, mut names, mut data) = (0, 0, 0);
    let mut rest = arguments;
    while let [first, behind @ ..] = rest {
        match first {
            Argument::Event => events += 1,
            Argument::Name => names += 1,
            Argument::Data => data += 1,
        }
        rest = behind;
    }
    assert!(
        events < 2,
        "the handler takes the event twice: once is enough"
    );
    assert!(
        names < 2,
        "the handler takes the event's name twice: once is enough"
    );
    assert!(
        data < 2,
        "the handler takes the event's data twice: take it once, as a struct with all that you need of it"
    );
}
