//! JSON Schemas of functions with `#[runnable]`, held against what these read and answer.

use std::collections::BTreeMap;
use std::future::ready;
use std::path::Path;

use audit_core::bus::{Bus, InvokeError, RunnableFacts};
use audit_core::component;
use audit_core::component::{Assembly, Blueprint, Functions};
use audit_core::testing::block_on;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
struct Money {
    cents: i64,
    #[serde(default)]
    currency: Currency,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
enum Currency {
    #[default]
    Eur,
    Usd,
}

/// A type into which another is flattened.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Page {
    of: String,
    #[serde(flatten)]
    size: Size,
}

#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Size {
    #[serde(default)]
    most: u8,
}

/// A box that may hold boxes.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
struct Nested {
    inside: Option<Box<Nested>>,
}

/// A type that has no schema.
#[derive(Debug, Serialize, Deserialize)]
struct Silent {
    text: String,
}

/// A type whose schema panics.
#[derive(Serialize, Deserialize)]
struct Panicking;

impl JsonSchema for Panicking {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Panicking".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        panic!("on purpose")
    }
}

type Note = Option<String>;
type Answer<T> = Result<T, String>;

struct Shop;

#[component("shop")]
#[allow(clippy::unused_self, reason = "methods are what is looked at")]
impl Shop {
    #[runnable("pay")]
    async fn pay(&self, from: &str, amount: &Money, note: Note, tags: &[u8]) -> Answer<Money> {
        ready((from, note, tags)).await;
        Ok(amount.clone())
    }

    #[runnable("price")]
    fn price(&self, money: Money) -> Money {
        money
    }

    #[runnable("page")]
    fn page(&self, page: &Page) -> u8 {
        page.size.most
    }

    #[runnable("open")]
    fn open(&self, open: &BTreeMap<String, Value>) -> usize {
        open.len()
    }

    #[runnable("json")]
    fn json(&self, json: Value) -> Value {
        json
    }

    #[runnable("find")]
    fn find(&self, id: u64) -> Option<Nested> {
        (id > 0).then_some(Nested { inside: None })
    }

    #[runnable("at")]
    fn at(&self, index: i64) -> i64 {
        index
    }

    #[runnable("perhaps")]
    fn perhaps(&self, note: Note) -> Note {
        note
    }

    #[runnable("nest")]
    fn nest(&self, nested: Nested, and: BTreeMap<String, bool>) -> Nested {
        drop(and);
        nested
    }

    #[runnable("none")]
    fn none(&self) {}

    #[runnable("half")]
    fn half(&self, count: u8, silent: Silent, may: Option<Silent>, path: &Path) -> Answer<Silent> {
        let _ = (count, may);
        path.to_str().map(|_| silent).ok_or("no text".to_owned())
    }

    #[runnable("silent")]
    fn silent(&self, silent: Silent) -> Silent {
        silent
    }

    #[runnable("panicking")]
    fn panicking(&self, count: u8, panicking: Panicking) -> Panicking {
        let _ = count;
        panicking
    }
}

fn shop() -> Assembly {
    let shop = Assembly::builder(Bus::new()).component(Blueprint::of(Shop));
    block_on(shop.boot()).unwrap()
}

fn facts(assembly: &Assembly, runnable: &str) -> RunnableFacts {
    let all = assembly.bus().runnables();
    let mut all = all.into_iter();
    let (_, facts, _) = all.find(|(name, ..)| **name == *runnable).unwrap();
    facts
}

fn pay() -> Value {
    json!({"from": "alice", "amount": {"cents": 1}, "tags": []})
}

fn with(key: &str, value: Value) -> Value {
    let mut changed = without(key);
    let members = changed.as_object_mut().unwrap();
    members.insert(key.to_owned(), value);
    changed
}

fn without(key: &str) -> Value {
    let mut changed = pay();
    changed.as_object_mut().unwrap().remove(key);
    changed
}

#[test]
fn what_the_schema_accepts_is_read() {
    let assembly = shop();
    let accepted = [
        ("shop.pay", pay()),
        ("shop.pay", with("note", json!("rent"))),
        ("shop.pay", with("note", Value::Null)),
        (
            "shop.pay",
            with("amount", json!({"cents": -1, "currency": "USD"})),
        ),
        (
            "shop.pay",
            with("amount", json!({"cents": 1, "more": true})),
        ),
        ("shop.pay", with("tags", json!([0, 255]))),
        ("shop.price", json!({"money": {"cents": 1}})),
        ("shop.price", json!({"cents": 1})),
        ("shop.price", json!({"cents": 1, "currency": "USD"})),
        ("shop.price", json!({"money": {"cents": 1, "more": true}})),
        ("shop.page", json!({"of": "alice", "most": 1})),
        ("shop.page", json!({"page": {"of": "alice"}})),
        ("shop.open", json!({"any": 1, "names": [2]})),
        ("shop.json", json!({"any": 1, "json": [2]})),
        ("shop.find", json!(u64::MAX)),
        ("shop.find", json!({"id": 0})),
        ("shop.at", json!(i64::MIN)),
        ("shop.at", json!(i64::MAX)),
        ("shop.perhaps", json!({})),
        ("shop.perhaps", json!({"note": "a"})),
        ("shop.perhaps", json!("a")),
        ("shop.perhaps", json!(null)),
        (
            "shop.nest",
            json!({"nested": {"inside": {"inside": null}}, "and": {"a": true}}),
        ),
        ("shop.none", json!({})),
        (
            "shop.half",
            json!({"count": 1, "silent": {"text": "a"}, "path": "here"}),
        ),
        (
            "shop.half",
            json!({"count": 1, "silent": {"text": "a"}, "may": null, "path": ""}),
        ),
    ];
    for (name, params) in accepted {
        hold(&assembly, name, &params, true);
    }
}

#[test]
fn what_the_schema_refuses_is_refused() {
    let assembly = shop();
    let refused = [
        ("shop.pay", without("from")),
        ("shop.pay", without("amount")),
        ("shop.pay", without("tags")),
        ("shop.pay", with("form", json!("alice"))),
        ("shop.pay", with("from", json!(1))),
        ("shop.pay", with("note", json!(1))),
        ("shop.pay", with("amount", json!({"cents": "1"}))),
        (
            "shop.pay",
            with("amount", json!({"cents": 1, "currency": "DM"})),
        ),
        ("shop.pay", with("tags", json!([256]))),
        ("shop.pay", json!(7)),
        ("shop.price", json!({"money": {}})),
        ("shop.price", json!({"mony": {"cents": 1}})),
        ("shop.price", json!({"cents": 1, "curency": "USD"})),
        ("shop.price", json!({"cents": 1, "money": 2})),
        (
            "shop.price",
            json!({"money": {"cents": 1}, "currency": "USD"}),
        ),
        ("shop.page", json!({"of": "alice", "mots": 1})),
        ("shop.page", json!({"page": {"of": "alice"}, "most": 1})),
        ("shop.open", json!({"open": 1})),
        ("shop.price", json!([])),
        ("shop.find", json!(-1)),
        ("shop.find", json!(1.5)),
        // As far as numbers in JSON go, one more than there are.
        ("shop.find", json!(18_446_744_073_709_551_616.0)),
        ("shop.at", json!(9_223_372_036_854_775_808_u64)),
        ("shop.at", json!(-1e19)),
        ("shop.find", json!({})),
        ("shop.perhaps", json!({"nte": "a"})),
        ("shop.nest", json!({"nested": {"inside": 1}, "and": {}})),
        (
            "shop.nest",
            json!({"nested": {"inside": null}, "and": {"a": 1}}),
        ),
        ("shop.none", json!({"a": 1})),
        ("shop.none", json!(1)),
        ("shop.half", json!({"count": 1, "path": ""})),
        (
            "shop.half",
            json!({"count": 256, "silent": {"text": "a"}, "path": ""}),
        ),
        (
            "shop.half",
            json!({"count": 1, "silent": {"text": "a"}, "path": "", "more": 1}),
        ),
    ];
    for (name, params) in refused {
        hold(&assembly, name, &params, false);
    }
}

/// Holds parameters against the schema, by a validator as somebody who discovers the runnable would, and against the runnable itself. If
/// that answers, its answer is as the other schema says.
#[track_caller]
fn hold(assembly: &Assembly, name: &str, params: &Value, is_accepted: bool) {
    let facts = facts(assembly, name);
    let schema = facts.params_schema.unwrap();
    assert!(jsonschema::meta::is_valid(&schema), "{schema}");
    assert_eq!(
        jsonschema::is_valid(&schema, params),
        is_accepted,
        "{name} {params}: {schema:#}"
    );
    match block_on(assembly.bus().invoke::<_, Value>(name, params.clone())) {
        Ok(answer) => {
            assert!(is_accepted, "{name} {params}");
            let Some(schema) = facts.answer_schema else {
                return;
            };
            assert!(jsonschema::is_valid(&schema, &answer), "{answer}: {schema}");
        }
        Err(InvokeError::Params { .. }) => assert!(!is_accepted, "{name} {params}"),
        Err(error) => panic!("{name} {params}: {error}"),
    }
}

#[test]
fn arguments_are_an_object_of_their_names() {
    let assembly = shop();
    let schema = facts(&assembly, "shop.half").params_schema.unwrap();
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "count": {"type": "integer", "format": "uint8", "minimum": 0, "maximum": 255},
            // Of which nothing is known.
            "silent": true,
            "may": true,
            "path": {"type": "string"},
        },
        "required": ["count", "silent", "path"],
        "additionalProperties": false,
    });
    assert_eq!(schema, expected);
    let schema = facts(&assembly, "shop.none").params_schema.unwrap();
    let expected = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {},
        "required": [],
        "additionalProperties": false,
    });
    assert_eq!(schema, expected);
}

#[test]
fn the_answer_is_that_behind_a_result_of_any_name() {
    let assembly = shop();
    let answer = |name| facts(&assembly, name).answer_schema;
    let schema = answer("shop.pay").unwrap();
    assert_eq!(schema["title"], "Money");
    // Written, it is never left out.
    assert_eq!(schema["required"], json!(["cents", "currency"]));
    assert_eq!(answer("shop.pay"), answer("shop.price"));
    assert_eq!(answer("shop.none").unwrap()["type"], "null");
}

#[test]
fn a_type_that_says_nothing_or_panics_is_left_open() {
    let assembly = shop();
    assert_eq!(facts(&assembly, "shop.half").answer_schema, None);
    let silent = facts(&assembly, "shop.silent");
    assert_eq!((silent.params_schema, silent.answer_schema), (None, None));
    let panicking = facts(&assembly, "shop.panicking");
    assert_eq!(panicking.answer_schema, None);
    let properties = &panicking.params_schema.unwrap()["properties"];
    assert_eq!(properties["panicking"], true);
    assert_eq!(properties["count"]["maximum"], 255);
}

mod free {
    use audit_core::runnable;

    /// A function outside of any component.
    #[runnable("free.double", description = "twice as much", internal)]
    fn double(number: u32) -> u32 {
        number * 2
    }

    #[runnable("free.triple", timeout = "1s")]
    async fn triple(number: u32) -> Result<u32, String> {
        std::future::ready(Ok(number * 3)).await
    }
}

#[test]
fn a_free_function_has_one_too() {
    let functions = Functions::new("free").within(concat!(module_path!(), "::free"));
    let assembly = Assembly::builder(Bus::new()).component(functions.blueprint());
    let assembly = block_on(assembly.boot()).unwrap();
    let facts = facts(&assembly, "free.triple");
    let number =
        json!({"type": "integer", "format": "uint32", "minimum": 0, "maximum": 4_294_967_295_u32});
    let schema = facts.params_schema.unwrap();
    assert_eq!(schema["anyOf"][0]["properties"]["number"], number);
    assert_eq!(schema["anyOf"][1], number);
    assert_eq!(facts.answer_schema.unwrap()["type"], "integer");
}
