//! JSON Schemas of what runnables accept and answer, from their types (feature `schema`).

use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::{RecursiveTransform, Transform as _};
use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::contain::contain;
use crate::runtime::BoxError;

use super::Runnable;
use super::parameter::Parameter;

impl Runnable {
    /// [`new`](Self::new), with JSON Schemas of parameters and answer, as their types describe themselves (feature `schema`).
    ///
    /// ```
    /// use audit_core::bus::Runnable;
    ///
    /// let double = Runnable::with_schema(|number: u64| Ok::<_, String>(number * 2));
    /// ```
    pub fn with_schema<P, A, E>(run: impl Fn(P) -> Result<A, E> + Send + Sync + 'static) -> Self
    where
        P: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        A: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Into<BoxError>,
    {
        Self::new(run).schemas(params_schema::<P>(), answer_schema::<A>())
    }

    /// [`new_async`](Self::new_async), with JSON Schemas of parameters and answer (feature `schema`).
    pub fn with_schema_async<P, A, E, W>(run: impl Fn(P) -> W + Send + Sync + 'static) -> Self
    where
        P: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        A: JsonSchema + Serialize + DeserializeOwned + Send + Sync + 'static,
        E: Into<BoxError>,
        W: Future<Output = Result<A, E>> + Send + 'static,
    {
        Self::new_async(run).schemas(params_schema::<P>(), answer_schema::<A>())
    }
}

/// The JSON Schema (2020-12) of a type as it is read: what a runnable with such parameters accepts.
///
/// A schema says less than a type in two places. To JSON Schema `1.0` is a whole number, which `serde` does not read as one; and a
/// `format`, such as that of a time, is a note to whoever reads it.
pub fn params_schema<T: JsonSchema>() -> Value {
    let mut schema = reading().into_root_schema_for::<T>();
    RecursiveTransform(bound).transform(&mut schema);
    schema.to_value()
}

/// The JSON Schema (2020-12) of a type as it is written: what a runnable with such an answer gives back.
pub fn answer_schema<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    settings
        .into_generator()
        .into_root_schema_for::<T>()
        .to_value()
}

fn reading() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().for_deserialize();
    settings.into_generator()
}

/// The bounds of whole numbers, which `schemars` leaves open from 32 bits on. What is wider than 64 ends where numbers in JSON do.
fn bound(schema: &mut Schema) {
    let (least, most): (Value, Value) = match schema.get("format").and_then(Value::as_str) {
        Some("uint32") => (0.into(), u32::MAX.into()),
        Some("uint64" | "uint128") => (0.into(), u64::MAX.into()),
        Some("uint") => (0.into(), usize::MAX.into()),
        Some("int32") => (i32::MIN.into(), i32::MAX.into()),
        Some("int64") => (i64::MIN.into(), i64::MAX.into()),
        Some("int128") => (i64::MIN.into(), u64::MAX.into()),
        Some("int") => (isize::MIN.into(), isize::MAX.into()),
        _ => return,
    };
    let object = schema.ensure_object();
    for (key, bound) in [("minimum", least), ("maximum", most)] {
        // What the type says itself is narrower.
        object.entry(key).or_insert(bound);
    }
}

/// The form of a type in JSON.
#[derive(Clone, Copy, Debug)]
pub(in crate::bus) struct Form {
    read: fn(&mut SchemaGenerator) -> Schema,
    written: fn() -> Value,
}

impl Form {
    pub(in crate::bus) fn of<T: JsonSchema>() -> Self {
        Self {
            read: SchemaGenerator::subschema_for::<T>,
            written: answer_schema::<T>,
        }
    }
}

/// What a runnable answers. Nothing if its type does not say, or panics when it is asked.
pub(in crate::bus) fn answer_of(form: Option<Form>) -> Option<Value> {
    contain(form?.written).ok()
}

/// What a single argument is in place of an object of its name.
fn itself(form: &Value, name: &str) -> Value {
    let is_object = match form.get("type") {
        Some(Value::String(word)) => word == "object",
        Some(Value::Array(words)) => words.iter().any(|word| word == "object"),
        // Any JSON at all, which is taken as it comes.
        _ if form.as_object().is_none_or(Map::is_empty) => false,
        _ => true,
    };
    if !is_object {
        return form.clone();
    }
    json!({
        "allOf": [form],
        "unevaluatedProperties": false,
        "not": {"type": "object", "required": [name]},
    })
}

/// What a runnable accepts that is given arguments by name, of which these must be there. What a type does not say is left open.
///
/// - It is an object of the names, and nothing else in it. That several may be listed in their order, and none be `null`, is a
///   shorthand that it does not tell of.
/// - A single argument may come as itself as well, if each of its members is known and none has its name. Nothing is known if its type
///   says nothing.
pub(in crate::bus) fn arguments_of(
    parameters: &[Parameter],
    required: &[&'static str],
    forms: &[Option<Form>],
) -> Option<Value> {
    let mut generator = reading();
    let forms: Vec<Option<Value>> = forms
        .iter()
        .map(|form| {
            let read = form.as_ref()?.read;
            let schema = contain(|| read(&mut generator)).ok()?;
            Some(schema.to_value())
        })
        .collect();
    let of = |form: &Option<Value>| form.clone().unwrap_or(Value::Bool(true));
    let names = parameters.iter().map(|one| one.name.to_owned());
    let properties: Map<String, Value> = names.zip(forms.iter().map(of)).collect();
    let by_name = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    let schema = match (&forms[..], parameters) {
        ([None], _) => return None,
        ([Some(form)], [one]) => json!({"anyOf": [by_name, itself(form, one.name)]}),
        _ => by_name,
    };
    let mut schema = Schema::try_from(schema).ok()?;
    if let Some(dialect) = generator.settings().meta_schema.clone() {
        schema.insert("$schema".to_owned(), dialect.into_owned().into());
    }
    let definitions = generator.take_definitions(false);
    if !definitions.is_empty() {
        schema.insert("$defs".to_owned(), definitions.into());
    }
    RecursiveTransform(bound).transform(&mut schema);
    Some(schema.to_value())
}
