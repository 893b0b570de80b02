//! [`Given`]: the arguments of one call, as JSON.

use std::fmt::{self, Write as _};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

#[cfg(feature = "schema")]
use crate::contain::discard;
use crate::contain::{contain, shown};

use super::Parameter;
use super::missing::missing;
use crate::bus::payload::{Payload, PayloadError};

/// The arguments of one call as JSON, asked for one after the other in the order of the parameters. What is wrong with them is gathered
/// and told at once.
///
/// - An object gives them by name. A parameter that it does not name must be an `Option`, and is `None`.
/// - An array gives all of them in their order, where there are several.
/// - Where there is one, whatever is no object of that one name is its value; so is such an object, if it does not fit by name.
/// - Where there is none, `null` and an empty array are accepted too.
#[derive(Debug)]
pub struct Given<'g> {
    parameters: &'static [Parameter],
    form: Form<'g>,
    /// The whole, where there is one parameter.
    itself: Option<&'g Value>,
    /// Which is asked for next.
    next: usize,
    wrong: Vec<Wrong>,
}

/// What is wrong with the arguments of a call.
#[derive(Debug)]
enum Wrong {
    Missing(&'static str),
    Other(String),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "missing argument `{name}`"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Form<'g> {
    Named(&'g Map<String, Value>),
    Listed(&'g [Value]),
    Itself,
    Nothing,
}

impl<'g> Given<'g> {
    /// Has all arguments of a call read. A single one may be the whole and nothing else.
    pub(in crate::bus) fn read<P>(
        payload: &'g Payload,
        parameters: &'static [Parameter],
        is_whole: bool,
        read: fn(&mut Given<'_>) -> Option<P>,
    ) -> Result<P, PayloadError> {
        let json = payload.json()?;
        let mut given = Self::new(json, parameters, is_whole);
        match (read(&mut given), given.wrong.is_empty()) {
            (Some(params), true) => Ok(params),
            _ => Err(PayloadError::new(format_args!("{}", given.complaint()))),
        }
    }

    /// The names of the arguments that can't be left out: those that are missed where nothing is given.
    #[cfg(feature = "schema")]
    pub(in crate::bus) fn required<P>(
        parameters: &'static [Parameter],
        read: fn(&mut Given<'_>) -> Option<P>,
    ) -> Vec<&'static str> {
        let nothing = Map::new();
        let mut given = Given {
            parameters,
            form: Form::Named(&nothing),
            itself: None,
            next: 0,
            wrong: Vec::new(),
        };
        // How a type is read is foreign: what panics is missed as well.
        let read = contain(|| read(&mut given).map(discard));
        let is_missed = |name| {
            let mut missed = given.wrong.iter();
            read.is_err()
                || missed.any(|one| matches!(one, Wrong::Missing(other) if *other == name))
        };
        let names = parameters.iter().map(|one| one.name);
        names.filter(|name| is_missed(*name)).collect()
    }

    fn new(json: &'g Value, parameters: &'static [Parameter], is_whole: bool) -> Self {
        let mut wrong = Vec::new();
        let alone = parameters.len() == 1;
        let is_known = |name: &String| parameters.iter().any(|one| one.name == name);
        let form = match json {
            _ if alone && is_whole => Form::Itself,
            Value::Object(named) if !alone || named.keys().all(is_known) => {
                let unknown = named.keys().filter(|name| !is_known(name));
                let told = |name: &String| format!("unknown argument `{}`", name.escape_debug());
                wrong.extend(unknown.map(told).map(Wrong::Other));
                Form::Named(named)
            }
            Value::Array(listed) if !alone && listed.len() == parameters.len() => {
                Form::Listed(listed)
            }
            Value::Null if parameters.is_empty() => Form::Nothing,
            _ if alone => Form::Itself,
            other => {
                wrong.push(Wrong::Other(format!("found {}", found(other))));
                Form::Nothing
            }
        };
        Self {
            parameters,
            form,
            itself: alone.then_some(json),
            next: 0,
            wrong,
        }
    }

    /// The next argument; nothing if something is wrong with it.
    pub fn argument<T: DeserializeOwned>(&mut self) -> Option<T> {
        let parameter = self.parameters.get(self.next)?;
        let number = self.next;
        self.next += 1;
        let value = match self.form {
            Form::Named(named) => named.get(parameter.name),
            Form::Listed(listed) => listed.get(number),
            Form::Itself => self.itself,
            // What was given is no list of arguments, and that is told already.
            Form::Nothing => return None,
        };
        let read = match value {
            Some(value) => read(value),
            None => missing().ok_or_else(|| "missing".to_owned()),
        };
        let message = match (read, self.itself) {
            (Ok(value), _) => return Some(value),
            (Err(message), Some(whole)) => match read_at_all(whole) {
                Some(value) => return Some(value),
                None => message,
            },
            (Err(message), None) => message,
        };
        self.wrong.push(match value {
            Some(_) => Wrong::Other(format!("argument `{}`: {message}", parameter.name)),
            None => Wrong::Missing(parameter.name),
        });
        None
    }

    /// Everything that is wrong, and what is accepted.
    fn complaint(&self) -> String {
        let wrong: Vec<String> = self.wrong.iter().map(ToString::to_string).collect();
        let mut text = wrong.join("; ");
        text.push_str(": accepted ");
        match self.parameters {
            [] => text.push_str("is no argument at all"),
            [one] => {
                let Parameter { name, type_text } = one;
                // Writing into a string can't fail.
                let _ = write!(text, "is `{name}` ({type_text}), or its value itself");
            }
            several => {
                text.push_str("are ");
                for (number, Parameter { name, type_text }) in several.iter().enumerate() {
                    let separator = if number == 0 { "" } else { ", " };
                    let _ = write!(text, "{separator}`{name}` ({type_text})");
                }
            }
        }
        text
    }
}

/// A value of this type, or what keeps it from being one.
fn read<T: DeserializeOwned>(json: &Value) -> Result<T, String> {
    match contain(|| T::deserialize(json)) {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(shown(error)),
        Err(panic) => Err(shown(format_args!("reading it panicked: {panic}"))),
    }
}

fn read_at_all<T: DeserializeOwned>(json: &Value) -> Option<T> {
    read(json).ok()
}

/// What stands where arguments should.
fn found(json: &Value) -> String {
    match json {
        Value::Null => "`null`".to_owned(),
        Value::Bool(_) => "a truth value".to_owned(),
        Value::Number(_) => "a number".to_owned(),
        Value::String(_) => "a text".to_owned(),
        Value::Array(listed) => format!("a list of {}", listed.len()),
        Value::Object(_) => "an object".to_owned(),
    }
}
