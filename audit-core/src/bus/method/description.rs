//! [`Description`]: what a type says of its form in JSON, if it says anything.
//!
//! The attributes know a type by its words alone, and not whether it implements `schemars::JsonSchema`. So generated code asks
//! [`Described`] of it, which has a method for those that do, and what is behind it has one of that name for all others.

use std::marker::PhantomData;
use std::ops::Deref;

use crate::bus::event::Payload;
#[cfg(feature = "schema")]
use crate::bus::runnable::{Form, answer_of, arguments_of};
use crate::bus::runnable::{Parameter, Runnable};

use super::argument::Given;

/// What a type says of its form in JSON. Without feature `schema` it holds nothing.
#[derive(Clone, Copy, Debug)]
pub struct Description {
    /// There if the type describes itself.
    #[cfg(feature = "schema")]
    form: Option<Form>,
}

/// A type, to be asked for its form: with a method of its own where it implements `schemars::JsonSchema` and feature `schema` is on, else
/// what is behind it answers.
#[derive(Debug)]
pub struct Described<T>(Undescribed<T>);

/// A type that says nothing of its form.
#[derive(Debug)]
pub struct Undescribed<T>(PhantomData<fn() -> T>);

impl<T> Described<T> {
    /// For this type.
    #[expect(clippy::new_without_default, reason = "generated code alone makes one")]
    pub const fn new() -> Self {
        Self(Undescribed(PhantomData))
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> Described<T> {
    /// Its form.
    pub fn known_form(&self) -> Description {
        Description {
            form: Some(Form::of::<T>()),
        }
    }
}

impl<T> Deref for Described<T> {
    type Target = Undescribed<T>;

    fn deref(&self) -> &Undescribed<T> {
        &self.0
    }
}

impl<T> Undescribed<T> {
    /// Nothing.
    pub fn known_form(&self) -> Description {
        Description {
            #[cfg(feature = "schema")]
            form: None,
        }
    }
}

/// A function as a runnable, to be asked for the type of its answer, by whatever name its function returns that.
#[derive(Debug)]
#[must_use = "it is a runnable once it is described"]
pub struct Made<A> {
    runnable: Runnable,
    answer: Described<A>,
    /// The names of the arguments that can't be left out.
    #[cfg(feature = "schema")]
    required: Vec<&'static str>,
}

#[cfg(feature = "schema")]
impl<A> Made<A> {
    pub(in crate::bus) fn new<P>(
        runnable: Runnable,
        parameters: &'static [Parameter],
        read: fn(&mut Given<'_>) -> Option<P>,
    ) -> Self {
        Self {
            runnable,
            answer: Described::new(),
            required: Given::required(parameters, read),
        }
    }

    /// With what its types say of their form in JSON: those of its parameters, in their order, and that of its answer.
    pub fn described(self, parameters: &[Description], answer: Description) -> Runnable {
        let mut runnable = self.runnable;
        let facts = &mut runnable.facts;
        let forms: Vec<Option<Form>> = parameters.iter().map(|one| one.form).collect();
        facts.params_schema = arguments_of(facts.parameters, &self.required, &forms);
        facts.answer_schema = answer_of(answer.form);
        runnable
    }
}

#[cfg(not(feature = "schema"))]
impl<A> Made<A> {
    pub(in crate::bus) fn new<P>(
        runnable: Runnable,
        _: &'static [Parameter],
        _: fn(&mut Given<'_>) -> Option<P>,
    ) -> Self {
        let answer = Described::new();
        Self { runnable, answer }
    }

    /// As it is: no type says anything.
    pub fn described(self, _: &[Description], _: Description) -> Runnable {
        self.runnable
    }
}

impl Made<Payload> {
    /// What its function returns, as written: that is not kept, but written down while it is there.
    pub fn answering(mut self, type_text: &'static str) -> Self {
        self.runnable.facts.answer = type_text;
        self
    }
}

impl<A> Made<A> {
    /// The type of its answer.
    pub const fn answer(&self) -> &Described<A> {
        &self.answer
    }
}
