//! The JSON Schemas of the two files in language 2, by which editors complete and check them.
//!
//! They say what can be said of one file alone; the reader says the rest. A test in `v2` holds their keys and words
//! against the reader's own tables.

/// The JSON Schema (draft 2020-12) of `schema.yaml` in language 2.
pub const SCHEMA_FILE_JSON_SCHEMA: &str =
    include_str!("../../schemas/policy_schema.v2.schema.json");
/// The JSON Schema (draft 2020-12) of `policy.yaml` in language 2.
pub const POLICY_FILE_JSON_SCHEMA: &str = include_str!("../../schemas/policy.v2.schema.json");

#[cfg(test)]
pub(super) mod tests {
    //! What the JSON Schemas say of texts as our own reader reads them.

    use std::sync::LazyLock;

    use jsonschema::Validator;
    use serde_json::{Map, Value, json};

    use super::{POLICY_FILE_JSON_SCHEMA, SCHEMA_FILE_JSON_SCHEMA};
    use crate::policy::yaml::{self, Node, Scalar};

    static SCHEMA: LazyLock<Validator> = LazyLock::new(|| validator(SCHEMA_FILE_JSON_SCHEMA));
    static POLICY: LazyLock<Validator> = LazyLock::new(|| validator(POLICY_FILE_JSON_SCHEMA));

    fn validator(text: &str) -> Validator {
        let schema = serde_json::from_str(text).unwrap();
        jsonschema::draft202012::meta::validate(&schema).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    }

    /// What is wrong with a `schema.yaml`.
    pub(in crate::policy) fn schema_mistakes(text: &str) -> Vec<String> {
        mistakes(&SCHEMA, text)
    }

    /// What is wrong with a `policy.yaml`.
    pub(in crate::policy) fn policy_mistakes(text: &str) -> Vec<String> {
        mistakes(&POLICY, text)
    }

    fn mistakes(validator: &Validator, text: &str) -> Vec<String> {
        let document = yaml::read(text);
        assert!(document.failure.is_none(), "{text}\n{:?}", document.failure);
        let file = document.root.as_ref().map_or(Value::Null, json_of);
        let errors = validator.iter_errors(&file);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    /// A node as an editor hands it to its validator.
    fn json_of(node: &Node) -> Value {
        if let Some(items) = node.items() {
            return items.iter().map(json_of).collect();
        }
        if let Some(entries) = node.entries() {
            let entries = entries
                .iter()
                .map(|[key, value]| (key.text().unwrap().to_string(), json_of(value)));
            return Value::Object(entries.collect::<Map<_, _>>());
        }
        match node.scalar().unwrap() {
            Scalar::Null => Value::Null,
            Scalar::Boolean(value) => json!(value),
            Scalar::Unsigned(number) => json!(number),
            Scalar::Negative(number) => json!(number),
            // JSON knows no infinity; a validator takes it for a number.
            Scalar::Float(number) if number.is_finite() => json!(number),
            Scalar::Huge | Scalar::Float(_) => json!(f64::MAX),
            Scalar::Text => json!(&**node.text().unwrap()),
        }
    }
}
