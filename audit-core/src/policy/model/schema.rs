//! What actions, actor and snapshot look like.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::redaction::Classification;

use super::{Domain, FieldRef};

/// What actions, actor and snapshot look like. Names keep the order of the file; a name given twice
/// keeps its last definition.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Schema {
    /// The `version` key: data, it selects nothing.
    pub(crate) version: u32,
    /// The fields of each action.
    pub(crate) actions: Vec<(Arc<str>, Declarations)>,
    /// The fields of the actor.
    pub(crate) actor: Declarations,
    /// The fields of the snapshot.
    pub(crate) snapshot: Declarations,
    /// Which of them are kept out of records. Without any, the digest is what it was before there could be one.
    #[serde(rename = "sensitive", skip_serializing_if = "Classification::is_empty")]
    pub(crate) classification: Classification,
}

/// Declared fields, in file order.
pub(crate) type Declarations = Vec<(Arc<str>, Declaration)>;

/// What is declared of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// Its type.
    pub(crate) kind: FieldType,
    /// Whether it may be absent.
    pub(crate) optional: bool,
    /// Whether it may be null.
    pub(crate) nullable: bool,
}

/// The type of a declared field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum FieldType {
    /// Several values of one type.
    List(ScalarType),
    /// Named values.
    Map(Declarations),
    /// One value.
    #[serde(untagged)]
    Scalar(ScalarType),
}

/// The type of a value that is neither a list nor a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ScalarType {
    /// Characters.
    String,
    /// A binary floating point number.
    Number,
    /// True or false.
    Boolean,
    /// A whole number of 64 bits, signed or not.
    Integer,
    /// A decimal number of at most 28 digits.
    Decimal,
    /// A point in time.
    Timestamp,
}

impl Schema {
    /// What is declared of a field of the first level, where the fields of one action, if of any, can be read.
    pub(crate) fn declaration<'s>(
        &'s self,
        action: Option<&'s Declarations>,
        field: &FieldRef,
    ) -> Option<&'s Declaration> {
        let declarations = match field.domain {
            Domain::Action => action?,
            Domain::Actor => &self.actor,
            Domain::Snapshot => &self.snapshot,
            Domain::Request => return None,
        };
        let mut declarations = declarations.iter();
        let (_, declared) = declarations.find(|(name, _)| *name == field.field)?;
        Some(declared)
    }
}

impl Declaration {
    /// A field that must be there.
    pub(crate) const fn required(kind: FieldType) -> Self {
        Self {
            kind,
            optional: false,
            nullable: false,
        }
    }
}

impl Serialize for Declaration {
    /// A required field as its type alone, which is all that version 1 can say.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::required(self.kind.clone()) {
            return self.kind.serialize(serializer);
        }
        (&self.kind, self.optional, self.nullable).serialize(serializer)
    }
}

impl FieldType {
    /// The word used in files.
    pub(crate) const fn as_str(&self) -> &'static str {
        match self {
            Self::Scalar(scalar) => scalar.as_str(),
            Self::List(_) => "list",
            Self::Map(_) => "map",
        }
    }
}

impl ScalarType {
    /// The word used in files.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
            Self::Decimal => "decimal",
            Self::Timestamp => "timestamp",
        }
    }
}
