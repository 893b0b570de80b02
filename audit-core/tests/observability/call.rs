//! Calls as spans.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use audit_core::testing::capture;
use audit_core::{Actor, InScope, Mode, Refused, Scope, admit, audit};
use serde_json::json;

use crate::seen::{alone, now, observe, trying, watch};
use crate::support::{quietly, runtime, set_mode};

#[admit(action = "refund")]
fn refund(amount: i64) -> Result<i64, Refused> {
    tracing::info!(name: "in the body", "money moves");
    Ok(amount)
}

#[audit(action = "transfer")]
async fn transfer(amount: i64) -> Result<i64, String> {
    tracing::info!(name: "before", "waits");
    let mut waited = false;
    poll_fn(|cx| {
        if waited {
            return Poll::Ready(());
        }
        waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    tracing::info!(name: "after", "waited");
    if amount < 0 {
        return Err("a secret of the body".to_owned());
    }
    Ok(amount)
}

#[audit(action = "transfer")]
fn breaks() {
    panic!("a secret of the body");
}

#[test]
fn a_call_is_a_span_around_its_body_that_says_what_was_decided_and_what_became_of_it() {
    let (_, seen) = observe(|| {
        let scope = Scope::from(runtime()).actor(Actor::new("alice"));
        scope.tenant("acme").unwrap().run(|| refund(20)).unwrap();
    });
    let span = seen.span("audit.call");
    let field = |name: &str| &span.fields[name];
    assert_eq!(field("otel.name"), "refund");
    assert_eq!(field("audit.action"), "refund");
    assert_eq!(field("audit.effect"), "allow");
    assert_eq!(field("audit.mode"), "enforce");
    assert_eq!(field("audit.applied"), &json!(true));
    assert_eq!(field("audit.indeterminate"), &json!(false));
    assert_eq!(field("audit.tenant"), "acme");
    assert_eq!(field("audit.outcome"), "completed");
    assert!(field("audit.duration_ms").is_f64() && field("audit.evaluation_ms").is_f64());
    assert!(field("code.line.number").is_i64());
    assert!(
        field("code.file.path")
            .as_str()
            .unwrap()
            .ends_with("call.rs")
    );
    assert_eq!(field("code.function.name"), "observability::call::refund");
    assert!(!span.fields.contains_key("audit.rule"), "no rule decided");
    assert!(!span.fields.contains_key("otel.status_code"));
    assert_eq!((span.entered, span.exited), (1, 1));
    let inside = seen.events.iter().find(|event| event.name == "in the body");
    assert_eq!(inside.unwrap().within, Some("audit.call"));
}

#[test]
fn a_span_bears_the_identifier_under_which_the_decision_is_recorded() {
    let (captured, seen) = observe(|| capture(|| runtime().scope(|| refund(600))));
    let decision = captured.decisions().next().unwrap();
    let span = seen.span("audit.call");
    assert_eq!(span.fields["audit.call_id"], decision.id.to_string());
    assert_eq!(span.fields["audit.rule"], "approve_medium");
    assert_eq!(span.fields["audit.effect"], "require_approval");
    assert_eq!(span.fields["audit.outcome"], "refused");
    assert_eq!(span.entered, 0, "the body did not run");
}

#[test]
fn an_asynchronous_call_is_in_its_span_at_every_poll_and_out_of_it_in_between() {
    let (_, seen) = observe(|| {
        runtime().scope(|| {
            let mut work = pin!(transfer(1));
            let mut context = Context::from_waker(Waker::noop());
            assert!(work.as_mut().poll(&mut context).is_pending());
            tracing::info!(name: "in between", "elsewhere");
            assert!(work.as_mut().poll(&mut context).is_ready());
        });
    });
    let within = seen.events.iter().map(|event| (event.name, event.within));
    let expected = [
        ("before", Some("audit.call")),
        ("in between", None),
        ("after", Some("audit.call")),
    ];
    assert_eq!(within.collect::<Vec<_>>(), expected);
    let span = seen.span("audit.call");
    assert_eq!((span.entered, span.exited), (2, 2));
    assert_eq!(span.fields["audit.outcome"], "completed");
}

#[test]
fn a_call_that_failed_or_panicked_is_an_error_and_says_nothing_of_what_the_error_says() {
    let (_, seen) = observe(|| {
        runtime().scope(|| {
            now(transfer(-1)).unwrap_err();
            quietly(|| std::panic::catch_unwind(breaks)).unwrap_err();
        });
    });
    let outcomes: Vec<_> = seen
        .ours()
        .iter()
        .map(|span| span.fields["audit.outcome"].clone())
        .collect();
    assert_eq!(outcomes, ["failed", "panicked"]);
    for span in seen.ours() {
        assert_eq!(span.fields["otel.status_code"], "ERROR");
        assert_eq!(span.entered, span.exited);
        assert!(!format!("{span:?}").contains("secret"), "{span:?}");
    }
}

#[test]
fn a_future_that_is_dropped_ends_its_span_as_cancelled() {
    let (_, seen) = observe(|| {
        runtime().scope(|| {
            let mut work = Box::pin(transfer(1));
            let mut context = Context::from_waker(Waker::noop());
            assert!(work.as_mut().poll(&mut context).is_pending());
        });
    });
    assert_eq!(seen.span("audit.call").fields["audit.outcome"], "cancelled");
}

#[test]
fn calls_within_calls_are_spans_within_spans() {
    #[audit(action = "outer")]
    async fn outer() -> i64 {
        transfer(3).await.unwrap()
    }
    let (_, seen) = observe(|| now(outer().in_scope(runtime())));
    let [inner, outer] = &seen.ours()[..] else {
        panic!("{seen:#?}")
    };
    assert_eq!((inner.parent, outer.parent), (Some("audit.call"), None));
    assert_eq!(inner.fields["audit.action"], "transfer");
}

#[test]
fn what_a_rule_in_shadow_would_say_stands_beside_what_is_said() {
    let (_, seen) = observe(|| trying().scope(|| refund(6)).unwrap());
    let span = seen.span("audit.call");
    assert_eq!(span.fields["audit.effect"], "allow");
    assert_eq!(span.fields["audit.would"], "block");
    assert_eq!(span.fields["audit.would_rule"], "tries");
}

#[test]
fn switched_off_nothing_is_shown() {
    let _alone = alone();
    let (_, seen) = watch(|| {
        let scope = Scope::from(runtime()).tenant("acme").unwrap();
        scope.run(|| {
            refund(20).unwrap();
            now(transfer(1)).unwrap();
        });
    });
    assert!(seen.ours().is_empty(), "{seen:#?}");
    assert!(seen.events("tenant.").is_empty());
    assert_eq!(seen.metrics.trim(), "");
}

#[test]
fn what_was_begun_while_it_was_on_is_ended_after_it_is_off() {
    let (_, seen) = observe(|| {
        runtime().scope(|| {
            let mut work = Box::pin(transfer(1));
            let mut context = Context::from_waker(Waker::noop());
            assert!(work.as_mut().poll(&mut context).is_pending());
            audit_core::observability::disable();
            assert!(work.as_mut().poll(&mut context).is_ready());
        });
    });
    let span = seen.span("audit.call");
    assert_eq!(span.fields["audit.outcome"], "completed");
    assert_eq!(span.entered, span.exited);
}

#[test]
fn a_call_that_is_off_is_no_span() {
    let runtime = runtime();
    set_mode(&runtime, Mode::Off);
    let (_, seen) = observe(|| runtime.scope(|| refund(5000)).unwrap());
    assert!(seen.ours().is_empty());
    assert_eq!(seen.metric("audit_decisions_total"), None);
}

#[test]
fn the_audit_is_the_same_whether_calls_are_observed_or_not() {
    let told = || {
        let captured = capture(|| {
            runtime().scope(|| {
                let _refused = refund(5000);
                refund(20).unwrap();
                now(transfer(1)).unwrap();
            });
        });
        captured.events.len()
    };
    let (observed, _) = observe(told);
    let _alone = alone();
    assert_eq!(observed, told());
}

#[test]
fn no_outcome_is_told_because_calls_are_observed_where_nobody_was_told_of_the_decision() {
    #[audit(action = "refund")]
    fn during(work: impl FnOnce()) {
        work();
    }
    let (runtime, (told, hears)) = (runtime(), std::sync::mpsc::channel());
    let joins = || {
        runtime.observe_outcomes("late", move |_| told.send(()).unwrap());
    };
    let (_, seen) = observe(|| runtime.scope(|| during(joins)));
    assert_eq!(seen.span("audit.call").fields["audit.outcome"], "completed");
    assert!(hears.try_recv().is_err());
}
