//! `#[derive(Sensitive)]`: members that no record shows.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::marker::PhantomData;

use audit_core::testing::capture;
use audit_core::{Actor, Capture, Entry, Redaction, Scope, Sensitive, audit, record};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::house::runtime;

#[derive(Sensitive, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Payment<'a, T> {
    order_id: u64,
    #[sensitive(mask)]
    #[serde(rename = "card")]
    card_number: Cow<'a, str>,
    #[sensitive(drop)]
    pin: T,
    #[sensitive(hash)]
    #[serde(skip_serializing_if = "Option::is_none", default)]
    token: Option<T>,
    #[serde(flatten)]
    rest: Rest,
    #[serde(skip)]
    kind: PhantomData<T>,
}

#[derive(Sensitive, Deserialize, Clone, Default)]
struct Rest {
    #[sensitive(seal)]
    mail: String,
    note: String,
}

#[derive(Sensitive, Default)]
#[allow(dead_code, reason = "every form of a variant")]
enum Way {
    /// Nothing is known of it.
    #[default]
    Unknown,
    Account(#[sensitive(mask)] String, u8),
    Token(#[sensitive(mask)] String),
    Card {
        #[sensitive(drop)]
        pin: u16,
        owner: String,
    },
}

#[derive(Sensitive)]
struct Iban(#[sensitive(mask)] String);

#[derive(Sensitive)]
#[sensitive(hash)]
struct Whole<'a, T: Clone>
where
    T: 'a,
{
    #[sensitive(drop)]
    pin: &'a T,
    note: T,
}

#[derive(Sensitive)]
struct Tree {
    #[sensitive(mask)]
    name: String,
    children: Vec<Tree>,
}

/// What a record shows of it, and what is listed.
fn shown(payload: &impl Serialize) -> (Value, Value) {
    let entry = Entry::new("paid").request(payload);
    let captured = capture(|| runtime().scope(|| record(entry).unwrap()));
    let mut event = serde_json::to_value(&captured.events[0]).unwrap();
    (event["request"].take(), event["redacted"].take())
}

fn payment() -> Payment<'static, u16> {
    Payment {
        order_id: 77,
        card_number: "4111-1111".into(),
        pin: 1234,
        token: None,
        rest: Rest {
            mail: "a@example.org".to_owned(),
            note: "-".to_owned(),
        },
        kind: PhantomData,
    }
}

#[test]
fn marked_members_are_redacted_and_the_rest_is_as_serde_says() {
    let (request, redacted) = shown(&payment());
    assert!(
        request["mail"]
            .as_str()
            .unwrap()
            .starts_with("hmac-sha256:")
    );
    assert_eq!(
        (&request["orderId"], &request["card"]),
        (&json!(77), &json!("***"))
    );
    assert_eq!((request.get("pin"), request.get("token")), (None, None));
    assert_eq!(
        redacted,
        json!({"request.card": "mask", "request.pin": "drop", "request.mail": "seal"})
    );
    let token = Payment {
        token: Some(5),
        ..payment()
    };
    assert_eq!(shown(&token).1["request.token"], "hash");
}

#[test]
fn every_other_serializer_gets_it_as_it_is() {
    let json = serde_json::to_value(payment()).unwrap();
    assert_eq!(
        json,
        json!({"orderId": 77, "card": "4111-1111", "pin": 1234, "mail": "a@example.org", "note": "-"})
    );
    let read: Payment<'_, u16> = serde_json::from_value(json).unwrap();
    assert_eq!(
        (read.order_id, read.card_number.as_ref(), read.pin),
        (77, "4111-1111", 1234)
    );
    assert_eq!(
        serde_json::to_value(Way::Unknown).unwrap(),
        json!("Unknown")
    );
    assert_eq!(
        serde_json::to_value(Iban("DE02".to_owned())).unwrap(),
        json!("DE02")
    );
}

#[test]
fn members_of_variants_and_tuples_are_redacted() {
    assert_eq!(shown(&Way::Unknown), (json!("Unknown"), json!(null)));
    let ways = (
        Way::Account("4111".to_owned(), 1),
        Way::Token("4111".to_owned()),
        Way::Card {
            pin: 1,
            owner: "alice".to_owned(),
        },
        Iban("DE02".to_owned()),
    );
    assert_eq!(
        shown(&ways),
        (
            json!([{"Account": ["***", 1]}, {"Token": "***"}, {"Card": {"owner": "alice"}}, "***"]),
            json!({
                "request[0].Account[0]": "mask",
                "request[1].Token": "mask",
                "request[2].Card.pin": "drop",
                "request[3]": "mask",
            })
        )
    );
}

#[test]
fn a_whole_type_is_redacted_as_one() {
    let (request, redacted) = shown(&[Whole { pin: &1, note: 2 }]);
    assert!(
        request[0].as_str().unwrap().starts_with("hmac-sha256:"),
        "{request}"
    );
    assert_eq!(redacted, json!({"request[0]": "hash"}));
    let json = serde_json::to_value(Whole { pin: &1, note: 2 }).unwrap();
    assert_eq!(json, json!({"pin": 1, "note": 2}));
}

#[test]
fn a_type_may_contain_itself() {
    let leaf = |name: &str| Tree {
        name: name.to_owned(),
        children: Vec::new(),
    };
    let tree = Tree {
        children: vec![leaf("a")],
        ..leaf("b")
    };
    let (request, redacted) = shown(&tree);
    assert_eq!(
        request,
        json!({"name": "***", "children": [{"name": "***", "children": []}]})
    );
    assert_eq!(redacted.as_object().unwrap().len(), 2);
}

#[test]
fn what_would_lose_the_mark_fails_and_shows_nothing() {
    #[derive(Serialize)]
    struct Flat {
        #[serde(flatten)]
        rest: Sensitive<Rest>,
    }
    #[derive(Serialize)]
    #[serde(tag = "type")]
    enum Tagged {
        Rest(Sensitive<Rest>),
    }
    let rest = Rest {
        mail: "4111-1111".to_owned(),
        note: "4111-1111".to_owned(),
    };
    for (request, _) in [
        shown(&Flat {
            rest: rest.clone().into(),
        }),
        shown(&Tagged::Rest(rest.clone().into())),
    ] {
        let said = request["$unserializable"].as_str().unwrap();
        assert!(said.contains("can't be flattened"), "{said}");
    }
    assert!(serde_json::to_string(&Flat { rest: rest.into() }).is_err());
}

#[audit(action = "deploy", fields(note = payment))]
fn pay(payment: &Outer) {
    let _ = payment;
}

/// Marks nothing itself.
#[derive(Sensitive)]
struct Outer {
    inner: Vec<Rest>,
}

#[test]
fn as_a_field_it_is_kept_out_as_strictly_as_anything_in_it() {
    let outer = Outer {
        inner: vec![Rest::default()],
    };
    let captured = capture(|| {
        Scope::new()
            .actor(Actor::new("a"))
            .runtime(runtime())
            .run(|| pay(&outer));
    });
    let event = serde_json::to_value(&captured.events[0]).unwrap();
    assert_eq!(event["redacted"]["action.note"], "seal");
    assert_eq!(<Rest as Capture>::REDACTION, Some(Redaction::Seal));
    assert_eq!(<Way as Capture>::REDACTION, Some(Redaction::Drop));
    assert_eq!(<Whole<'_, u8> as Capture>::REDACTION, Some(Redaction::Drop));
}

#[audit(action = "deploy", fields(size = payment.amount), err)]
fn refuse(payment: Wrapped, others: &[Option<Wrapped>]) -> Result<(), String> {
    let said = |wrapped: &Wrapped| wrapped.card.expose().clone();
    let others: Vec<String> = others.iter().flatten().map(said).collect();
    Err(format!("no {} nor {others:?}", said(&payment)))
}

/// What it marks lies in its members alone.
#[derive(Sensitive)]
struct Wrapped {
    card: Sensitive<String>,
    amount: u16,
}

#[test]
fn no_text_quotes_an_argument_whose_members_alone_are_marked() {
    let wrapped = |card: &str| Wrapped {
        card: card.to_owned().into(),
        amount: 5,
    };
    let captured = capture(|| {
        let call = || refuse(wrapped("4111-1111"), &[None, Some(wrapped("4222-2222"))]);
        Scope::new()
            .actor(Actor::new("a"))
            .runtime(runtime())
            .run(call)
    });
    let events = serde_json::to_value(&captured.events).unwrap();
    assert_eq!(events[0]["action"]["fields"]["size"], 5);
    assert_eq!(events[1]["outcome"]["error"], "no *** nor [\"***\"]");
}

/// Says what it is by the word for itself, and by which number it is known to others.
#[derive(Sensitive)]
struct Chained<T>
where
    Self: Sized,
{
    #[sensitive(mask)]
    name: T,
    next: Option<Box<Self>>,
    coded: Coded,
}

#[derive(Sensitive)]
#[repr(u8)]
enum Coded {
    Card(#[sensitive(mask)] u32) = 3,
    Nothing = 7,
}

#[test]
fn a_type_may_name_itself_and_its_representation() {
    let inner = Chained {
        name: 4111,
        next: None,
        coded: Coded::Nothing,
    };
    let outer = Chained {
        name: 4222,
        next: Some(inner.into()),
        coded: Coded::Card(4333),
    };
    assert_eq!(
        shown(&outer).0,
        json!({
            "name": "***",
            "next": {"name": "***", "next": null, "coded": "Nothing"},
            "coded": {"Card": "***"},
        })
    );
}

#[derive(Sensitive)]
struct Noted {
    note: BTreeMap<String, u8>,
    #[sensitive(mask)]
    number: String,
}

#[audit(action = "deploy", fields(note = noted), err)]
fn note(noted: &Noted) -> Result<(), String> {
    Err(format!(
        "no note with {} for {:?}",
        noted.number, noted.note
    ))
}

#[test]
fn what_members_of_an_argument_are_called_is_no_secret_and_names_in_its_maps_are() {
    let noted = Noted {
        note: [("alice".to_owned(), 1)].into(),
        number: "4111-1111".to_owned(),
    };
    let captured = capture(|| {
        let scope = Scope::new().actor(Actor::new("a")).runtime(runtime());
        scope.run(|| note(&noted))
    });
    let events = serde_json::to_value(&captured.events).unwrap();
    assert_eq!(
        events[1]["outcome"]["error"],
        r#"no note with *** for {"***": 1}"#
    );
}

trait Payable {}

impl<T: Copy> Payable for Bounded<T> {}

/// Is marked as a whole, by what holds of it, and says which of its members are written by functions of its own.
#[derive(Sensitive)]
#[sensitive(mask)]
#[serde(bound(serialize = "T: Serialize, Self: Payable"))]
struct Bounded<T: Copy>
where
    Self: Payable,
{
    #[serde(skip_serializing_if = "Self::is_zero")]
    tip: u16,
    #[serde(serialize_with = "Self::twice", rename = "Self::rename")]
    amount: u16,
    note: T,
}

impl<T: Copy> Bounded<T>
where
    Self: Payable,
{
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    fn is_zero(tip: &u16) -> bool {
        *tip == 0
    }

    #[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    fn twice<S: serde::Serializer>(amount: &u16, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u16(amount * 2)
    }
}

#[test]
fn a_type_may_name_itself_in_what_serde_reads_as_text() {
    let bounded = |tip| Bounded {
        tip,
        amount: 5,
        note: 'n',
    };
    assert_eq!(
        serde_json::to_value(bounded(0)).unwrap(),
        json!({"Self::rename": 10, "note": "n"})
    );
    assert_eq!(serde_json::to_value(bounded(1)).unwrap()["tip"], 1);
    assert_eq!(shown(&bounded(1)).0, json!("***"));
}
