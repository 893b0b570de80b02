//! [`Input`]: from JSON to what a policy is asked.

use std::fmt;
use std::sync::Arc;

use audit_core::{Action, Actor, Fields, Request, Snapshot, Value};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::console::one_line;

/// The key of an action that names its type; it is not a field beside.
const TYPE: &str = "type";

/// What a policy is asked, read from JSON.
///
/// A domain that is not there is empty. A number that fits neither `u64` nor `i64` is taken as the nearest `f64`.
#[derive(Debug, Default)]
pub(crate) struct Input {
    pub(crate) action: Action<'static>,
    pub(crate) actor: Actor<'static>,
    pub(crate) snapshot: Snapshot<'static>,
}

/// Why JSON is no input, in the words of the Actra engine 0.7.8.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum InputError {
    /// A domain is something else than an object.
    NotADict {
        domain: &'static str,
        found: &'static str,
    },
    /// A value is something else than a string, number or boolean.
    UnsupportedValueType {
        domain: &'static str,
        field: String,
        found: &'static str,
    },
}

impl Input {
    /// From an object of domains, with values that the engine compares. The domains are looked at one after the other, as the engine does.
    pub(crate) fn from_json(input: Json) -> Result<Self, InputError> {
        let Json::Object(mut domains) = input else {
            return Err(InputError::NotADict {
                domain: "input",
                found: kind_of(&input),
            });
        };
        let mut take = |domain| domains.remove(domain);
        Self::of_values(take("action"), take("actor"), take("snapshot"), is_scalar)
    }

    /// From each domain by itself. Values may be of any kind.
    pub(crate) fn from_domains(
        action: Option<Json>,
        actor: Option<Json>,
        snapshot: Option<Json>,
    ) -> Result<Self, InputError> {
        Self::of_values(action, actor, snapshot, |_| true)
    }

    fn of_values(
        action: Option<Json>,
        actor: Option<Json>,
        snapshot: Option<Json>,
        accepted: fn(&Value<'_>) -> bool,
    ) -> Result<Self, InputError> {
        Ok(Self {
            action: action_from(action, accepted)?,
            actor: fields("actor", actor, accepted)?.into(),
            snapshot: fields("snapshot", snapshot, accepted)?,
        })
    }

    /// The question to an evaluator.
    pub(crate) fn request(&self) -> Request<'_> {
        Request::new(&self.action, &self.actor, &self.snapshot)
    }

    /// The value at a place: domain, field, and the way inside it.
    pub(crate) fn value(&self, path: &[Arc<str>]) -> Option<&Value<'static>> {
        let (domain, path) = path.split_first()?;
        let (field, inner) = path.split_first()?;
        let fields = match &**domain {
            "action" => self.action.fields(),
            "actor" => self.actor.fields(),
            _ => &self.snapshot,
        };
        inner
            .iter()
            .try_fold(fields.get(field)?, |value, name| match value {
                Value::Map(fields) => fields.get(name),
                _ => None,
            })
    }
}

fn action_from(
    mut action: Option<Json>,
    accepted: fn(&Value<'_>) -> bool,
) -> Result<Action<'static>, InputError> {
    let domain = "action";
    let kind = action
        .as_mut()
        .and_then(Json::as_object_mut)
        .and_then(|action| action.remove(TYPE));
    let fields = fields(domain, action, accepted)?;
    let untyped = Action::untyped().with_fields(fields.clone());
    match kind {
        None => Ok(untyped),
        Some(Json::String(kind)) => Ok(Action::new(kind).with_fields(fields)),
        // A number or boolean is legal and names no type.
        Some(other) if Value::deserialize(&other).is_ok_and(|value| is_scalar(&value)) => {
            Ok(untyped)
        }
        Some(other) => Err(unsupported(domain, TYPE, kind_of(&other))),
    }
}

fn fields(
    domain: &'static str,
    value: Option<Json>,
    accepted: fn(&Value<'_>) -> bool,
) -> Result<Fields<'static>, InputError> {
    let Some(value) = value else {
        return Ok(Fields::new());
    };
    // Only an object has the form of fields.
    let fields = Fields::deserialize(&value).map_err(|_| InputError::NotADict {
        domain,
        found: kind_of(&value),
    })?;
    match fields.iter().find(|field| !accepted(&field.value)) {
        Some(field) => Err(unsupported(domain, &field.name, field.value.kind())),
        None => Ok(fields),
    }
}

fn unsupported(domain: &'static str, field: &str, found: &'static str) -> InputError {
    InputError::UnsupportedValueType {
        domain,
        field: field.to_owned(),
        found,
    }
}

/// Whether a policy can compare it.
fn is_scalar(value: &Value<'_>) -> bool {
    matches!(
        value,
        Value::Bool(_) | Value::Int(_) | Value::UInt(_) | Value::Float(_) | Value::Text(_)
    )
}

/// What JSON holds, in the words of a schema.
fn kind_of(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "boolean",
        Json::Number(_) => "number",
        Json::String(_) => "string",
        Json::Array(_) => "list",
        Json::Object(_) => "map",
    }
}

impl InputError {
    /// The word that conformance cases use.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::NotADict { .. } => "NotADict",
            Self::UnsupportedValueType { .. } => "UnsupportedValueType",
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotADict { domain, found } => {
                write!(f, "`{domain}` is of kind `{found}`, expected a JSON object")
            }
            Self::UnsupportedValueType {
                domain,
                field,
                found,
            } => {
                let field = one_line(field);
                write!(
                    f,
                    "`{domain}.{field}` is of kind `{found}`, expected a `string`, `number` or `boolean`"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kind(input: Json) -> Result<Input, &'static str> {
        Input::from_json(input).map_err(|error| error.kind())
    }

    #[test]
    fn a_missing_domain_is_empty_and_names_no_type() {
        let input = kind(json!({})).unwrap();
        assert_eq!(input.action.kind(), None);
        assert!(input.action.fields().is_empty() && input.snapshot.is_empty());
    }

    #[test]
    fn the_type_is_not_a_field_beside() {
        let input = kind(json!({"action": {"type": "refund", "amount": 5}})).unwrap();
        assert_eq!(input.action.kind(), Some("refund"));
        assert_eq!(input.action.fields().len(), 1);
    }

    #[test]
    fn a_type_that_is_no_text_names_no_type() {
        for found in [json!(5), json!(true), json!({"$f64": "nan"})] {
            assert_eq!(
                kind(json!({"action": {"type": found}}))
                    .unwrap()
                    .action
                    .kind(),
                None
            );
        }
        for found in [json!(null), json!([]), json!({})] {
            assert_eq!(
                kind(json!({"action": {"type": found}})).unwrap_err(),
                "UnsupportedValueType"
            );
        }
    }

    #[test]
    fn domains_are_looked_at_one_after_the_other() {
        let bad_value_first = json!({"action": {"x": null}, "actor": 5});
        assert_eq!(kind(bad_value_first).unwrap_err(), "UnsupportedValueType");
        let bad_domain_first = json!({"action": null, "actor": {"x": null}});
        assert_eq!(kind(bad_domain_first).unwrap_err(), "NotADict");
        assert_eq!(kind(json!([])).unwrap_err(), "NotADict");
    }

    #[test]
    fn a_domain_in_the_form_of_a_special_number_is_an_object_all_the_same() {
        let input = kind(json!({"snapshot": {"$f64": "nan"}})).unwrap();
        assert_eq!(
            input.snapshot.get("$f64").and_then(Value::as_str),
            Some("nan")
        );
    }

    #[test]
    fn messages_name_the_field() {
        let error = Input::from_json(json!({"actor": {"teams": ["a"]}})).unwrap_err();
        let told = "`actor.teams` is of kind `list`, expected a `string`, `number` or `boolean`";
        assert_eq!(error.to_string(), told);
        let error = Input::from_json(json!({"actor": "alice"})).unwrap_err();
        assert_eq!(
            error.to_string(),
            "`actor` is of kind `string`, expected a JSON object"
        );
    }
}
