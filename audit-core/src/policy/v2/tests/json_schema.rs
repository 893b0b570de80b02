//! The JSON Schemas of both files say what the reader says: the same keys, the same words, the same forms.

use serde_json::Value;

use crate::policy::json_schema::{POLICY_FILE_JSON_SCHEMA, SCHEMA_FILE_JSON_SCHEMA};
use crate::policy::model::Operator;
use crate::policy::reading::decode::{Key, Presence};
use crate::policy::v2::{
    comparison, condition, field, notes, operand, operator, policy, rollout, rule, schema, scope,
    subject, window, word,
};

struct File(Value);

impl File {
    fn new(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    fn at(&self, pointer: &str) -> &Value {
        let found = self.0.pointer(pointer);
        found.unwrap_or_else(|| panic!("nothing at {pointer}"))
    }

    /// The map at the pointer has these keys, no others, and must have the same of them.
    fn assert_keys(&self, pointer: &str, keys: &[Key]) {
        let map = self.at(pointer);
        let properties = map["properties"].as_object().unwrap();
        let mut known: Vec<&str> = keys.iter().map(|(key, _)| *key).collect();
        known.sort_unstable();
        let mut found: Vec<&str> = properties.keys().map(String::as_str).collect();
        found.sort_unstable();
        assert_eq!(found, known, "{pointer}");
        assert_eq!(map["additionalProperties"], false, "{pointer}");
        // Whether a file says its language is known before it is read.
        let required = keys.iter().filter(|(key, presence)| {
            *presence == Presence::Required || (pointer.is_empty() && *key == "language")
        });
        let required: Vec<&str> = required.map(|(key, _)| *key).collect();
        let found = map.get("required").and_then(Value::as_array);
        let found: Vec<&str> = found
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(found, required, "{pointer}");
    }

    /// At the pointer stand these words, in this order.
    fn assert_words<T>(&self, pointer: &str, words: &[(&str, T)]) {
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        assert_eq!(self.at(pointer), &serde_json::json!(words), "{pointer}");
    }
}

#[test]
fn the_keys_and_words_of_the_schema_file_are_those_of_the_reader() {
    let file = File::new(SCHEMA_FILE_JSON_SCHEMA);
    file.assert_keys("", &schema::SCHEMA);
    file.assert_keys("/$defs/domain", &schema::DOMAIN);
    file.assert_keys("/$defs/action", &schema::DOMAIN);
    file.assert_keys("/$defs/event", &schema::EVENT);
    file.assert_words("/$defs/event/properties/sensitive/enum", &field::REDACTIONS);
    file.assert_keys("/$defs/declared", &field::FIELD);
    file.assert_words("/$defs/scalar/enum", &field::SCALARS);
    file.assert_words("/$defs/declared/properties/type/enum", &field::TYPES);
    file.assert_words(
        "/$defs/declared/properties/sensitive/enum",
        &field::REDACTIONS,
    );
}

#[test]
fn the_keys_and_words_of_the_policy_file_are_those_of_the_reader() {
    let file = File::new(POLICY_FILE_JSON_SCHEMA);
    file.assert_keys("", &policy::POLICY);
    file.assert_words("/properties/combine/enum", &policy::COMBINE);
    file.assert_words("/properties/on_missing/enum", &policy::ON_MISSING);
    file.assert_words("/properties/on_error/enum", &policy::ON_ERROR);
    file.assert_keys("/$defs/rule", &rule::RULE);
    file.assert_words("/$defs/rule/properties/severity/enum", &notes::SEVERITIES);
    file.assert_words("/$defs/effect/enum", &word::EFFECTS);
    file.assert_words("/$defs/mode/enum", &word::MODES);
    file.assert_keys("/$defs/scope", &scope::SCOPE);
    file.assert_keys("/$defs/rollout/then", &rollout::ROLLOUT);
    file.assert_keys("/$defs/subject/then", &subject::SUBJECT);
    file.assert_words(
        "/$defs/subject/then/properties/domain/enum",
        &subject::DOMAINS,
    );
    file.assert_keys("/$defs/written_literal", &operand::LITERAL);
    file.assert_keys("/$defs/window", &window::WINDOW);
    file.assert_words("/$defs/window/properties/days/items/enum", &window::DAYS);
    assert_eq!(file.at("/$defs/list/maxItems"), operand::MAX_ITEMS);
    let joins = condition::JOINS.map(|join| (join.as_str(), Presence::Optional));
    let forms = [
        &joins[..],
        &comparison::COMPARISON.map(|(key, _)| (key, Presence::Optional)),
    ]
    .concat();
    file.assert_keys("/$defs/condition", &forms);
    let alternatives = [operand::LITERAL, operand::SUBJECT].concat();
    let either: Vec<Key> = alternatives
        .into_iter()
        .map(|(key, _)| (key, Presence::Optional))
        .collect();
    file.assert_keys("/$defs/literal_or_field", &either);
}

#[test]
fn the_operators_of_the_policy_file_are_those_of_the_reader_each_with_a_form_of_its_value() {
    let file = File::new(POLICY_FILE_JSON_SCHEMA);
    let known = operator::OPERATORS.map(|operator| (operator.as_str(), operator));
    file.assert_words("/$defs/operator/enum", &known);
    let forms = file
        .at("/$defs/operator_and_value/allOf")
        .as_array()
        .unwrap();
    let mut formed = Vec::new();
    for form in forms {
        for word in form
            .pointer("/if/properties/operator/enum")
            .unwrap()
            .as_array()
            .unwrap()
        {
            let word = word.as_str().unwrap();
            let required = form.pointer("/then/required").is_some();
            assert_eq!(required, word != Operator::Exists.as_str(), "{word}");
            formed.push((word, ()));
        }
    }
    file.assert_words("/$defs/operator/enum", &formed);
}

#[test]
fn every_key_says_what_it_is_for() {
    for text in [SCHEMA_FILE_JSON_SCHEMA, POLICY_FILE_JSON_SCHEMA] {
        let file = File::new(text);
        let mut untold = Vec::new();
        list_untold(&file, &file.0, "", &mut untold);
        assert!(untold.is_empty(), "{untold:#?}");
    }
}

/// Lists the keys that an editor could show without a word.
fn list_untold(file: &File, value: &Value, pointer: &str, untold: &mut Vec<String>) {
    let tells = |value: &Value, word: &str| {
        let own = value.get(word).is_some();
        own || value.get("$ref").is_some_and(|target| {
            let pointer = target.as_str().unwrap().trim_start_matches('#');
            file.at(pointer).get(word).is_some()
        })
    };
    // What narrows a key that is described elsewhere needs no words of its own.
    let narrows = pointer.contains("/if") || pointer.contains("/allOf/");
    let properties = value.get("properties").and_then(Value::as_object);
    for (key, value) in properties.into_iter().flatten().filter(|_| !narrows) {
        if !(tells(value, "title") && tells(value, "description")) {
            untold.push(format!("{pointer}/{key}"));
        }
    }
    let parts: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, part)| (key.clone(), part)).collect(),
        Value::Array(items) => (0..)
            .zip(items)
            .map(|(at, part): (usize, _)| (at.to_string(), part))
            .collect(),
        _ => Vec::new(),
    };
    for (key, part) in parts {
        list_untold(file, part, &format!("{pointer}/{key}"), untold);
    }
}
