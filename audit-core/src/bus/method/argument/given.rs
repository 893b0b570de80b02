//! [`Given`]: the arguments of one call, as JSON.

use std::fmt::{self, Write as _};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::bus::event::{Payload, PayloadError};
use crate::bus::runnable::Parameter;
#[cfg(feature = "schema")]
use crate::contain::discard;
use crate::contain::{contain, shown};

use super::missing::missing;
use super::whole::whole;

/// The arguments of one call as JSON, asked for one after the other in the order of the parameters. What is wrong with them is gathered
/// and told at once.
///
/// - An object gives them by name. A parameter that it does not name must be an `Option`, and is `None`.
/// - An array gives all of them in their order, where there are several.
/// - Where there is one, whatever is no object with a member of its name is its value. An object is so only if each of its members is
///   read: one that the type passes over is most likely a name that is misspelt.
/// - Where there is none, `null` and an empty array are accepted too.
#[derive(Debug)]
pub struct Given<'g> {
    parameters: &'static [Parameter],
    form: Form<'g>,
    /// Which is asked for next.
    next: usize,
    wrong: Vec<Wrong>,
    /// The members of the one value that is asked for, where its type says so.
    members: &'static [&'static str],
}

/// What is wrong with the arguments of a call.
#[derive(Debug)]
enum Wrong {
    Missing(&'static str),
    /// What its type says, which may quote it.
    Unfit(String, String),
    Other(String),
}

impl Wrong {
    fn unknown(name: &str) -> Self {
        Self::Other(format!("unknown argument `{}`", name.escape_debug()))
    }

    fn unfit(name: &str, message: &str) -> Self {
        Self::Unfit(name.to_owned(), message.to_owned())
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(name) => write!(f, "missing argument `{name}`"),
            Self::Unfit(name, _) => write!(f, "argument `{name}` does not fit"),
            Self::Other(message) => f.write_str(message),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Form<'g> {
    Named(&'g Map<String, Value>),
    Listed(&'g [Value]),
    /// It is the value of the only parameter.
    Itself(&'g Value),
    /// It is that if no member is passed over.
    Whole(&'g Value, &'g Map<String, Value>),
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
            _ => Err(PayloadError::new(given.complaint(), given.quoting())),
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
            next: 0,
            wrong: Vec::new(),
            members: &[],
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
        let is_known = |name: &String| parameters.iter().any(|one| one.name == name);
        let form = match (json, parameters) {
            (_, [_]) if is_whole => Form::Itself(json),
            (Value::Object(members), [_]) if !members.keys().any(is_known) => {
                Form::Whole(json, members)
            }
            (Value::Object(named), _) => {
                let unknown = named.keys().filter(|name| !is_known(name));
                wrong.extend(unknown.map(|name| Wrong::unknown(name)));
                Form::Named(named)
            }
            (_, [_]) => Form::Itself(json),
            (Value::Array(listed), _) if listed.len() == parameters.len() => Form::Listed(listed),
            (Value::Null, []) => Form::Nothing,
            _ => {
                wrong.push(Wrong::Other(format!("found {}", found(json))));
                Form::Nothing
            }
        };
        Self {
            parameters,
            form,
            next: 0,
            wrong,
            members: &[],
        }
    }

    /// The next argument; nothing if something is wrong with it.
    pub fn argument<T: DeserializeOwned>(&mut self) -> Option<T> {
        let number = self.next;
        let name = self.parameters.get(number)?.name;
        self.next += 1;
        let given = match self.form {
            Form::Named(named) | Form::Whole(_, named) => named.get(name),
            Form::Listed(listed) => listed.get(number),
            Form::Itself(itself) => Some(itself),
            // What was given is no list of arguments, and that is told already.
            Form::Nothing => return None,
        };
        let read = match given {
            Some(json) => read(json).map_err(|message| Wrong::unfit(name, &message)),
            None => missing().ok_or(Wrong::Missing(name)),
        };
        read.map_err(|wrong| self.wrong.push(wrong)).ok()
    }

    /// The only argument, which may also be all that is given; nothing if something is wrong with it.
    pub fn only<T: DeserializeOwned>(&mut self) -> Option<T> {
        let (Form::Whole(itself, members), [one]) = (self.form, self.parameters) else {
            return self.argument();
        };
        if members.is_empty() {
            // Nothing can be passed over.
            return missing().or_else(|| read(itself).ok()).or_else(|| {
                self.wrong.push(Wrong::Missing(one.name));
                None
            });
        }
        match whole(itself, members) {
            Ok(value) => Some(value),
            Err(unfit) => {
                self.members = unfit.known.unwrap_or_default();
                let unread = unfit.unread.iter().map(|name| Wrong::unknown(name));
                self.wrong.extend(unread);
                let message = unfit.message.iter();
                self.wrong
                    .extend(message.map(|message| Wrong::unfit(one.name, message)));
                None
            }
        }
    }

    /// What the types say of arguments that do not fit.
    fn quoting(&self) -> Option<String> {
        let unfit = self.wrong.iter().filter_map(|wrong| match wrong {
            Wrong::Unfit(name, message) => Some(format!("`{name}`: {message}")),
            _ => None,
        });
        let unfit: Vec<String> = unfit.collect();
        (!unfit.is_empty()).then(|| unfit.join("; "))
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
                if let Form::Named(_) = self.form {
                    let _ = write!(text, " where that has no member `{name}`");
                }
                for (number, member) in self.members.iter().enumerate() {
                    let separator = if number == 0 { ", of" } else { "," };
                    let _ = write!(text, "{separator} `{member}`");
                }
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
