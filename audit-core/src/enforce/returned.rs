//! What generated code asks of values whose type only the compiler knows: methods of a wrapper that are its own
//! where a type can do more, and a trait's where it can't.

use std::fmt;
use std::ops::Deref;

use crate::capture::{Capture, Taken};
use crate::contain::{contain, shown};
use crate::redaction::Redaction;
use crate::value::{Text, Value};

/// An argument that is captured if its type can be: a method of its own where it can, else that of what is behind it.
#[derive(Debug)]
pub struct Arg<'a, T: ?Sized>(&'a T, Uncapturable);

/// An argument whose type can't be captured.
#[derive(Debug)]
pub struct Uncapturable;

/// An argument, to be captured.
#[inline]
pub const fn arg<T: ?Sized>(argument: &T) -> Arg<'_, T> {
    Arg(argument, Uncapturable)
}

impl<'a, T: Capture + ?Sized> Arg<'a, T> {
    /// Its value, and how that is kept out of records.
    #[inline]
    #[allow(
        clippy::unnecessary_wraps,
        reason = "an argument of another type gives nothing"
    )]
    pub fn capture(&self) -> Option<Taken<'a>> {
        Some(self.0.take())
    }

    /// What of it is kept out of records, where its type may say so; nothing of any other.
    #[inline]
    pub fn marked(&self) -> Taken<'a> {
        if T::MAY_BE_KEPT_OUT {
            self.0.marked()
        } else {
            Taken::nothing()
        }
    }

    /// How it is kept out of records.
    #[inline]
    pub fn redaction(&self) -> Option<Redaction> {
        self.0.kept_out()
    }
}

impl<T: ?Sized> Deref for Arg<'_, T> {
    type Target = Uncapturable;

    #[inline]
    fn deref(&self) -> &Uncapturable {
        &self.1
    }
}

#[allow(
    clippy::unused_self,
    reason = "it answers where a type of its own does not"
)]
impl Uncapturable {
    /// Nothing.
    #[inline]
    pub fn capture<'a>(&self) -> Option<Taken<'a>> {
        None
    }

    /// Nothing.
    #[inline]
    pub const fn marked<'a>(&self) -> Taken<'a> {
        Taken::nothing()
    }

    /// Its type says nothing.
    #[inline]
    pub const fn redaction(&self) -> Option<Redaction> {
        None
    }
}

/// A value of any type, never made: it tells the compiler what a body returns.
#[cold]
pub fn never<T>() -> T {
    loop {
        std::thread::park();
    }
}

/// What a function returned: a `Result` says itself whether it failed, for anything else what is behind it speaks.
#[derive(Debug)]
pub struct Returned<'v, T: ?Sized>(Completed<'v, T>);

/// What a function returned that can't say it failed.
#[derive(Debug)]
pub struct Completed<'v, T: ?Sized>(&'v T);

/// What a function returned, to be reported.
#[inline]
pub const fn returned<T: ?Sized>(value: &T) -> Returned<'_, T> {
    Returned(Completed(value))
}

impl<'v, T: ?Sized> Deref for Returned<'v, T> {
    type Target = Completed<'v, T>;

    #[inline]
    fn deref(&self) -> &Completed<'v, T> {
        &self.0
    }
}

/// What is recorded of what a function returned.
#[derive(Debug, Default)]
pub struct Report<'v> {
    pub(super) failed: bool,
    pub(super) value: Option<Value<'v>>,
    /// How the value is kept out of records.
    pub(super) kept_out: Option<Redaction>,
    pub(super) error: Option<Text<'v>>,
}

impl Report<'_> {
    /// With the error of another report of the same result.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            error: other.error,
            ..self
        }
    }
}

impl<'v, T, E> Returned<'v, Result<T, E>> {
    #[inline]
    fn result(&self) -> &'v Result<T, E> {
        self.0.0
    }

    /// Whether it failed.
    #[inline]
    pub fn report(&self) -> Report<'v> {
        Report {
            failed: self.result().is_err(),
            value: None,
            kept_out: None,
            error: None,
        }
    }

    /// That, and the value.
    pub fn report_value(&self) -> Report<'v>
    where
        T: Capture,
    {
        let taken = self.result().as_ref().ok().map(taken);
        Report {
            kept_out: taken.as_ref().and_then(|taken| taken.how),
            value: taken.map(|taken| taken.value),
            ..self.report()
        }
    }

    /// That, and the error's text.
    pub fn report_error(&self) -> Report<'v>
    where
        E: fmt::Display,
    {
        Report {
            error: self
                .result()
                .as_ref()
                .err()
                .map(|error| Text::from(shown(error))),
            ..self.report()
        }
    }
}

#[allow(clippy::unused_self, reason = "it answers where a `Result` does not")]
impl<'v, T: ?Sized> Completed<'v, T> {
    /// Nothing.
    #[inline]
    pub fn report(&self) -> Report<'v> {
        Report::default()
    }

    /// The value.
    pub fn report_value(&self) -> Report<'v>
    where
        T: Capture,
    {
        let taken = taken(self.0);
        Report {
            kept_out: taken.how,
            value: Some(taken.value),
            ..Report::default()
        }
    }

    /// Nothing: there is no error.
    pub fn report_error(&self) -> Report<'v> {
        Report::default()
    }
}

/// A returned value, and how it is kept out of records; one that panics while it is captured is recorded as such.
fn taken<T: Capture + ?Sized>(returned: &T) -> Taken<'_> {
    contain(|| returned.take()).unwrap_or_else(|_| {
        let panics = Value::from("a value that panics when it is captured");
        Taken::new(panics, T::REDACTION)
    })
}
