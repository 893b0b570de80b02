//! A value that is kept out of records is nowhere to be found, in whichever way something shows itself.

use audit_core::{
    Action, Actor, BoxError, Call, Classification, EvaluateError, Evaluator, Fields, Function,
    Policy, PolicyInfo, Request, Runtime, Scope, Snapshot, Value, Verdict,
};
use proptest::prelude::*;
use proptest::sample::select;
use std::time::Duration;

use super::house::{ADMITTED, RELEASE, Shown, builder, policy, release};
use super::support::{quietly, warnings_of};

/// A policy that fails, quoting all it is asked.
struct Quoting(Policy);

impl Evaluator for Quoting {
    fn evaluate<'e>(&'e self, request: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
        Err(EvaluateError::new(format!("{request:?}")))
    }

    fn info(&self) -> PolicyInfo {
        self.0.info()
    }

    fn classification(&self) -> Classification {
        self.0.classification()
    }
}

/// Where a secret lies.
#[derive(Clone, Copy, Debug)]
enum Where {
    Token,
    Card,
    Pin,
    Email,
    Badge,
    Resolved,
    Snapshot,
    /// In a list in a map.
    Deep,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trouble {
    Nothing,
    Evaluator,
    Resolver,
    ResolverPanics,
    Builder,
}

fn secret() -> impl Strategy<Value = String> {
    // At least one letter that nothing else has, so that finding it means that it leaked.
    let odd = select(vec![
        "ß",
        "\"",
        "\\",
        "\n",
        "\u{0}",
        "'",
        "é\u{301}",
        "😀",
        "x",
        "\u{7f}",
        "/",
        "<",
    ]);
    prop::collection::vec(odd, 0..12).prop_map(|odd| format!("ZQ{}QZ", odd.concat()))
}

fn fill(
    place: Where,
    secret: &str,
) -> (
    Action<'static>,
    Actor<'static>,
    Snapshot<'static>,
    Option<Actor<'static>>,
) {
    let mut action = Action::new("deploy").with("note", "plain").with("size", 3);
    let mut actor = Actor::new("alice").with("role", "support");
    let (mut snapshot, mut resolved) = (Snapshot::new().with("flag", true), None);
    let value = secret.to_owned();
    match place {
        Where::Token => action = action.with("token", value),
        Where::Card => action = action.with("card", value),
        Where::Pin => action = action.with("pin", value),
        Where::Email => actor = actor.with("email", value),
        Where::Badge => actor = actor.with("badge", value),
        Where::Resolved => resolved = Some(Actor::new("bob").with("email", value)),
        Where::Snapshot => snapshot.set("secret", value),
        Where::Deep => {
            let deep = Value::from(vec![Fields::new().with("inner", value)]);
            action = action.with("token", deep.clone()).with("card", deep);
        }
    }
    (action, actor, snapshot, resolved)
}

/// Judges it in every way, and returns all that anybody was shown.
fn shown(place: Where, trouble: Trouble, secret: &str) -> Vec<String> {
    let shown = Shown::default();
    let (action, actor, snapshot, resolved) = fill(place, secret);
    let mut builder = if trouble == Trouble::Evaluator {
        Runtime::builder().policy(Quoting(policy()))
    } else {
        builder()
    };
    builder = builder.snapshot_resolver(move |context| match trouble {
        Trouble::Resolver => Err(format!("{context:?} {:?}", context.actor()).into()),
        Trouble::ResolverPanics => panic!("{context:?}"),
        _ => Ok(snapshot.clone()),
    });
    if let Some(actor) = resolved {
        builder = builder.actor_resolver(move |_| Ok(actor.clone()));
    }
    let runtime = builder
        .add_observer("shown", shown.clone())
        .queued_observer("queued", 64, shown.queued())
        .build()
        .unwrap();
    let ((), warnings) = warnings_of(|| {
        Scope::new().actor(actor).runtime(runtime.clone()).run(|| {
            let captured = audit_core::testing::capture(|| ask(&runtime, &action, trouble, &shown));
            for event in &captured.events {
                shown.add(serde_json::to_string(event).unwrap());
                shown.add(format!("{event:?}"));
            }
        });
        runtime.flush(Duration::from_secs(20)).unwrap();
    });
    for warning in warnings {
        shown.add(warning);
    }
    shown.all()
}

fn ask(runtime: &Runtime, action: &Action<'static>, trouble: Trouble, shown: &Shown) {
    let decision = quietly(|| runtime.evaluate(action));
    shown.add(format!(
        "{decision:?} {}",
        serde_json::to_string(&decision).unwrap()
    ));
    shown.explanation(&quietly(|| runtime.explain(action)));
    let build = |arguments: &Fields<'_>| -> Result<Fields<'static>, BoxError> {
        if trouble == Trouble::Builder {
            return Err(format!("{arguments:?}").into());
        }
        Ok(arguments.clone().into_owned())
    };
    let function = || Function::new("deploy", action.fields().clone()).built_by(&build);
    let decision = quietly(|| runtime.decide(&Call::of(function())));
    shown.add(format!(
        "{decision:?} {}",
        serde_json::to_string(&decision).unwrap()
    ));
    shown.explanation(&quietly(|| runtime.explain_call(&Call::of(function()))));

    let field = |name: &str| {
        action
            .fields()
            .get(name)
            .and_then(|value| value.as_str())
            .unwrap_or("none")
    };
    let fields = [field("token"), field("card"), field("note")];
    let all = format!("{fields:?} {}", fields.join(" "));
    for (site, fails) in [(&RELEASE, true), (&RELEASE, false), (&ADMITTED, false)] {
        let body = || {
            if fails {
                Err(all.clone())
            } else {
                Ok(all.clone())
            }
        };
        let result = quietly(|| release(site, fields, body));
        // A refusal is ours, what the body returns is the caller's own.
        shown.add(
            result
                .err()
                .filter(|error| *error != all)
                .unwrap_or_default(),
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_record_error_or_explanation_shows_a_redacted_value(
        place in select(vec![
            Where::Token, Where::Card, Where::Pin, Where::Email, Where::Badge, Where::Resolved, Where::Snapshot, Where::Deep,
        ]),
        trouble in select(vec![
            Trouble::Nothing, Trouble::Evaluator, Trouble::Resolver, Trouble::ResolverPanics, Trouble::Builder,
        ]),
        secret in secret(),
    ) {
        let json = serde_json::to_string(&secret).unwrap();
        let debug = format!("{secret:?}");
        let doubled = serde_json::to_string(debug.trim_matches('"')).unwrap();
        let forms = [&*secret, json.trim_matches('"'), debug.trim_matches('"'), doubled.trim_matches('"'), "ZQ", "QZ"];
        let all = shown(place, trouble, &secret);
        prop_assert!(all.len() > 20);
        for text in all {
            for form in forms {
                prop_assert!(!text.contains(form), "{} in {}", form, text);
            }
        }
    }
}
