//! Handlers, and what they take from an event.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use audit_core::bus::{DomainEvent, Payload};
use audit_core::component;
use audit_core::component::{Assembly, Blueprint};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::boot;
use crate::support::{Log, dead_letters, now, yield_now};

/// Can't be cloned.
#[derive(Debug, Serialize, Deserialize)]
struct Transfer {
    from: String,
    amount: f64,
}

/// The same, for those who clone it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Copied {
    from: String,
}

type Named = str;
type Json = Value;

struct Keeper {
    log: Log,
    prefix: &'static str,
}

#[component("keeper")]
#[allow(clippy::manual_async_fn, reason = "the shape is what is looked at")]
impl Keeper {
    #[subscribe("nothing")]
    fn nothing(&self) {
        self.log.say(format!("{} nothing", self.prefix));
    }

    #[subscribe("all")]
    fn all(&self, data: &Transfer, name: &Named, event: &DomainEvent) {
        let Transfer { from, amount } = data;
        let by = event.publisher();
        self.log.say(format!("{name} by {by}: {from} {amount}"));
    }

    #[subscribe("json")]
    fn json(&self, data: &Json) {
        self.log.say(format!("json {data}"));
    }

    #[subscribe("owned")]
    async fn owned(self: Arc<Self>, event: DomainEvent, data: Value) {
        yield_now().await;
        self.log.say(format!("owned {} {data}", event.name()));
    }

    #[subscribe("payload")]
    async fn payload(&self, data: &Payload) {
        let is_itself = data.get::<Transfer>().is_some();
        yield_now().await;
        self.log.say(format!("itself: {is_itself}"));
    }

    #[subscribe("borrowed")]
    async fn borrowed(&self, name: &str, data: &Transfer) -> Result<(), String> {
        yield_now().await;
        self.log.say(format!("{name} {}", data.from));
        if data.amount < 0.0 {
            return Err(format!("less than nothing from {}", data.from));
        }
        Ok(())
    }

    #[subscribe("taken")]
    fn taken(&self, Transfer { from, .. }: Transfer) {
        self.log.say(format!("taken {from}"));
    }

    #[subscribe("cloned")]
    fn cloned(&self, data: Copied) -> impl Future<Output = ()> {
        async move { self.log.say(format!("cloned {}", data.from)) }
    }

    #[subscribe("filtered.*", filter = |event| event.name() != "filtered.out")]
    #[subscribe("only.*", filter = Self::is_wanted)]
    fn filtered(&self, name: &str) {
        self.log.say(name);
    }

    #[subscribe("unsaid")]
    fn unsaid() {}

    fn is_wanted(event: &DomainEvent) -> bool {
        event.name().ends_with('!')
    }
}

fn keeper() -> (Assembly, Log) {
    let log = Log::default();
    let keeper = Keeper {
        log: log.clone(),
        prefix: "told of",
    };
    (boot([Blueprint::of(keeper)]), log)
}

fn alice(amount: f64) -> Transfer {
    Transfer {
        from: "alice".to_owned(),
        amount,
    }
}

#[test]
fn a_handler_takes_event_name_and_data_in_any_order_or_nothing() {
    let (assembly, log) = keeper();
    let bus = assembly.bus();
    now(bus.publish("nothing", ())).unwrap();
    now(bus.publish("all", alice(1.5))).unwrap();
    now(bus.publish("all", json!({"from": "bob", "amount": 2}))).unwrap();
    let expected = [
        "told of nothing",
        "all by host: alice 1.5",
        "all by host: bob 2",
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn data_comes_as_json_or_as_it_was_published() {
    let (assembly, log) = keeper();
    let bus = assembly.bus();
    now(bus.publish("json", alice(1.5))).unwrap();
    now(bus.publish("owned", alice(1.5))).unwrap();
    now(bus.publish("payload", alice(1.5))).unwrap();
    let json = serde_json::to_value(alice(1.5)).unwrap();
    let expected = [
        format!("json {json}"),
        format!("owned owned {json}"),
        "itself: true".to_owned(),
    ];
    assert_eq!(log.take(), expected);
}

#[test]
fn what_a_handler_takes_as_its_own_need_not_be_cloned() {
    let (assembly, log) = keeper();
    let bus = assembly.bus();
    now(bus.publish("taken", alice(1.0))).unwrap();
    now(bus.publish("cloned", alice(1.0))).unwrap();
    let copied = Copied {
        from: "bob".to_owned(),
    };
    now(bus.publish("cloned", copied)).unwrap();
    assert_eq!(log.take(), ["taken alice", "cloned alice", "cloned bob"]);
}

/// Neither to JSON nor from it.
#[derive(Clone, Debug)]
struct Unwritten(u32);

impl Serialize for Unwritten {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("never"))
    }
}

impl<'de> Deserialize<'de> for Unwritten {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom("never"))
    }
}

struct Direct(Log);

#[component("direct")]
#[allow(
    clippy::needless_pass_by_value,
    reason = "the type is what is looked at"
)]
impl Direct {
    #[subscribe("one")]
    fn borrowed(&self, data: &Unwritten) {
        self.0.say(format!("borrowed {}", data.0));
    }

    #[subscribe("one")]
    fn owned(&self, data: Unwritten) {
        self.0.say(format!("owned {}", data.0));
    }
}

#[test]
fn data_of_the_very_type_never_becomes_json() {
    let log = Log::default();
    let assembly = boot([Blueprint::of(Direct(log.clone()))]);
    let letters = dead_letters(assembly.bus());
    now(assembly.bus().publish("one", Unwritten(7))).unwrap();
    assert_eq!(log.take(), ["borrowed 7", "owned 7"]);
    assert!(letters.lock().unwrap().is_empty());
}

#[test]
fn data_that_does_not_fit_is_a_dead_letter_of_that_handler_alone() {
    let (assembly, log) = keeper();
    let letters = dead_letters(assembly.bus());
    now(assembly.bus().publish("all", json!({"from": 1}))).unwrap();
    assert_eq!(log.take(), [""; 0]);
    let letter = letters.lock().unwrap().pop().unwrap();
    assert_eq!(letter["reason"], "handler_error");
    let error = letter["error"].as_str().unwrap();
    assert!(
        error.contains("Transfer") && error.contains("expected a string"),
        "{error}"
    );
}

#[test]
fn what_a_handler_fails_with_is_a_dead_letter() {
    let (assembly, log) = keeper();
    let letters = dead_letters(assembly.bus());
    now(assembly.bus().publish("borrowed", alice(1.0))).unwrap();
    now(assembly.bus().publish("borrowed", alice(-1.0))).unwrap();
    assert_eq!(log.take(), ["borrowed alice"; 2]);
    let letters = letters.lock().unwrap();
    let [letter] = &letters[..] else {
        panic!("{letters:?}")
    };
    assert_eq!(letter["error"], "less than nothing from alice");
}

#[test]
fn a_filter_lets_through_what_it_says_for_each_subscription_of_a_method() {
    let (assembly, log) = keeper();
    for name in ["filtered.in", "filtered.out", "only.this", "only.that!"] {
        now(assembly.bus().publish(name, ())).unwrap();
    }
    assert_eq!(log.take(), ["filtered.in", "only.that!"]);
}

/// Handles an event when it is let go.
struct Slow {
    log: Log,
    begun: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
}

#[component("slow")]
impl Slow {
    #[subscribe("slow", queue = 2, overflow = "drop_newest")]
    fn slow(&self, number: u32) {
        if let (Ok(begun), Ok(go)) = (self.begun.lock(), self.go.lock()) {
            let _ = (begun.send(()), go.recv());
            self.log.say(number.to_string());
        }
    }
}

#[test]
fn a_queue_of_its_own_is_as_long_as_was_said_and_overflows_as_was_said() {
    let log = Log::default();
    let ((begun, has_begun), (let_go, go)) = (channel(), channel());
    let slow = Slow {
        log: log.clone(),
        begun: Mutex::new(begun),
        go: Mutex::new(go),
    };
    let assembly = boot([Blueprint::of(slow)]);
    let bus = assembly.bus();
    now(bus.publish("slow", 1)).unwrap();
    has_begun.recv().unwrap();
    // Two wait, and the last is one too many.
    for number in 2..=4 {
        now(bus.publish("slow", number)).unwrap();
    }
    assert_eq!(log.take(), [""; 0]);
    for _ in 1..=3 {
        let_go.send(()).unwrap();
    }
    drop(let_go);
    audit_core::testing::block_on(bus.flush()).unwrap();
    assert_eq!(log.take(), ["1", "2", "3"]);
}

struct Later(Log);

#[component("later")]
impl Later {
    #[subscribe("account.*", schema = "account/v2")]
    fn on_account(&self, data: &Value) {
        self.0.say(data.to_string());
    }
}

#[test]
fn older_data_is_brought_up_to_the_schema_that_was_said() {
    let log = Log::default();
    let assembly = boot([Blueprint::of(Later(log.clone()))]);
    let bus = assembly.bus();
    bus.upcast("account/v1", "account/v2", |old| {
        Ok::<_, String>(json!({"holder": old["who"]}))
    })
    .unwrap();
    let event = bus.event("account.opened", json!({"who": "alice"}));
    now(event.schema("account/v1").publish()).unwrap();
    assert_eq!(log.take(), [r#"{"holder":"alice"}"#]);
}
