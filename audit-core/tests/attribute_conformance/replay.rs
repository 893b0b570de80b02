//! One row asked of us, held against what that system did.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use audit_core::{
    Actor, Call, Effect, Fields, Function, Policy, Refusal, Runtime, Snapshot, Text, Value,
};
use serde_json::{Map, Value as Json};

use crate::row::Row;
use crate::support::quietly;
use crate::table;
use crate::world::World;

/// In what a row differs on purpose (SPEC §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Difference {
    /// An observer's panic stops nothing.
    ObserverContained,
    /// A resolver's failure is an indeterminate decision.
    ResolverContained,
    /// Every value is judged and recorded.
    AnyValue,
    /// The action's type is never a data field.
    TypeIsNotData,
    /// Without a schema that declares them, arguments are not recorded.
    NothingUnasked,
    /// `fields()` means none.
    EmptyMeansNone,
}

/// What became of a row with us.
pub(crate) struct Replayed {
    pub(crate) executed: bool,
    pub(crate) indeterminate: bool,
    pub(crate) fields: Map<String, Json>,
    pub(crate) actor_asked: u32,
    pub(crate) snapshot_asked: u32,
    pub(crate) differences: Vec<Difference>,
}

/// `None` where it makes no sense in Rust.
pub(crate) fn replay(row: &Row) -> Option<Replayed> {
    let arguments = row.arguments()?;
    let names_unknown = |name: &Json| {
        arguments
            .iter()
            .all(|(known, _)| Some(known.as_str()) != name.as_str())
    };
    if row
        .json("/decorator/fields")
        .as_array()
        .is_some_and(|fields| fields.iter().any(names_unknown))
    {
        return None;
    }
    let asked = [Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0))];
    let world = world(row, &asked);
    let executed = if let Some(builder) = row.text("/decorator/action_builder") {
        built(&world, row, builder, &arguments)
    } else {
        let key = row.key(&arguments);
        let values = arguments.into_iter().map(|(_, value)| value).collect();
        let (ran, answer) = quietly(|| table::call(&world, &key, values));
        assert_eq!(ran, answer.is_ok(), "{}", row.id);
        check_refusal(row, answer.err().map(|refused| refused.refusal()));
        ran
    };
    Some(compare(row, &world, executed, &asked))
}

fn world(row: &Row, asked: &[Arc<AtomicU32>; 2]) -> World {
    let of = |name: &str| row.text(name).unwrap();
    let policy = Policy::from_strings(of("/schema_yaml"), of("/policy_yaml"), None).unwrap();
    let fails = row.text("/runtime/resolver_fails").map(str::to_owned);
    let fields = |pointer: &str| -> Fields<'static> {
        serde_json::from_value(row.json(pointer).clone()).unwrap()
    };
    let (actor, snapshot) = (fields("/runtime/actor"), fields("/runtime/snapshot"));
    let [for_actor, for_snapshot] = asked.clone();
    let (actor_fails, snapshot_fails) = (
        fails.as_deref() == Some("actor"),
        fails.as_deref() == Some("snapshot"),
    );
    let mut builder = Runtime::builder()
        .policy(policy)
        .actor_resolver(move |_| {
            for_actor.fetch_add(1, Ordering::Relaxed);
            if actor_fails {
                Err("resolver".into())
            } else {
                Ok(Actor::from(actor.clone()))
            }
        })
        .snapshot_resolver(move |_| {
            for_snapshot.fetch_add(1, Ordering::Relaxed);
            if snapshot_fails {
                Err("resolver".into())
            } else {
                Ok(Snapshot::clone(&snapshot))
            }
        });
    match row.text("/runtime/action_type_resolver") {
        Some("const") => builder = builder.action_type_resolver(|_| Ok(Text::from("refund"))),
        Some("fname_upper") => {
            builder = builder
                .action_type_resolver(|call| Ok(call.function().unwrap().to_uppercase().into()));
        }
        other => assert_eq!(other, None),
    }
    if row.text("/runtime/action_resolver").is_some() {
        builder = builder.action_resolver(|call| {
            let amount = call
                .fields()
                .get("amount")
                .cloned()
                .map_or(Value::from(600), Value::into_owned);
            Ok(Fields::new().with("amount", amount))
        });
    }
    if row.json("/runtime/observer_raises") == true {
        builder = builder.observer("raises", |_| panic!("observer"));
    }
    World::of(builder)
}

/// A decorator with an action builder: what decides is asked, as attributes have none.
fn built(world: &World, row: &Row, builder: &str, arguments: &[(String, Value<'static>)]) -> bool {
    let number = |name: &str| {
        let (_, value) = arguments.iter().find(|(known, _)| known == name).unwrap();
        serde_json::to_value(value).unwrap().as_f64().unwrap()
    };
    let cents = || {
        arguments
            .iter()
            .any(|(name, _)| name == "cents")
            .then(|| number("cents"))
    };
    let fields = match builder {
        "double" => Fields::new().with("amount", number("amount") * 2.0),
        "rename" => Fields::new().with("amount", cents().unwrap_or_default() / 100.0),
        "notype" => Fields::new().with("amount", 9999.0),
        other => panic!("builder `{other}`"),
    };
    let build = move |_: &Fields<'_>| Ok(fields.clone());
    let function = Function::new("f", arguments.iter().cloned().collect()).built_by(&build);
    let action = row.text("/decorator/action_type").unwrap().to_owned();
    world
        .runtime
        .decide(&Call::of(function.action_type(action)))
        .permits()
}

fn check_refusal(row: &Row, refusal: Option<Refusal>) {
    let expected = match row.text("/expected/raised/decision/effect") {
        Some("block") => Refusal::Blocked,
        Some("require_approval") => Refusal::ApprovalRequired,
        _ => return,
    };
    if row.json("/decorator/fields") != &Json::Array(Vec::new()) {
        assert_eq!(refusal, Some(expected), "{}", row.id);
    }
}

fn compare(row: &Row, world: &World, executed: bool, asked: &[Arc<AtomicU32>; 2]) -> Replayed {
    let events = world.events();
    let event = events
        .iter()
        .find(|event| event.decision.is_some())
        .unwrap();
    let (decision, action) = (
        event.decision.as_deref().unwrap(),
        event.action.as_deref().unwrap(),
    );
    let Json::Object(fields) = serde_json::to_value(action.fields()).unwrap() else {
        panic!("fields are an object");
    };
    let mut differences = Vec::new();
    let raised = row.text("/expected/raised/type");
    match raised {
        Some("RuntimeError") => differences.push(Difference::ObserverContained),
        Some("KeyError") => differences.push(Difference::ResolverContained),
        Some("TypeError") => differences.push(Difference::AnyValue),
        _ => {}
    }
    let judged = row.json("/expected/events/0/action").as_object();
    if let Some(expected) = judged {
        let mut expected = expected.clone();
        let kind = expected.remove("type");
        if kind.as_ref().and_then(Json::as_str) != action.kind() {
            differences.push(Difference::TypeIsNotData);
        }
        if !alike(&expected, &fields) {
            differences.push(unlike(row, &expected, &fields));
        }
    } else if fields.is_empty() && row.is_unasked() {
        differences.push(Difference::NothingUnasked);
    }
    let unchanged = differences.iter().all(|difference| {
        matches!(
            difference,
            Difference::ObserverContained | Difference::NothingUnasked
        )
    });
    if let (true, Some(effect)) = (unchanged, row.text("/expected/events/0/effect")) {
        assert_eq!(decision.effect.to_string(), effect, "{}", row.id);
        assert_eq!(
            decision.matched_rule.as_deref(),
            row.text("/expected/events/0/matched_rule"),
            "{}",
            row.id
        );
    }
    if differences.is_empty() {
        assert_eq!(
            Json::from(executed),
            *row.json("/expected/executed"),
            "{}",
            row.id
        );
    }
    if row.is_audit() || decision.effect == Effect::Allow {
        assert!(
            executed,
            "{}: an audited call, or an allowed one, runs",
            row.id
        );
    }
    Replayed {
        executed,
        indeterminate: decision.is_indeterminate(),
        fields,
        actor_asked: asked[0].load(Ordering::Relaxed),
        snapshot_asked: asked[1].load(Ordering::Relaxed),
        differences,
    }
}

/// Equal, numbers as such: that language has one kind of them.
fn alike(expected: &Map<String, Json>, found: &Map<String, Json>) -> bool {
    let same = |(name, value): (&String, &Json)| {
        let other = found.get(name);
        other == Some(value)
            || (value.is_number() && other.and_then(Json::as_f64) == value.as_f64())
    };
    expected.len() == found.len() && expected.iter().all(same)
}

fn unlike(row: &Row, expected: &Map<String, Json>, found: &Map<String, Json>) -> Difference {
    if row.json("/decorator/fields") == &Json::Array(Vec::new()) {
        Difference::EmptyMeansNone
    } else if found.is_empty() && row.is_unasked() {
        Difference::NothingUnasked
    } else if found.contains_key("type") {
        Difference::TypeIsNotData
    } else {
        panic!("{}: {expected:?}, found {found:?}", row.id)
    }
}

impl Row {
    /// Whether no schema declares what its action takes.
    fn is_unasked(&self) -> bool {
        let action = self
            .text("/decorator/action_type")
            .or(self.text("/function/name"));
        !matches!(action, Some("refund" | "typed"))
    }
}
