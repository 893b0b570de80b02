//! Values that their types keep out of records, in what entries and domain events carry.

use std::collections::{BTreeMap, HashMap};

use audit_core::bus::{Bus, Payload};
use audit_core::testing::capture;
use audit_core::{Entry, Event, EventKind, Policy, Runtime, Sensitive, record, sensitive, timed};
use serde::de::value::Error as Unread;
use serde::de::{IntoDeserializer as _, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

use super::house::runtime;

type Hashed<T> = Sensitive<T, sensitive::Hash>;
type Sealed<T> = Sensitive<T, sensitive::Seal>;
type Dropped<T> = Sensitive<T, sensitive::Drop>;

#[derive(Clone, Serialize, Deserialize, Debug, PartialEq)]
struct Card {
    number: Sensitive<String>,
    owner: String,
}

fn card(number: &str) -> Card {
    Card {
        number: number.to_owned().into(),
        owner: "alice".to_owned(),
    }
}

/// The event of an entry that is recorded under a runtime.
fn entered(runtime: &Runtime, entry: Entry) -> Value {
    let captured = capture(|| runtime.scope(|| record(entry).unwrap()));
    one(&captured.events)
}

fn recorded<T: Serialize>(request: &T) -> Value {
    entered(&runtime(), Entry::new("paid").request(request))
}

fn one(events: &[Event<'static>]) -> Value {
    assert_eq!(events.len(), 1);
    serde_json::to_value(&events[0]).unwrap()
}

fn is_hash(value: &Value) -> bool {
    value
        .as_str()
        .is_some_and(|text| text.starts_with("hmac-sha256:"))
}

#[test]
fn a_marked_value_is_redacted_at_any_depth_and_listed() {
    #[derive(Serialize)]
    struct Order {
        cards: Vec<Card>,
        token: Hashed<u64>,
        mail: Sealed<&'static str>,
        pin: Dropped<u16>,
        note: Option<Sensitive<String>>,
        amount: u32,
    }
    let event = recorded(&Order {
        cards: vec![card("4111-1111"), card("4222-2222")],
        token: 77.into(),
        mail: "a@example.org".into(),
        pin: 1234.into(),
        note: None,
        amount: 5,
    });
    let shown = json!({"number": "***", "owner": "alice"});
    let request = &event["request"];
    assert_eq!(request["cards"], json!([shown, shown]));
    assert!(
        is_hash(&request["token"]) && is_hash(&request["mail"]),
        "{request}"
    );
    assert_eq!((request.get("pin"), &request["note"]), (None, &Value::Null));
    assert_eq!(request["amount"], 5);
    assert_eq!(
        event["redacted"],
        json!({
            "request.cards[0].number": "mask",
            "request.cards[1].number": "mask",
            "request.token": "hash",
            "request.mail": "seal",
            "request.pin": "drop",
        })
    );
}

#[test]
fn tuples_variants_options_and_keys_are_no_way_around_a_mark() {
    #[derive(Serialize)]
    enum Way {
        Plain(Sensitive<String>),
        Pair(u8, Sensitive<String>),
        Named { number: Sensitive<String> },
    }
    #[derive(Serialize, PartialEq, Eq, Hash)]
    #[serde(transparent)]
    struct Key(Sensitive<String>);
    let secret = || Sensitive::<String>::from("4111-1111".to_owned());
    let keys: HashMap<Key, u8> = [(Key(secret()), 1)].into();
    let request = (
        (1, secret()),
        [
            Way::Plain(secret()),
            Way::Pair(1, secret()),
            Way::Named { number: secret() },
        ],
        Some(Some(secret())),
        keys,
        BTreeMap::from([("card", Box::new(secret()))]),
    );
    let event = recorded(&request);
    assert!(!event.to_string().contains("4111"), "{event}");
    let redacted: Vec<&String> = event["redacted"].as_object().unwrap().keys().collect();
    assert_eq!(
        redacted,
        [
            "request[0][1]",
            "request[1][0].Plain",
            "request[1][1].Pair[1]",
            "request[1][2].Named.number",
            "request[2]",
            "request[3].***",
            "request[4].card",
        ]
    );
}

#[test]
fn what_is_sensitive_inside_what_is_sensitive_is_kept_out_as_strictly_as_either_says() {
    #[derive(Serialize)]
    struct Pair {
        card: Hashed<(Dropped<u8>, u8)>,
        mail: Sensitive<Hashed<u8>>,
    }
    let of = |pin: u8| {
        let card = (pin.into(), 1);
        let mail = Hashed::from(2).into();
        recorded(&Pair {
            card: card.into(),
            mail,
        })
    };
    let event = of(1);
    assert_eq!(
        event["request"],
        of(2)["request"],
        "the pin is no part of the hash"
    );
    assert_eq!(event["request"]["mail"], "***");
    assert_eq!(
        event["redacted"],
        json!({"request.card": "hash", "request.mail": "mask"})
    );
}

#[test]
fn a_whole_payload_may_be_sensitive() {
    let event = recorded(&Sensitive::<_, sensitive::Drop>::new(card("4111-1111")));
    assert_eq!(event.get("request"), None);
    assert_eq!(event["redacted"], json!({"request": "drop"}));
}

#[test]
fn without_a_runtime_nothing_is_shown_and_nothing_hashed() {
    let token: Hashed<u64> = 77.into();
    let entry = Entry::new("paid").request(&(card("4111-1111"), token));
    let event = one(&capture(|| record(entry).unwrap()).events);
    assert_eq!(
        event["request"],
        json!([{"number": "***", "owner": "alice"}, "***"])
    );
    assert_eq!(
        event["redacted"],
        json!({"request[0].number": "mask", "request[1]": "mask"})
    );
}

#[derive(Serialize)]
struct Paid {
    token: Sensitive<&'static str>,
    #[serde(flatten)]
    card: Card,
}

#[test]
fn schema_and_type_together_are_as_strict_as_the_stricter() {
    let schema = "language: audit/2
actions: {paid: {fields: {token: {type: string, sensitive: drop}, number: {type: string, sensitive: hash}}}}
";
    let policy = Policy::from_strings(
        schema,
        "language: audit/2\ndefault: allow\nrules: []\n",
        None,
    );
    let runtime = Runtime::builder().policy(policy.unwrap()).build().unwrap();
    let paid = Paid {
        token: "tok-1".into(),
        card: card("4111-1111"),
    };
    let event = entered(&runtime, Entry::new("paid").response(&paid).metadata(&paid));
    for part in ["response", "metadata"] {
        assert_eq!(event[part], json!({"number": "***", "owner": "alice"}));
        assert_eq!(event["redacted"][format!("{part}.token")], "drop");
        assert_eq!(event["redacted"][format!("{part}.number")], "mask");
    }
}

#[test]
fn neither_the_error_nor_the_object_of_an_entry_quotes_what_is_marked() {
    let entry = Entry::new("paid")
        .request(&card("4111-1111"))
        .resource("card:4111-1111")
        .error("no account for 4111-1111");
    let event = entered(&runtime(), entry);
    assert_eq!(event["outcome"]["error"], "no account for ***");
    assert_eq!(event["resource"], "card:***");
    assert_eq!(
        event["redacted"],
        json!({"request.number": "mask", "resource": "mask"})
    );
}

#[test]
fn no_text_of_an_entry_or_a_payload_shows_what_is_marked() {
    let entry = Entry::new("paid").request(&card("4111-1111"));
    assert!(!format!("{entry:?}").contains("4111"), "{entry:?}");
    let guard = timed(entry).unwrap();
    assert!(!format!("{guard:?}").contains("4111"), "{guard:?}");
    guard.complete().unwrap();
    assert!(!format!("{:?}", card("4111-1111")).contains("4111"));
    let payload = Payload::new(card("4111-1111"));
    assert!(!format!("{payload:?}").contains("4111"), "{payload:?}");
}

#[test]
fn what_fails_half_way_says_nothing_of_what_is_marked() {
    struct Fails(String);
    impl Serialize for Fails {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(S::Error::custom(format!("{} has no check digit", self.0)))
        }
    }
    struct Panics(String);
    impl Serialize for Panics {
        fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            std::panic::resume_unwind(Box::new(format!("{} is too much", self.0)))
        }
    }
    let secret = || "4111-1111".to_owned();
    let inside = recorded(&Sensitive::<_>::new(Fails(secret())));
    let behind = recorded(&(card("4111-1111"), Fails(secret())));
    let panics = recorded(&[Sensitive::<_>::new(Panics(secret()))]);
    for event in [inside, behind, panics] {
        assert!(!event.to_string().contains("4111"), "{event}");
        let said = event["request"]["$unserializable"].as_str().unwrap();
        assert!(said.contains("withheld"), "{said}");
    }
    let plain = recorded(&Fails("nothing".to_owned()));
    let said = plain["request"]["$unserializable"].as_str().unwrap();
    assert_eq!(said, "nothing has no check digit");
}

#[test]
fn a_huge_marked_value_leaves_nothing_of_itself() {
    let huge = "4111-1111 ".repeat(300_000);
    let many: Vec<Sensitive<u64>> = (0..70_000).map(Sensitive::new).collect();
    let event = recorded(&(Sensitive::<_>::new(huge), many));
    assert!(!event.to_string().contains("4111"));
    assert_eq!(event["request"][0], "***");
    assert_eq!(event["request"][1][65_000], "***");
    assert_eq!(
        event["redacted"],
        json!({"request[*]": "mask", "request[*][*]": "mask"})
    );
}

#[test]
fn handlers_get_the_value_and_the_record_does_not() {
    let bus = Bus::new();
    let captured = capture(|| {
        runtime().scope(|| {
            let seen = bus
                .publish_blocking("card.added", card("4111-1111"))
                .unwrap();
            assert_eq!(seen.json().unwrap()["number"], "4111-1111");
            assert_eq!(*seen.read::<Card>().unwrap(), card("4111-1111"));
            assert!(!format!("{seen:?}").contains("4111"), "{seen:?}");
        });
    });
    let told = captured
        .events
        .iter()
        .find(|event| event.kind == EventKind::Event);
    let told = serde_json::to_value(told.unwrap()).unwrap();
    assert_eq!(told["data"], json!({"number": "***", "owner": "alice"}));
    assert_eq!(told["redacted"], json!({"data.number": "mask"}));
}

#[test]
fn what_does_not_fit_a_sensitive_value_is_not_quoted() {
    let error = serde_json::from_value::<Sensitive<u64>>(json!("4111-1111")).unwrap_err();
    assert_eq!(error.to_string(), "a sensitive value is no `u64`");
}

#[test]
fn a_sensitive_value_is_its_value_to_every_other_serializer() {
    let text = serde_json::to_string(&card("4111-1111")).unwrap();
    assert_eq!(text, r#"{"number":"4111-1111","owner":"alice"}"#);
    assert_eq!(
        serde_json::from_str::<Card>(&text).unwrap(),
        card("4111-1111")
    );
}

#[test]
fn a_sensitive_value_is_compared_and_copied_as_what_it_holds() {
    let (one, two) = (Sensitive::<u8>::new(1), Sensitive::<u8>::new(2));
    assert!(one < two && one != two && one == one);
    assert_eq!(Sensitive::<u8>::default().into_inner(), 0);
    assert_eq!(format!("{one:>5}|{one:?}"), "  ***|***");
}

#[test]
fn a_payload_of_the_bus_keeps_its_marks_in_an_entry() {
    #[derive(Serialize)]
    struct Accounts {
        owners: BTreeMap<Sensitive<String>, u8>,
        cards: Vec<Card>,
        way: Way,
    }
    #[derive(Serialize)]
    enum Way {
        Card(Sensitive<String>),
    }
    #[derive(Serialize)]
    struct Around<'p> {
        payload: &'p Payload,
        #[serde(flatten)]
        flat: &'p Payload,
    }
    let payload = Payload::new(Accounts {
        owners: [("bob-hope".to_owned().into(), 7)].into(),
        cards: vec![card("4111-1111")],
        way: Way::Card("4222-2222".to_owned().into()),
    });
    let shown = json!({
        "owners": {"***": 7},
        "cards": [{"number": "***", "owner": "alice"}],
        "way": {"Card": "***"},
    });
    let event = recorded(&payload);
    assert_eq!(event["request"], shown);
    assert_eq!(
        event["redacted"],
        json!({"request.cards[0].number": "mask", "request.owners.***": "mask", "request.way.Card": "mask"})
    );
    let around = Around {
        payload: &payload,
        flat: &payload,
    };
    let event = recorded(&around);
    assert_eq!(event["request"]["payload"], shown);
    assert_eq!(event["request"]["cards"], shown["cards"]);
    for secret in ["4111", "4222", "bob-hope"] {
        assert!(!event.to_string().contains(secret), "{event}");
    }
    // Whoever reads it reads it as it is.
    let json = serde_json::to_value(&payload).unwrap();
    assert_eq!(json["cards"][0]["number"], "4111-1111");
    let whole = Payload::new(Sensitive::<_>::new("4333-3333".to_owned()));
    assert_eq!(recorded(&whole)["request"], "***");
}

#[test]
fn a_payload_whose_mark_was_lost_on_the_way_is_withheld() {
    struct Written<T>(T);
    impl<T: Serialize> Serialize for Written<T> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let text = serde_json::to_string(&self.0).map_err(S::Error::custom)?;
            serializer.serialize_str(&text)
        }
    }
    let event = recorded(&json!({"a": 1}));
    assert_eq!(event["request"]["a"], 1);
    let event = recorded(&(1, Written(card("4111-1111"))));
    assert!(!event.to_string().contains("4111"), "{event}");
    let said = event["request"]["$unserializable"].as_str().unwrap();
    assert!(
        said.contains("the mark of a sensitive value in it was lost"),
        "{said}"
    );
    // The next one is none the worse for it.
    assert_eq!(recorded(&card("4111-1111"))["request"]["number"], "***");
}

#[test]
fn what_members_are_called_is_no_secret_and_names_in_maps_are() {
    let card = Sensitive::<_>::new(card("4111-1111"));
    let entry = Entry::new("paid").request(&card).resource("owner:7/alice");
    assert_eq!(entered(&runtime(), entry)["resource"], "owner:7/***");
    let owners = Sensitive::<_>::new(BTreeMap::from([("alice".to_owned(), 7)]));
    let entry = Entry::new("paid")
        .request(&owners)
        .resource("owner:7/alice");
    assert_eq!(entered(&runtime(), entry)["resource"], "owner:7/***");
}

/// A format that writes newtypes as such, and nothing else here.
struct Newtype(&'static str);

impl<'de> Deserializer<'de> for Newtype {
    type Error = Unread;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Unread> {
        Err(serde::de::Error::custom(
            "there is a newtype, and nobody asks for it",
        ))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unread> {
        visitor.visit_newtype_struct(self.0.into_deserializer())
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

#[test]
fn a_sensitive_value_is_read_as_it_is_written() {
    let read = Sensitive::<String>::deserialize(Newtype("4111-1111")).unwrap();
    assert_eq!(read.expose(), "4111-1111");
    // A format that knows no newtypes gives what is in them.
    let given: serde::de::value::StrDeserializer<'_, Unread> = "4111-1111".into_deserializer();
    let read = Hashed::<String>::deserialize(given).unwrap();
    assert_eq!(read.expose(), "4111-1111");
    let read: Vec<Sensitive<Option<Vec<u8>>>> = serde_json::from_str("[null, [1, 2]]").unwrap();
    assert_eq!(read[1].expose(), &Some(vec![1, 2]));
    assert_eq!(read[0].expose(), &None);
}
