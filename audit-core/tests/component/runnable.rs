//! Runnables, their parameters by name, and their answers.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use audit_core::bus::{InvokeError, Parameter};
use audit_core::component::{Assembly, Blueprint};
use audit_core::{Actor, Scope, component};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::{Value, json};

use crate::boot;
use crate::support::{now, yield_now};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Receipt {
    text: String,
}

/// Has no form in JSON.
struct Unwritable;

impl Serialize for Unwritable {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("on purpose"))
    }
}

/// Whoever says nothing wipes all.
#[derive(Deserialize)]
#[serde(default)]
struct Options {
    all: bool,
    dry_run: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            all: true,
            dry_run: false,
        }
    }
}

#[derive(Debug, PartialEq)]
struct Insufficient;

impl std::fmt::Display for Insufficient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("insufficient funds")
    }
}

impl std::error::Error for Insufficient {}

type Answer<T> = Result<T, Insufficient>;
type Note = Option<String>;

struct Accounts {
    most: f64,
}

#[component("accounts")]
#[allow(
    clippy::unused_self,
    clippy::unnecessary_wraps,
    clippy::manual_async_fn,
    reason = "the shapes of methods are what is looked at"
)]
impl Accounts {
    #[runnable(
        "transfer",
        description = "moves money",
        timeout = "5s",
        destructive,
        requires_role = "teller"
    )]
    async fn transfer(&self, from: &str, to: String, amount: f64, note: Note) -> Answer<Receipt> {
        yield_now().await;
        if amount > self.most {
            return Err(Insufficient);
        }
        let text = format!("{from} to {to}: {amount} {}", note.unwrap_or_default());
        Ok(Receipt { text })
    }

    #[runnable("most", internal)]
    fn most(&self) -> f64 {
        self.most
    }

    #[runnable("double")]
    fn double(number: u64) -> u64 {
        number * 2
    }

    #[runnable("sum")]
    async fn sum(&self, numbers: &[u64], of: &Path) -> String {
        let sum: u64 = numbers.iter().sum();
        yield_now().await;
        format!("{sum} {}", of.display())
    }

    #[runnable("repeat")]
    fn repeat(&self, receipt: &Receipt) -> Receipt {
        Receipt {
            text: receipt.text.repeat(2),
        }
    }

    #[runnable("keep")]
    fn keep(&self, r#type: Value, _quietly: bool) -> Value {
        r#type
    }

    #[runnable("wipe", destructive)]
    fn wipe(&self, options: &Options) -> String {
        format!("all: {}, dry run: {}", options.all, options.dry_run)
    }

    #[runnable("kind")]
    fn kind(&self) -> &'static str {
        "accounts"
    }

    #[runnable("longest")]
    fn longest<'a>(&self, of: &'a [String]) -> Option<&'a str> {
        let longest = of.iter().max_by_key(|one| one.len());
        longest.map(String::as_str)
    }

    #[runnable("trimmed")]
    async fn trimmed(&self, text: &str) -> Result<Cow<'_, str>, String> {
        yield_now().await;
        if text.is_empty() {
            return Err(format!("nothing is less than {}", self.most));
        }
        Ok(Cow::Owned(text.trim().to_owned()))
    }

    #[runnable("hidden")]
    fn hidden(&self) -> Result<impl Serialize, &str> {
        Ok(BTreeMap::from([("most", &self.most)]))
    }

    #[runnable("unwritable")]
    fn unwritable(&self) -> Option<&Unwritable> {
        let _ = self;
        Some(&Unwritable)
    }

    #[runnable("later")]
    fn later<'a>(&'a self, text: &'a str) -> impl Future<Output = (&'a str, &'a f64)> {
        async move { (text, &self.most) }
    }

    #[runnable("drop")]
    fn forget(&self, _number: u8) {
        let _ = self;
    }
}

fn accounts() -> Assembly {
    boot([Blueprint::of(Accounts { most: 100.0 })])
}

fn as_teller<T>(work: impl FnOnce() -> T) -> T {
    let teller = Actor::new("carol").with("role", "teller");
    Scope::new().actor(teller).run(work)
}

fn source(error: &InvokeError) -> String {
    let first = std::error::Error::source(error);
    let sources = std::iter::successors(first, |error| error.source());
    sources
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[test]
fn a_typed_call_brings_a_tuple_of_values_and_the_error_is_the_methods() {
    let assembly = accounts();
    let bus = assembly.bus();
    let call = |amount: f64| {
        let params = ("alice".to_owned(), "bob".to_owned(), amount, None::<String>);
        as_teller(|| now(bus.invoke::<_, Receipt>("accounts.transfer", params)))
    };
    assert_eq!(call(75.0).unwrap().text, "alice to bob: 75 ");
    let error = call(150.0).unwrap_err();
    assert_eq!(error.to_string(), "`accounts.transfer` failed");
    let InvokeError::Failed { error, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(error.downcast_ref(), Some(&Insufficient));
}

#[test]
fn a_call_in_json_gives_arguments_by_name_or_all_in_their_order() {
    let assembly = accounts();
    let bus = assembly.bus();
    let call =
        |params: Value| as_teller(|| now(bus.invoke::<_, Value>("accounts.transfer", params)));
    let named = json!({"to": "bob", "amount": 75, "from": "alice", "note": "rent"});
    assert_eq!(
        call(named).unwrap(),
        json!({"text": "alice to bob: 75 rent"})
    );
    // An optional one may be left out, whatever its type is called.
    let without = json!({"to": "bob", "amount": 75, "from": "alice"});
    assert_eq!(call(without).unwrap(), json!({"text": "alice to bob: 75 "}));
    let listed = json!(["alice", "bob", 75, null]);
    assert_eq!(call(listed).unwrap(), json!({"text": "alice to bob: 75 "}));
    let error = call(json!({"form": "alice", "to": "bob"})).unwrap_err();
    assert_eq!(
        source(&error),
        "unknown argument `form`; missing argument `from`; missing argument `amount`: \
         accepted are `from` (&str), `to` (String), `amount` (f64), `note` (Note)"
    );
}

#[test]
fn a_typed_call_that_wants_its_answer_as_json_gets_it() {
    let assembly = accounts();
    let params = ("alice".to_owned(), "bob".to_owned(), 1.0, None::<String>);
    let call = || {
        now(assembly
            .bus()
            .invoke::<_, Value>("accounts.transfer", params))
    };
    assert_eq!(
        as_teller(call).unwrap(),
        json!({"text": "alice to bob: 1 "})
    );
}

#[test]
fn a_single_parameter_is_given_by_name_or_as_itself() {
    let assembly = accounts();
    let bus = assembly.bus();
    assert_eq!(
        now(bus.invoke::<_, u64>("accounts.double", 21_u64)).unwrap(),
        42
    );
    assert_eq!(
        now(bus.invoke::<_, u64>("accounts.double", 21_u32)).unwrap(),
        42
    );
    for params in [json!(21), json!({"number": 21})] {
        assert_eq!(
            now(bus.invoke::<_, u64>("accounts.double", params)).unwrap(),
            42
        );
    }
    let receipt = json!({"text": "ab"});
    for params in [receipt.clone(), json!({"receipt": receipt})] {
        let answer: Receipt = now(bus.invoke("accounts.repeat", params)).unwrap();
        assert_eq!(answer.text, "abab");
    }
    let error = now(bus.invoke::<_, u64>("accounts.double", json!({"numbr": 1}))).unwrap_err();
    assert_eq!(
        source(&error),
        "argument `number` does not fit: accepted is `number` (u64), or its value itself: `number`: invalid type: map, expected u64"
    );
}

#[test]
fn what_is_misspelt_is_refused_and_does_no_harm() {
    let assembly = accounts();
    let bus = assembly.bus();
    let wiped = |params: Value| now(bus.invoke::<_, String>("accounts.wipe", params));
    for params in [
        json!({"dry_run": true}),
        json!({"options": {"dry_run": true}}),
    ] {
        assert_eq!(wiped(params).unwrap(), "all: true, dry run: true");
    }
    for (params, found) in [
        (json!({"dryrun": true}), "unknown argument `dryrun`"),
        (
            json!({"optoins": {"dry_run": true}}),
            "unknown argument `optoins`",
        ),
        (
            json!({"options": {"dry_run": true}, "all": false}),
            "unknown argument `all`",
        ),
        (
            json!({"options": "dry_run"}),
            "argument `options` does not fit",
        ),
    ] {
        let error = wiped(params).unwrap_err();
        let said = source(&error);
        assert!(said.starts_with(found), "{said}");
        assert!(said.contains("accepted is `options` (&Options)"), "{said}");
        assert!(matches!(error, InvokeError::Params { .. }), "{error}");
    }
}

#[test]
fn an_answer_that_borrows_or_has_no_name_is_given_as_json() {
    let assembly = accounts();
    let bus = assembly.bus();
    let kind: String = now(bus.invoke("accounts.kind", ())).unwrap();
    assert_eq!(kind, "accounts");
    let names = vec!["bob".to_owned(), "alice".to_owned()];
    let longest: Option<String> = now(bus.invoke("accounts.longest", names)).unwrap();
    assert_eq!(longest.as_deref(), Some("alice"));
    let longest: Value = now(bus.invoke("accounts.longest", json!([]))).unwrap();
    assert_eq!(longest, Value::Null);
    let trimmed: String = now(bus.invoke("accounts.trimmed", " a ".to_owned())).unwrap();
    assert_eq!(trimmed, "a");
    let error = now(bus.invoke::<_, String>("accounts.trimmed", String::new())).unwrap_err();
    assert_eq!(source(&error), "nothing is less than 100");
    let hidden: Value = now(bus.invoke("accounts.hidden", ())).unwrap();
    assert_eq!(hidden, json!({"most": 100.0}));
    let later: (String, f64) = now(bus.invoke("accounts.later", "a".to_owned())).unwrap();
    assert_eq!(later, ("a".to_owned(), 100.0));
    let error = now(bus.invoke::<_, Value>("accounts.unwritable", ())).unwrap_err();
    assert!(matches!(error, InvokeError::Answer { .. }), "{error}");
    assert!(
        source(&error).ends_with("has no form in JSON: on purpose"),
        "{error:?}"
    );
    let all = bus.runnables();
    let facts = |name: &str| &all.iter().find(|(other, ..)| **other == *name).unwrap().1;
    assert_eq!(facts("accounts.longest").answer, "Option<&'a str>");
    assert_eq!(
        facts("accounts.hidden").answer,
        "Result<impl Serialize, &str>"
    );
    assert_eq!(facts("accounts.kind").answer, "&str");
}

#[test]
fn borrowed_parameters_are_brought_as_what_owns_them() {
    let assembly = accounts();
    let params = (vec![1_u64, 2], std::path::PathBuf::from("here"));
    let sum: String = now(assembly.bus().invoke("accounts.sum", params)).unwrap();
    assert_eq!(sum, "3 here");
    let params = json!({"numbers": [1, 2], "of": "here"});
    let sum: String = now(assembly.bus().invoke("accounts.sum", params)).unwrap();
    assert_eq!(sum, "3 here");
}

#[test]
fn a_name_is_as_callers_know_it() {
    let assembly = accounts();
    let params = json!({"type": [1], "_quietly": true});
    let kept: Value = now(assembly.bus().invoke("accounts.keep", params)).unwrap();
    assert_eq!(kept, json!([1]));
    now(assembly
        .bus()
        .invoke::<_, ()>("accounts.drop", json!({"_number": 1})))
    .unwrap();
}

#[test]
fn one_without_parameters_takes_nothing() {
    let assembly = accounts();
    let bus = assembly.bus();
    assert_eq!(
        now(bus.invoke::<_, f64>("accounts.most", ())).unwrap(),
        100.0
    );
    assert_eq!(
        now(bus.invoke::<_, f64>("accounts.most", json!({}))).unwrap(),
        100.0
    );
    let error = now(bus.invoke::<_, f64>("accounts.most", json!({"a": 1}))).unwrap_err();
    assert_eq!(
        source(&error),
        "unknown argument `a`: accepted is no argument at all"
    );
}

#[test]
fn what_its_attribute_says_holds_and_can_be_found_out() {
    let assembly = accounts();
    let all = assembly.bus().runnables();
    let names: Vec<&str> = all.iter().map(|(name, ..)| &**name).collect();
    let expected = [
        "accounts.double",
        "accounts.drop",
        "accounts.hidden",
        "accounts.keep",
        "accounts.kind",
        "accounts.later",
        "accounts.longest",
        "accounts.repeat",
        "accounts.sum",
        "accounts.transfer",
        "accounts.trimmed",
        "accounts.unwritable",
        "accounts.wipe",
    ];
    assert_eq!(names, expected);
    let (_, facts, _) = &all[9];
    assert_eq!(facts.description, "moves money");
    assert_eq!(facts.timeout, Some(Duration::from_secs(5)));
    assert!(facts.destructive && !facts.internal);
    assert_eq!(facts.requires_role.as_deref(), Some("teller"));
    let parameters = [
        Parameter::new("from", "&str"),
        Parameter::new("to", "String"),
        Parameter::new("amount", "f64"),
        Parameter::new("note", "Note"),
    ];
    assert_eq!(facts.parameters, parameters);
    let params = ("a".to_owned(), "b".to_owned(), 1.0, None::<String>);
    let error = now(assembly
        .bus()
        .invoke::<_, Receipt>("accounts.transfer", params))
    .unwrap_err();
    assert!(matches!(error, InvokeError::Role { .. }), "{error}");
}
