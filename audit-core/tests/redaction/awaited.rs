//! What calls quote whose resolvers are awaited, and what explanations do.

use std::pin::Pin;

use audit_core::testing::capture;
use audit_core::{Actor, Explanation, Runtime, Scope, Sensitive, Snapshot, audit};

use super::house::{Shown, builder};

const CARD: &str = "4111-1111-1111";

fn card() -> Sensitive<String> {
    CARD.to_owned().into()
}

fn awaiting() -> Runtime {
    let builder = builder().snapshot_resolver_async(|_| async { Ok(Snapshot::new()) });
    builder.build().unwrap()
}

fn answered<T>(future: impl Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(done) => done,
        std::task::Poll::Pending => panic!("nothing has to be waited for"),
    }
}

/// All that is recorded of it.
fn told<T>(runtime: &Runtime, call: impl FnOnce() -> T) -> serde_json::Value {
    let scope = Scope::new()
        .actor(Actor::new("alice"))
        .runtime(runtime.clone());
    let captured = capture(|| scope.run(call));
    serde_json::to_value(&captured.events).unwrap()
}

#[audit(action = "refund", fields(amount), err, resource = format!("card:{}", card.expose()), explain = why_awaited)]
async fn awaited(amount: u64, card: Sensitive<String>) -> Result<(), String> {
    Err(format!("{amount} is too much for {}", card.expose()))
}

#[audit(action = "refund", fields(amount), err, resource = format!("card:{}", card.expose()))]
fn boxed(
    amount: u64,
    card: Sensitive<String>,
) -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> {
    Box::pin(async move { Err(format!("{amount} is too much for {}", card.expose())) })
}

#[audit(action = "refund", fields(amount), resource = format!("card:{}", card.expose()), explain = why)]
fn at_once(amount: u64, card: Sensitive<String>) {
    let _ = (amount, card);
}

#[test]
fn an_argument_that_is_no_field_is_quoted_by_no_record_where_resolvers_are_awaited() {
    for runtime in [awaiting(), super::house::runtime()] {
        for events in [
            told(&runtime, || answered(awaited(5, card()))),
            told(&runtime, || answered(boxed(5, card()))),
        ] {
            assert_eq!(events[0]["resource"], "card:***");
            assert_eq!(events[0]["redacted"]["resource"], "mask");
            assert_eq!(events[1]["resource"], "card:***");
            assert_eq!(events[1]["outcome"]["error"], "5 is too much for ***");
            assert!(!events.to_string().contains("4111"), "{events}");
        }
    }
}

#[test]
fn an_explanation_quotes_no_argument_that_its_type_keeps_out_of_records() {
    let shown = Shown::default();
    let explained = |explanation: Option<Explanation>| shown.explanation(&explanation.unwrap());
    for runtime in [awaiting(), super::house::runtime()] {
        runtime.scope(|| {
            explained(answered(why_awaited(5, card())));
            explained(why(5, card()));
        });
    }
    for text in shown.all() {
        assert!(!text.contains("4111"), "{text}");
    }
}

#[test]
fn an_outcome_lists_that_its_object_is_masked() {
    let events = told(&super::house::runtime(), || at_once(5, card()));
    for event in events.as_array().unwrap() {
        assert_eq!(event["resource"], "card:***");
        assert_eq!(event["redacted"]["resource"], "mask", "{event}");
    }
    assert_eq!(events.as_array().unwrap().len(), 2);
}
