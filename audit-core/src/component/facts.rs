//! [`ComponentFacts`]: what is known of a component before there is one.

use std::any::{TypeId, type_name};
use std::fmt;

/// What is known of a component before there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ComponentFacts {
    /// What it is called; its instance as well, unless that is given a name of its own.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// What it is for.
    pub description: &'static str,
    /// The components whose instances start before it and end after it.
    pub depends: &'static [&'static str],
    /// The services that it is made from.
    pub requires: &'static [ServiceType],
    /// The services that it has for others.
    pub provides: &'static [ServiceType],
}

impl ComponentFacts {
    /// A component of this name and version that needs nobody.
    pub const fn new(name: &'static str, version: &'static str) -> Self {
        Self {
            name,
            version,
            description: "",
            depends: &[],
            requires: &[],
            provides: &[],
        }
    }

    /// What it is for.
    #[must_use]
    pub const fn description(mut self, description: &'static str) -> Self {
        self.description = description;
        self
    }

    /// The components whose instances start before it and end after it.
    #[must_use]
    pub const fn depends(mut self, depends: &'static [&'static str]) -> Self {
        self.depends = depends;
        self
    }

    /// The services that it is made from.
    #[must_use]
    pub const fn requires(mut self, requires: &'static [ServiceType]) -> Self {
        self.requires = requires;
        self
    }

    /// The services that it has for others.
    #[must_use]
    pub const fn provides(mut self, provides: &'static [ServiceType]) -> Self {
        self.provides = provides;
        self
    }
}

/// The type by which a service is found, such as `Arc<dyn Ledger>`.
#[derive(Clone, Copy)]
pub struct ServiceType {
    id: fn() -> TypeId,
    name: fn() -> &'static str,
    is_optional: bool,
}

impl ServiceType {
    /// This type, which must be there.
    pub const fn of<T: 'static>() -> Self {
        Self {
            id: TypeId::of::<T>,
            name: type_name::<T>,
            is_optional: false,
        }
    }

    /// The same, which may be missing.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    pub(super) fn id(&self) -> TypeId {
        (self.id)()
    }

    /// As Rust names it.
    pub fn name(&self) -> &'static str {
        (self.name)()
    }

    pub(super) fn is_optional(&self) -> bool {
        self.is_optional
    }
}

/// The name of a type without the paths in it: `Arc<dyn Ledger>` of `alloc::sync::Arc<dyn bank::Ledger>`.
pub(super) fn short(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    let mut word = 0;
    let mut characters = name.chars().peekable();
    while let Some(character) = characters.next() {
        if character == ':' && characters.next_if_eq(&':').is_some() {
            short.truncate(word);
            continue;
        }
        short.push(character);
        if !character.is_alphanumeric() && character != '_' {
            word = short.len();
        }
    }
    short
}

impl PartialEq for ServiceType {
    fn eq(&self, other: &Self) -> bool {
        (self.id(), self.is_optional) == (other.id(), other.is_optional)
    }
}

impl Eq for ServiceType {}

impl fmt::Debug for ServiceType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_told_without_its_paths() {
        let told = [
            (
                "alloc::sync::Arc<dyn bank::book::Ledger>",
                "Arc<dyn Ledger>",
            ),
            ("(u8, core::option::Option<a_b::c_d>)", "(u8, Option<c_d>)"),
            ("u64", "u64"),
        ];
        for (name, expected) in told {
            assert_eq!(short(name), expected);
        }
    }
}
