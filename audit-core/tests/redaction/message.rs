//! What resolvers, builders, evaluators and functions quote.

use audit_core::{
    Call, Classification, EvaluateError, Evaluator, Fields, Function, PolicyInfo, Redaction,
    Request, Runtime, Scope, Snapshot, Verdict,
};

use super::house::{
    RELEASE, alice, builder, deploy, enter, event_of, outcomes_of, release, runtime,
};
use super::support::quietly;

/// Says what it must not.
struct Quoting {
    fails: bool,
}

impl Evaluator for Quoting {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        let token = request.action.fields().get("token").unwrap();
        let said = format!(
            "the token {token} of {:?}",
            request.actor.fields().get("email")
        );
        if self.fails {
            return Err(EvaluateError::new(said));
        }
        Ok(Verdict::by_default(audit_core::Effect::Block).because(said))
    }

    fn info(&self) -> PolicyInfo {
        PolicyInfo::default()
    }

    fn classification(&self) -> Classification {
        Classification::nothing()
            .action_field("deploy", "token", Redaction::Mask)
            .actor_field("email", Redaction::Drop)
    }
}

#[test]
fn an_evaluators_error_and_reason_do_not_quote() {
    for fails in [true, false] {
        let runtime = Runtime::builder()
            .policy(Quoting { fails })
            .build()
            .unwrap();
        let decision = Scope::new()
            .actor(alice())
            .run(|| runtime.evaluate(&deploy()));
        let said = decision.error.map(|error| error.message);
        let said = said.or(decision.reason.map(|reason| reason.to_string()));
        assert_eq!(
            said.as_deref(),
            Some(r#"the token "***" of Some(Text("***"))"#)
        );
    }
}

#[test]
fn a_resolvers_error_does_not_quote_what_is_known() {
    let runtime = builder()
        .snapshot_resolver(|context| {
            let token = context.fields().get("token").unwrap().as_str().unwrap();
            let email = context.actor().unwrap().fields().get("email").unwrap();
            Err(format!("no state for {token:?} of {email}").into())
        })
        .build()
        .unwrap();
    let scope = || Scope::new().actor(alice());
    let decision = scope().run(|| runtime.evaluate(&deploy()));
    let error = decision.error.unwrap();
    assert_eq!(error.message, r#"no state for "***" of "***""#);
    let explanation = scope().run(|| runtime.explain(&deploy()));
    assert_eq!(explanation.decision.error.unwrap().message, error.message);
}

#[test]
fn a_builders_error_or_panic_does_not_quote_an_argument() {
    let failing = |arguments: &Fields<'_>| -> Result<Fields<'static>, audit_core::BoxError> {
        Err(format!("{arguments:?}").into())
    };
    let panicking = |arguments: &Fields<'_>| -> Result<Fields<'static>, audit_core::BoxError> {
        panic!("{arguments:?}")
    };
    let arguments = || {
        Fields::new()
            .with("token", "tok-\"1\"")
            .with("other", "plain")
    };
    for builder in [&failing as &audit_core::ActionBuilder<'_>, &panicking] {
        let call = Call::of(Function::new("deploy", arguments()).built_by(builder));
        let event = event_of(|| quietly(|| runtime().decide(&call)));
        let error = event.decision.as_ref().unwrap().error.clone().unwrap();
        assert!(
            error.message.contains("***") && error.message.contains("plain"),
            "{error}"
        );
        assert!(!error.message.contains("tok-"), "{error}");
    }
}

#[test]
fn what_a_panic_says_while_a_field_is_captured_is_withheld() {
    let event = event_of(|| {
        let capture = |place: u32| match place {
            0 => Some(audit_core::Capture::take("tok-11111")),
            _ => panic!("card-2222 has no check digit"),
        };
        runtime().scope(|| drop(quietly(|| enter!(&RELEASE, &capture))));
    });
    let error = event.decision.as_ref().unwrap().error.clone().unwrap();
    assert_eq!(
        error.message,
        "what it said is withheld, as it may quote a redacted field"
    );
}

#[test]
fn an_outcome_does_not_quote_in_its_value_nor_its_error() {
    let outcome_of = |result: Result<String, String>| {
        let events = outcomes_of(&runtime(), Scope::new().actor(alice()), move || {
            let _result = release(
                &RELEASE,
                ["tok-11111", "card-2222", "a secret note"],
                || result,
            );
        });
        serde_json::to_value(&events[0]).unwrap()["outcome"].clone()
    };
    let said = "tok-11111, card-2222, a secret note, alice@example.com, plain";
    let hidden = "***, ***, ***, ***, plain";
    assert_eq!(outcome_of(Ok(said.to_owned()))["value"], hidden);
    assert_eq!(outcome_of(Err(said.to_owned()))["error"], hidden);
}

#[test]
fn a_message_that_quotes_nothing_stays_as_it_is() {
    let runtime = builder()
        .snapshot_resolver(|_| -> Result<Snapshot<'static>, _> { Err("the store is away".into()) })
        .build()
        .unwrap();
    let decision = runtime.evaluate(&deploy());
    assert_eq!(decision.error.unwrap().message, "the store is away");
}

/// Its schema knows neither card nor pin: they are no fields of its action.
#[audit_core::audit(mask(card), drop(pin), err, resource = format!("card:{card}"))]
fn refund(card: &str, pin: u64) -> Result<(), String> {
    Err(format!("card {card} with pin {pin} was declined"))
}

#[test]
fn what_is_kept_out_of_records_is_quoted_nowhere_although_it_is_no_field() {
    let events = outcomes_of(&runtime(), Scope::new().actor(alice()), || {
        let decision = event_of(|| refund("4111222233334444", 12345));
        assert_eq!(decision.resource.as_deref(), Some("card:***"));
    });
    let error = events[0].outcome.as_ref().unwrap().error.clone().unwrap();
    assert_eq!(error, "card *** with pin *** was declined");
    assert_eq!(events[0].resource.as_deref(), Some("card:***"));
}
