//! JSON that is text already, and numbers that are, as `serde_json` hands them to serializers.

use audit_core::testing::capture;
use audit_core::{Entry, Policy, Runtime, record};
use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

/// What `serde_json::value::RawValue` says of itself, and a number of its feature `arbitrary_precision`.
struct Raw(&'static str, String);

impl Serialize for Raw {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut raw = serializer.serialize_struct(self.0, 1)?;
        raw.serialize_field(self.0, &self.1)?;
        raw.end()
    }
}

fn raw(json: impl Into<String>) -> Raw {
    Raw("$serde_json::private::RawValue", json.into())
}

fn number(digits: &str) -> Raw {
    Raw("$serde_json::private::Number", digits.to_owned())
}

fn recorded(request: &impl Serialize) -> Value {
    let schema = "language: audit/2
actions: {}
events: {paid: {fields: {card: {type: string, sensitive: mask}, inside.card: {type: string, sensitive: drop}}}}
";
    let rules = "language: audit/2\ndefault: allow\nrules: []\n";
    let policy = Policy::from_strings(schema, rules, None).unwrap();
    let runtime = Runtime::builder().policy(policy).build().unwrap();
    let entry = Entry::new("paid").request(request);
    let captured = capture(|| runtime.scope(|| record(entry).unwrap()));
    serde_json::to_value(&captured.events[0]).unwrap()
}

#[test]
fn json_that_is_text_already_gets_round_no_classification() {
    let card = r#"{"card": "4111-1111", "amount": 50}"#;
    let event = recorded(&raw(card));
    assert_eq!(event["request"], json!({"card": "***", "amount": 50}));
    let event = recorded(&json!({"amount": 1}));
    assert_eq!(event["request"], json!({"amount": 1}));
    let event = recorded(&std::collections::BTreeMap::from([("inside", raw(card))]));
    assert_eq!(event["request"], json!({"inside": {"amount": 50}}));
    assert_eq!(event["redacted"], json!({"request.inside.card": "drop"}));
}

#[test]
fn json_that_is_text_already_and_too_much_leaves_nothing_of_itself() {
    let long = format!(
        r#"{{"card": "4111-1111", "note": "{}"}}"#,
        "x".repeat(1 << 20)
    );
    let deep = format!(
        r#"{{"card": "4111-1111", "note": {}{}}}"#,
        "[".repeat(500),
        "]".repeat(500)
    );
    for text in [long, deep, "{\"card\": \"4111-1111\"".to_owned()] {
        let event = recorded(&[raw(text)]);
        assert!(!event.to_string().contains("4111"), "{event}");
        let said = event["request"][0]["$invalid_json"].as_str();
        let said = said.or(event["request"][0]["$cut"].as_str()).unwrap();
        assert!(said.ends_with("bytes of JSON are left out"), "{said}");
    }
}

#[test]
fn a_number_that_is_text_already_is_a_number() {
    // Wherever it stands.
    assert_eq!(recorded(&number("50"))["request"], 50);
    let numbers = ["50", "-7", "18446744073709551615", "1.5"].map(number);
    let shown = json!([50, -7, 18_446_744_073_709_551_615_u64, 1.5]);
    assert_eq!(recorded(&numbers)["request"], shown);
}
