//! The rows as recorded, with Python's arguments bound to names.

use audit_core::Value;
use serde_json::Value as Json;

/// One recorded call.
pub(crate) struct Row {
    pub(crate) id: String,
    json: Json,
}

pub(crate) fn rows() -> Vec<Row> {
    let text = include_str!("../../../tests/conformance/runtime_probes.jsonl");
    let row = |line: &str| {
        let json: Json = serde_json::from_str(line).unwrap();
        let id = json["id"].as_str().unwrap().to_owned();
        Row { id, json }
    };
    text.lines().map(row).collect()
}

impl Row {
    pub(crate) fn text(&self, pointer: &str) -> Option<&str> {
        self.json.pointer(pointer)?.as_str()
    }

    pub(crate) fn json(&self, pointer: &str) -> &Json {
        self.json.pointer(pointer).unwrap_or(&Json::Null)
    }

    pub(crate) fn is_audit(&self) -> bool {
        self.text("/decorator/mode") == Some("audit")
    }

    /// The names of the arguments in order; `None` for what is no function in Rust.
    fn parameters(&self) -> Option<Vec<(String, Json)>> {
        let signature = self.text("/function/signature")?;
        let inside = signature.trim_matches(['(', ')']);
        let parts = inside
            .split(", ")
            .filter(|part| !matches!(*part, "" | "/" | "*"));
        parts
            .map(|part| match part.split_once('=') {
                _ if part.starts_with('*') => None,
                None => Some((part.to_owned(), Json::Null)),
                Some((name, value)) => {
                    let value = value.replace('\'', "\"").replace("None", "null");
                    Some((name.to_owned(), serde_json::from_str(&value).unwrap()))
                }
            })
            .collect()
    }

    /// Each argument with what it was given; `None` for a call that does not fit.
    pub(crate) fn arguments(&self) -> Option<Vec<(String, Value<'static>)>> {
        let mut bound = self.parameters()?;
        let (given, named) = (
            self.json("/call/args").as_array()?,
            self.json("/call/kwargs").as_object()?,
        );
        let required = bound
            .iter()
            .filter(|(_, default)| default.is_null())
            .count();
        if given.len() > bound.len()
            || named
                .keys()
                .any(|name| bound.iter().all(|(known, _)| known != name))
        {
            return None;
        }
        let optional_none = self
            .text("/function/signature")
            .is_some_and(|text| text.contains("=None"));
        if given.len() + named.len() + usize::from(optional_none) < required {
            return None;
        }
        for (place, value) in bound.iter_mut().zip(given) {
            place.1 = value.clone();
        }
        for (name, value) in named {
            bound.iter_mut().find(|(known, _)| known == name)?.1 = value.clone();
        }
        let value = |(name, json)| (name, serde_json::from_value(json).unwrap());
        Some(bound.into_iter().map(value).collect())
    }

    /// What the table of functions knows it by: `f(amount) refund`.
    pub(crate) fn key(&self, arguments: &[(String, Value<'static>)]) -> String {
        let names: Vec<_> = arguments.iter().map(|(name, _)| name.as_str()).collect();
        let asynchronous = if self.json("/function/is_async") == true {
            "async "
        } else {
            ""
        };
        let audit = if self.is_audit() { "audit " } else { "" };
        let action = self.text("/decorator/action_type").unwrap_or("-");
        let fields = match self.json("/decorator/fields").as_array() {
            None => String::new(),
            Some(fields) => {
                let names: Vec<_> = fields.iter().filter_map(Json::as_str).collect();
                format!(" [{}]", names.join(", "))
            }
        };
        let function = self.text("/function/name").unwrap_or_default();
        format!(
            "{audit}{asynchronous}{function}({}) {action}{fields}",
            names.join(", ")
        )
    }
}
