//! Arguments that are no fields, of which a part is kept out of records: no text quotes that part, and every text may say the rest.

use std::cell::Cell;
use std::collections::BTreeMap;

use audit_core::testing::capture;
use audit_core::{Actor, Capture, Redaction, Runtime, Scope, Sensitive, audit};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use super::house::{builder, runtime};

const CARD: &str = "4111-1111";

/// All that is recorded of it.
fn told_by<T>(runtime: &Runtime, call: impl FnOnce() -> T) -> Value {
    let scope = Scope::new().actor(Actor::new("a")).runtime(runtime.clone());
    let captured = capture(|| scope.run(call));
    serde_json::to_value(&captured.events).unwrap()
}

fn told<T>(call: impl FnOnce() -> T) -> Value {
    told_by(&runtime(), call)
}

fn answered<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => panic!("nothing has to be waited for"),
    }
}

#[derive(Sensitive, Clone)]
struct Order {
    id: String,
    status: String,
    amount: u64,
    #[sensitive(mask)]
    card: String,
}

fn order() -> Order {
    Order {
        id: "order-77".to_owned(),
        status: "paid".to_owned(),
        amount: 5000,
        card: CARD.to_owned(),
    }
}

#[audit(action = "refund", fields(id = order.id), resource = order.id.clone(), err)]
fn refund(order: &Order) -> Result<(), String> {
    Err(format!(
        "order {} is {} by {}",
        order.id, order.status, order.card
    ))
}

#[audit(action = "refund", fields(id = order.id), ret)]
fn count(order: Order) -> BTreeMap<String, u64> {
    [(order.status, order.amount), (order.id, 1), (order.card, 2)].into()
}

#[audit(action = "refund", fields(count = orders.len()), err)]
fn refund_all(
    orders: &[Option<Box<Order>>],
    by_name: &BTreeMap<String, Order>,
) -> Result<(), String> {
    let cards = orders.iter().flatten().map(|order| &order.card);
    let cards: Vec<_> = cards
        .chain(by_name.values().map(|order| &order.card))
        .collect();
    Err(format!("{} of order-77 by {cards:?}", by_name.len()))
}

#[test]
fn of_an_argument_that_is_no_field_the_marked_members_alone_are_no_text_to_quote() {
    let events = told(|| refund(&order()));
    assert_eq!(events[0]["resource"], "order-77");
    assert_eq!(events[1]["resource"], "order-77");
    assert_eq!(
        events[1]["outcome"]["error"],
        "order order-77 is paid by ***"
    );

    let events = told(|| count(order()));
    assert_eq!(
        events[1]["outcome"]["value"],
        json!({"paid": 5000, "order-77": 1, "***": 2})
    );

    let other = Order {
        card: "4222-2222".to_owned(),
        ..order()
    };
    let events = told(|| refund_all(&[None, Some(order().into())], &[("x".into(), other)].into()));
    assert_eq!(
        events[1]["outcome"]["error"],
        r#"1 of order-77 by ["***", "***"]"#
    );
}

/// Nobody says what its fields are: the schema names none of its arguments.
#[audit(action = "refund", err)]
fn undeclared(order: &Order) -> Result<(), String> {
    Err(format!("order {} by {}", order.id, order.card))
}

#[test]
fn the_same_holds_where_a_resolver_sees_the_arguments() {
    let seeing = builder()
        .action_type_resolver(|_| Ok("refund".into()))
        .build()
        .unwrap();
    for runtime in [runtime(), seeing] {
        for events in [
            told_by(&runtime, || undeclared(&order())),
            told_by(&runtime, || refund(&order())),
        ] {
            let error = events[1]["outcome"]["error"].as_str().unwrap();
            assert!(error.starts_with("order order-77 "), "{error}");
            assert!(error.ends_with(" by ***"), "{error}");
        }
    }
}

/// All of it is kept out by a word of its own.
#[derive(Sensitive)]
#[sensitive(mask)]
struct Secret {
    name: String,
}

#[audit(action = "refund", fields(), err)]
fn reveal(secret: &Secret, wrapped: Sensitive<Order>) -> Result<(), String> {
    Err(format!(
        "{} and {}",
        secret.name,
        wrapped.expose().status.repeat(2)
    ))
}

#[test]
fn what_is_marked_as_a_whole_is_quoted_by_no_text() {
    let secret = Secret {
        name: "Rosebud".to_owned(),
    };
    let events = told(|| reveal(&secret, order().into()));
    assert_eq!(events[1]["outcome"]["error"], "*** and ******");
}

/// How often it was serialised.
struct Counted(Cell<u32>);

impl Serialize for Counted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.set(self.0.get() + 1);
        serializer.serialize_str("counted")
    }
}

#[derive(Sensitive)]
struct Counting {
    counted: Counted,
    #[sensitive(mask)]
    card: String,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "what is behind references is looked at too"
)]
#[audit(action = "refund", fields(), err)]
fn look(counting: &&Counting, others: &[Option<Box<Counting>>]) -> Result<(), String> {
    let other = others.iter().flatten().next();
    let other = other.map_or("nobody", |other| &other.card);
    Err(format!("{} and {other}", counting.card))
}

#[test]
fn an_argument_is_serialised_once_however_it_is_wrapped() {
    let counting = || Counting {
        counted: Counted(Cell::new(0)),
        card: CARD.to_owned(),
    };
    let (one, other) = (counting(), [None, Some(Box::new(counting()))]);
    let events = told(|| look(&&one, &other));
    assert_eq!(events[1]["outcome"]["error"], "*** and ***");
    let [_, Some(other)] = other else {
        unreachable!("it is there")
    };
    assert_eq!((one.counted.0.get(), other.counted.0.get()), (1, 1));

    let taken = [Some(&one)];
    let _taken = taken[..].take();
    assert_eq!(one.counted.0.get(), 2);
}

#[derive(Sensitive)]
struct Long {
    items: Vec<u32>,
    nested: Order,
}

#[audit(action = "refund", fields(), err)]
fn pay(long: &Long) -> Result<(), String> {
    let _ = &long.items;
    Err(format!("{} by {}", long.nested.id, long.nested.card))
}

#[test]
fn what_lies_behind_more_than_a_record_keeps_is_found_all_the_same() {
    let long = Long {
        items: vec![0; 70_000],
        nested: order(),
    };
    let events = told(|| pay(&long));
    assert_eq!(events[1]["outcome"]["error"], "order-77 by ***");
}

/// Fails before anything of it that is marked was seen.
#[derive(Sensitive)]
struct Failing {
    #[serde(serialize_with = "fail")]
    first: u8,
    nested: Order,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn fail<S: Serializer>(_: &u8, _: S) -> Result<S::Ok, S::Error> {
    Err(serde::ser::Error::custom("no form"))
}

fn failing() -> Failing {
    Failing {
        first: 1,
        nested: order(),
    }
}

#[audit(action = "refund", fields(), resource = failing.nested.card.clone(), err)]
fn fail_to_pay(failing: &Failing) -> Result<(), String> {
    let _ = failing.first;
    Err(format!("no money on {}", failing.nested.card))
}

#[audit(action = "refund", fields(), ret)]
fn fail_and_return(failing: &Failing) -> Vec<String> {
    vec![failing.nested.card.clone()]
}

#[audit(action = "refund", fields(failing), err)]
fn fail_as_a_field(failing: &Failing) -> Result<(), String> {
    Err(format!("no money on {}", failing.nested.card))
}

#[test]
fn where_it_is_not_known_what_is_marked_no_text_is_shown() {
    for events in [
        told(|| fail_to_pay(&failing())),
        told(|| fail_and_return(&failing())),
        told(|| fail_as_a_field(&failing())),
    ] {
        assert!(!events.to_string().contains(CARD), "{events}");
        assert!(
            events[1]["outcome"].to_string().contains("is withheld"),
            "{events}"
        );
    }
}

/// Says how it is kept out, and panics when it is captured.
struct Panics;

impl Capture for Panics {
    const REDACTION: Option<Redaction> = Some(Redaction::Mask);

    fn capture(&self) -> audit_core::Value<'_> {
        std::panic::resume_unwind(Box::new("no"))
    }
}

#[audit(action = "refund", fields(), err)]
fn panic_first(panics: Panics, card: Sensitive<String>) -> Result<(), String> {
    let Panics = panics;
    Err(format!("no money on {}", card.expose()))
}

#[audit(action = "refund", fields(panics, card, order), err)]
fn panic_among_fields(
    panics: &Panics,
    card: Sensitive<String>,
    order: &Order,
) -> Result<(), String> {
    let Panics = panics;
    Err(format!("no money on {} or {}", card.expose(), order.card))
}

#[test]
fn an_argument_that_panics_hides_none_of_the_others() {
    for events in [
        told(|| panic_first(Panics, CARD.to_owned().into())),
        told(|| panic_among_fields(&Panics, "4222-2222".to_owned().into(), &order())),
    ] {
        assert!(!events.to_string().contains(CARD), "{events}");
        assert!(!events.to_string().contains("4222"), "{events}");
    }
}

/// As a web framework has it.
struct Json<T>(T);

#[audit(action = "refund", fields(amount = payment.amount), resource = format!("card:{}", payment.card), err)]
async fn taken_apart(Json(payment): Json<Order>) -> Result<(), String> {
    Err(format!("{} by {}", payment.id, payment.card))
}

#[audit(action = "refund", err)]
fn pair((card, n): (Sensitive<String>, u8)) -> Result<(), String> {
    Err(format!("{n} by {}", card.expose()))
}

#[audit(action = "refund", err)]
fn allowed(#[allow(unused)] card: &Sensitive<String>) -> Result<(), String> {
    Err(format!("one by {}", card.expose()))
}

#[derive(Clone)]
struct Both<'a, T>(&'a Order, T);

/// All the ways to bind.
#[audit(action = "refund", fields(), err)]
fn bound<'a, T, F: Fn() -> u8>(
    Both(by_reference, mut whatever): Both<'a, T>,
    (ref lent, ref mut lent_mutably): (Sensitive<String>, Sensitive<String>),
    [first @ Order { .. }, _other]: [Order; 2],
    (call, shown): (F, impl std::fmt::Display),
) -> Result<&'a str, String>
where
    T: Default + std::fmt::Debug,
{
    let last = std::mem::take(&mut whatever);
    *lent_mutably = Sensitive::new(lent_mutably.expose().clone());
    let texts = [
        lent.expose(),
        lent_mutably.expose(),
        &by_reference.card,
        &first.card,
    ];
    Err(format!("{last:?} {} {shown} {texts:?}", call()))
}

#[test]
fn what_a_pattern_binds_is_looked_at() {
    let events = told(|| answered(taken_apart(Json(order()))));
    assert_eq!(events[0]["resource"], "card:***");
    assert_eq!(events[1]["outcome"]["error"], "order-77 by ***");
    let events = told(|| pair((CARD.to_owned().into(), 1)));
    assert_eq!(events[1]["outcome"]["error"], "1 by ***");
    let events = told(|| allowed(&CARD.to_owned().into()));
    assert_eq!(events[1]["outcome"]["error"], "one by ***");

    let (lent, order) = (|card: &str| Sensitive::from(card.to_owned()), order());
    let events = told(|| {
        let order = &order;
        bound(
            Both(order, 7_u8),
            (lent("4222-2222"), lent("4333-3333")),
            [order.clone(), order.clone()],
            (|| 8, "shown"),
        )
        .map(str::len)
    });
    assert_eq!(
        events[1]["outcome"]["error"],
        r#"7 8 shown ["***", "***", "***", "***"]"#
    );
}

#[audit(action = "refund", skip(card), err)]
fn skipped((card, n): (Sensitive<String>, u8)) -> Result<(), String> {
    Err(format!("{n} by {}", card.expose()))
}

#[test]
fn what_is_skipped_is_not_looked_at() {
    let events = told(|| skipped((CARD.to_owned().into(), 1)));
    assert_eq!(events[1]["outcome"]["error"], format!("1 by {CARD}"));
}

#[audit(action = "refund", fields(amount), err, explain = why_conditional)]
fn conditional(
    amount: u64,
    #[cfg(any())] absent: Absent,
    #[cfg(all(test, test))] card: &Sensitive<String>,
    #[cfg_attr(all(), allow(unused))] other: u8,
) -> Result<(), String> {
    Err(format!("{amount} by {}", card.expose()))
}

#[test]
fn an_argument_that_is_there_in_some_builds_is_looked_at_in_these() {
    let events = told(|| {
        let _explained = why_conditional(1, &CARD.to_owned().into(), 2);
        conditional(1, &CARD.to_owned().into(), 2)
    });
    assert_eq!(events[1]["outcome"]["error"], "1 by ***");
}
