//! What was written in the parentheses: arguments, each known by name and form, or a mistake.

mod read;
mod table;
mod value;

use proc_macro2::Ident;
use syn::{Expr, LitInt, LitStr, Path};

pub(crate) use self::read::{read, read_inside};
pub(crate) use self::table::Name;
#[cfg(test)]
pub(crate) use self::table::words;
pub(crate) use self::value::Entry;
use self::value::Value;

/// The arguments of one attribute, none twice, each in the form the table asks for.
#[derive(Default)]
pub(crate) struct Written(Vec<Given>);

/// One argument: its name, the token that said so, and what it was given.
pub(crate) struct Given {
    name: Name,
    key: Ident,
    value: Value,
}

impl Written {
    /// The token that names an argument, for messages about it.
    pub(crate) fn key(&self, name: Name) -> Option<&Ident> {
        self.0
            .iter()
            .find(|given| given.name == name)
            .map(|given| &given.key)
    }

    pub(crate) fn has(&self, name: Name) -> bool {
        self.key(name).is_some()
    }

    /// A name that is still needed afterwards.
    pub(crate) fn peek_identifier(&self, name: Name) -> Option<&Ident> {
        self.0.iter().find_map(|given| match &given.value {
            Value::Identifier(identifier) if given.name == name => Some(identifier),
            _ => None,
        })
    }

    /// A path that is still needed afterwards.
    pub(crate) fn peek_path(&self, name: Name) -> Option<&Path> {
        self.0.iter().find_map(|given| match &given.value {
            Value::Path(path) if given.name == name => Some(path),
            _ => None,
        })
    }

    fn take(&mut self, name: Name) -> Option<Value> {
        let value = &mut self.0.iter_mut().find(|given| given.name == name)?.value;
        Some(std::mem::replace(value, Value::Nothing))
    }

    pub(crate) fn text(&mut self, name: Name) -> Option<LitStr> {
        match self.take(name)? {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn number(&mut self, name: Name) -> Option<LitInt> {
        match self.take(name)? {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    pub(crate) fn texts(&mut self, name: Name) -> Vec<LitStr> {
        match self.take(name) {
            Some(Value::Texts(texts)) => texts,
            _ => Vec::new(),
        }
    }

    pub(crate) fn expression(&mut self, name: Name) -> Option<Expr> {
        match self.take(name)? {
            Value::Expression(expression) => Some(expression),
            _ => None,
        }
    }

    pub(crate) fn path(&mut self, name: Name) -> Option<Path> {
        match self.take(name)? {
            Value::Path(path) => Some(path),
            _ => None,
        }
    }

    pub(crate) fn identifier(&mut self, name: Name) -> Option<Ident> {
        match self.take(name)? {
            Value::Identifier(identifier) => Some(identifier),
            _ => None,
        }
    }

    pub(crate) fn list(&mut self, name: Name) -> Option<Vec<Entry>> {
        match self.take(name)? {
            Value::List(entries) => Some(entries),
            _ => None,
        }
    }
}
