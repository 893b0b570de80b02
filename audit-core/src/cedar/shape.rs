//! [`Shape`]: what a schema says a value is, read from Cedar's own JSON form of the schema.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use cedar_policy::EntityTypeName;
use serde_json::{Map, Value as Json};

/// What a schema says a value is.
#[derive(Debug)]
pub(super) enum Shape {
    /// True or false.
    Boolean,
    /// A whole number of 64 bits with a sign.
    Long,
    /// Characters.
    String,
    /// A value that Cedar makes from text.
    Extension(Extension),
    /// Several values, each once, without order.
    Set(Arc<Shape>),
    /// Named values.
    Record(Attributes),
    /// An entity of this type.
    Entity(EntityTypeName),
    /// A type that this crate does not know; Cedar checks its values.
    Other,
}

/// Named values with their types, by name.
pub(super) type Attributes = BTreeMap<Arc<str>, Attribute>;

/// One named value.
#[derive(Clone, Debug)]
pub(super) struct Attribute {
    pub(super) shape: Arc<Shape>,
    pub(super) required: bool,
}

/// Types that Cedar makes from text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extension {
    Decimal,
    Ip,
    Datetime,
    Duration,
}

impl Shape {
    /// The attributes, if this is a record.
    pub(super) fn attributes(&self) -> Option<&Attributes> {
        match self {
            Self::Record(attributes) => Some(attributes),
            _ => None,
        }
    }

    /// The word that a schema uses.
    pub(super) fn word(&self) -> String {
        match self {
            Self::Boolean => "Bool".to_owned(),
            Self::Long => "Long".to_owned(),
            Self::String => "String".to_owned(),
            Self::Extension(extension) => extension.word().to_owned(),
            Self::Set(of) => format!("Set<{}>", of.word()),
            Self::Record(_) => "a record".to_owned(),
            Self::Entity(name) => name.to_string(),
            Self::Other => "another type".to_owned(),
        }
    }
}

impl Extension {
    const ALL: [Self; 4] = [Self::Decimal, Self::Ip, Self::Datetime, Self::Duration];

    /// The word that a schema uses.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Ip => "ipaddr",
            Self::Datetime => "datetime",
            Self::Duration => "duration",
        }
    }
}

/// Reads shapes from the JSON form of a schema whose names are resolved. A common type is read once, however often it
/// is named.
pub(super) struct Shapes<'s> {
    /// The definitions of common types, by their full names.
    definitions: HashMap<String, &'s Json>,
    read: HashMap<String, Arc<Shape>>,
}

impl<'s> Shapes<'s> {
    /// Of a schema: its namespaces by name.
    pub(super) fn new(schema: &'s Map<String, Json>) -> Self {
        let mut definitions = HashMap::new();
        for (namespace, declared) in schema {
            let common = declared.get("commonTypes").and_then(Json::as_object);
            for (name, definition) in common.into_iter().flatten() {
                definitions.insert(qualified(namespace, name), definition);
            }
        }
        Self {
            definitions,
            read: HashMap::new(),
        }
    }

    /// The shape that is written here. Nothing written is an empty record, as for the context of an action that says
    /// nothing of it.
    pub(super) fn shape(&mut self, written: Option<&'s Json>) -> Arc<Shape> {
        let Some(written) = written else {
            return Arc::new(Shape::Record(Attributes::new()));
        };
        let name = |key: &str| written.get(key).and_then(Json::as_str);
        let shape = match name("type").unwrap_or_default() {
            "Set" => Shape::Set(self.shape(written.get("element"))),
            "Record" => Shape::Record(self.attributes(written)),
            "Entity" => {
                let of_type = name("name").and_then(|name| name.parse().ok());
                of_type.map_or(Shape::Other, Shape::Entity)
            }
            "Extension" => return self.named(name("name").unwrap_or_default()),
            other => return self.named(other),
        };
        Arc::new(shape)
    }

    fn attributes(&mut self, record: &'s Json) -> Attributes {
        let written = record.get("attributes").and_then(Json::as_object);
        let attributes = written.into_iter().flatten();
        attributes
            .map(|(name, written)| {
                let attribute = Attribute {
                    shape: self.shape(Some(written)),
                    required: written.get("required") != Some(&Json::Bool(false)),
                };
                (Arc::from(name.as_str()), attribute)
            })
            .collect()
    }

    /// A common type, or one that Cedar brings along. Common types can't be circular: Cedar has refused those.
    fn named(&mut self, name: &str) -> Arc<Shape> {
        if let Some(known) = self.read.get(name) {
            return Arc::clone(known);
        }
        let shape = match self.definitions.get(name).copied() {
            Some(definition) => self.shape(Some(definition)),
            None => Arc::new(primitive(name)),
        };
        self.read.insert(name.to_owned(), Arc::clone(&shape));
        shape
    }
}

/// A type that Cedar brings along, by its plain name or under `__cedar`.
fn primitive(name: &str) -> Shape {
    match name.strip_prefix("__cedar::").unwrap_or(name) {
        "Boolean" | "Bool" => Shape::Boolean,
        "Long" => Shape::Long,
        "String" => Shape::String,
        other => Extension::ALL
            .into_iter()
            .find(|extension| extension.word() == other)
            .map_or(Shape::Other, Shape::Extension),
    }
}

/// A name in its namespace.
pub(super) fn qualified(namespace: &str, name: &str) -> String {
    match namespace {
        "" => name.to_owned(),
        namespace => format!("{namespace}::{name}"),
    }
}
