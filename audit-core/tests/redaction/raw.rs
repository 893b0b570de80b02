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
fn json_that_is_text_already_is_recorded_within_bounds_and_gets_round_no_classification_there() {
    let long = format!(
        r#"{{"note": "{}", "card": "4111-1111", "amount": 50}}"#,
        "x".repeat(1 << 20)
    );
    let event = recorded(&raw(long));
    assert!(!event.to_string().contains("4111"));
    let note = event["request"]["note"]["$cut"].as_str().unwrap();
    assert!(note.len() > 1_000_000);
    let many = format!(
        r#"[{{"card": "4111-1111"}}, {}, {{"card": "4111-1111"}}]"#,
        vec!["0"; 1_200_000].join(",")
    );
    let event = recorded(&(raw(many), "beside"));
    assert!(!event.to_string().contains("4111"));
    let items = event["request"][0].as_array().unwrap();
    assert_eq!(items[0], json!({"card": "***"}));
    assert_eq!(
        items[items.len() - 1],
        json!({"$cut": "further items are left out"})
    );
    for levels in [90, 500, 100_000] {
        let deep = format!(
            r#"{{"card": "4111-1111", "note": {}{}, "amount": 50}}"#,
            "[".repeat(levels),
            "]".repeat(levels)
        );
        let event = recorded(&[raw(deep)]);
        assert!(!event.to_string().contains("4111"), "{event}");
        assert_eq!(event["request"][0]["amount"], 50, "{event}");
    }
}

#[test]
fn a_name_that_there_is_no_room_for_hides_no_field_from_its_classification() {
    // More than a record keeps, and then a number.
    let long = json!({"a": "x".repeat(1 << 20), "card": 4_111_111_111_u64});
    for event in [recorded(&long), recorded(&raw(long.to_string()))] {
        assert!(!event.to_string().contains("4111"));
        let rest = &event["request"]["..."];
        assert_eq!(rest["$cut"], "further items are left out");
    }
}

#[test]
fn no_odd_text_or_number_keeps_foreign_json_out_of_its_record() {
    for (odd, shown) in [
        (r#""\ud800""#, json!("\u{fffd}")),
        (
            r#""\udc00\uD83D\ude00\ud83d x""#,
            json!("\u{fffd}😀\u{fffd} x"),
        ),
        (r#""\\ud800\ud800\u0041\n""#, json!("\\ud800\u{fffd}A\n")),
        (r#""\ud800\ud800\udc00""#, json!("\u{fffd}\u{10000}")),
        ("1e999", json!("1e999")),
        ("[-1E+999, 1e30, -0.5]", json!(["-1E+999", 1e30, -0.5])),
        (
            r#"{"1e999": "1e999 \" 1e999"}"#,
            json!({"1e999": "1e999 \" 1e999"}),
        ),
        (r#"{"$ref": "x"}"#, json!({"$$ref": "x"})),
        (r#"[{"$cut": "x"}]"#, json!([{"$$cut": "x"}])),
        ("null", json!(null)),
        ("true", json!(true)),
    ] {
        let event = recorded(&raw(format!(r#"{{"card": "4111-1111", "odd": {odd}}}"#)));
        assert_eq!(
            event["request"],
            json!({"card": "***", "odd": shown}),
            "{odd}"
        );
    }
    let huge = "9".repeat(400);
    assert_eq!(recorded(&raw(huge.clone()))["request"], huge);
    assert_eq!(recorded(&number("1e999"))["request"], "1e999");
}

#[test]
fn no_map_passes_for_a_number_that_has_more_than_digits() {
    const NUMBER: &str = "$serde_json::private::Number";
    for (foreign, shown) in [
        (json!({NUMBER: "12"}), json!(12)),
        (json!({NUMBER: [7]}), json!({format!("${NUMBER}"): [7]})),
        (json!({NUMBER: "x"}), json!({format!("${NUMBER}"): "x"})),
        (
            json!({NUMBER: "12", "card": "4111-1111"}),
            json!({NUMBER: "12", "card": "***"}),
        ),
        (
            json!({"#": 1, NUMBER: "12", "card": "4111-1111"}),
            json!({"#": 1, NUMBER: "12", "card": "***"}),
        ),
    ] {
        let event = recorded(&raw(foreign.to_string()));
        assert_eq!(event["request"], shown, "{foreign}");
    }
}

#[test]
fn what_is_no_json_leaves_nothing_of_itself() {
    for text in [
        "{\"card\": \"4111-1111\"",
        "{\"card\": \"4111-1111\"} 1",
        "\"4111-1111\\",
        "4111-1111",
        "\"4111-1111\\ud8ß\"",
    ] {
        let event = recorded(&[raw(text), number(text)]);
        assert!(!event.to_string().contains("4111"), "{event}");
        for part in [0, 1] {
            let said = event["request"][part]["$invalid_json"].as_str().unwrap();
            assert!(said.ends_with("bytes of JSON are left out"), "{said}");
        }
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
