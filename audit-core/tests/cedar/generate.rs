//! Policies and requests over few names and values, so that policies meet, and fail, often.

use audit_core::{Action, Actor, Fields, Value};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::Asked;

pub(super) const ENTITIES: &str = r#"[
  {"uid": {"type": "Actor", "id": "a"}, "attrs": {"role": "y", "boss": {"__entity": {"type": "Actor", "id": "b"}}},
   "parents": [{"type": "Group", "id": "g"}], "tags": {"badge": "blue"}},
  {"uid": {"type": "Actor", "id": "b"}, "attrs": {"role": "x", "level": 3}, "parents": []},
  {"uid": {"type": "Group", "id": "g"}, "attrs": {}, "parents": [{"type": "Group", "id": "top"}]},
  {"uid": {"type": "Resource", "id": "r"}, "attrs": {"owner": {"__entity": {"type": "Actor", "id": "a"}}, "size": 1}, "parents": []},
  {"uid": {"type": "Resource", "id": "s"}, "attrs": {"owner": {"__entity": {"type": "Actor", "id": "b"}}}, "parents": [{"type": "Group", "id": "g"}]}
]"#;

pub(super) const SCHEMA: &str = r"
entity Group in [Group];
entity Actor in [Group] { role?: String, level?: Long, boss?: Actor } tags String;
entity Resource in [Group] { owner?: Actor, size?: Long };
action all;
action act, other in [all] appliesTo {
  principal: [Actor], resource: [Resource],
  context: {
    action: { n: Long, s?: String, f?: decimal, list?: Set<Long>, map?: { x: Long } },
    snapshot: { n?: Long, b?: Bool },
    tenant?: String
  }
};
";

/// Conditions that are tried on whatever stands there.
const LOOSE: [&str; 34] = [
    "true",
    "false",
    "context.action.n == 1",
    "context.action.n + 9223372036854775806 > 5",
    "context.action has n",
    "context.action.s == \"a\"",
    "context.action.s like \"a*\"",
    "context.action.f.lessThan(decimal(\"1.1\"))",
    "context.action.list.contains(1)",
    "context.action.map.x == 1",
    "context.action has map.x",
    "context.action.map == {x: 1}",
    "context.action == {n: 1}",
    "{a: context.action}.a.n == 1",
    "(if context.action has s then context.action else context.snapshot).n == 1",
    "context.snapshot.n < 2",
    "context.snapshot == {}",
    "context has tenant && context.tenant == \"t\"",
    "context == context",
    "context.tenant == \"t\"",
    "principal.role == \"x\"",
    "principal has role",
    "principal.level > 2",
    "principal in Group::\"top\"",
    "principal.boss.role == \"x\"",
    "principal.boss == \"b\"",
    "resource.owner == principal",
    "resource.owner.role == \"x\"",
    "resource.owner.boss.level == 3",
    "resource in Group::\"top\"",
    "Actor::\"b\".role == \"x\"",
    "Resource::\"r\".owner.role == \"x\"",
    "action in [Action::\"act\", Action::\"none\"]",
    "principal.getTag(\"badge\") == \"blue\"",
];

/// Conditions that fit the schema; one of them can fail all the same.
const STRICT: [&str; 14] = [
    "true",
    "context.action.n == 1",
    "context.action.n + 9223372036854775806 > 5",
    "context.action has s && context.action.s like \"a*\"",
    "context.action has f && context.action.f.lessThan(decimal(\"1.1\"))",
    "context.action has list && context.action.list.contains(1)",
    "context.action has map && context.action.map == {x: 1}",
    "context.snapshot has n && context.snapshot.n < 2",
    "context has tenant && context.tenant == \"t\"",
    "principal has boss && principal.boss has role && principal.boss.role == \"x\"",
    "resource has owner && resource.owner == principal",
    "resource has owner && resource.owner has boss && resource.owner.boss in Group::\"top\"",
    "principal in Group::\"top\" || action in Action::\"all\"",
    "principal.hasTag(\"badge\") && principal.getTag(\"badge\") == \"blue\"",
];

/// One policy, and what is known of it without reading it.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// Its `@id`, if it has one.
    named: Option<u8>,
    pub(super) forbids: bool,
    pub(super) approval: bool,
    rest: String,
}

impl Written {
    /// The identifier in the place of this number.
    pub(super) fn id(&self, number: usize) -> String {
        match self.named {
            Some(name) => format!("r{name}_{number}"),
            None => format!("policy{number}"),
        }
    }

    pub(super) fn text(&self, number: usize) -> String {
        let id = match self.named {
            Some(_) => format!("@id(\"{}\")\n", self.id(number)),
            None => String::new(),
        };
        let effect = if self.approval {
            "@effect(\"require_approval\")\n"
        } else {
            ""
        };
        let keyword = if self.forbids { "forbid" } else { "permit" };
        format!("{id}{effect}{keyword}({};\n", self.rest)
    }
}

fn condition(leaves: &'static [&'static str]) -> impl Strategy<Value = String> {
    let leaf = select(leaves).prop_map(|leaf| format!("({leaf})"));
    leaf.prop_recursive(2, 6, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!{a}")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("(if {a} then {b} else {c})")),
        ]
    })
}

fn written(leaves: &'static [&'static str]) -> impl Strategy<Value = Written> {
    let principal = select(
        &[
            "principal",
            "principal",
            "principal == Actor::\"a\"",
            "principal in Group::\"top\"",
            "principal is Actor in Group::\"g\"",
        ][..],
    );
    let action = select(
        &[
            "action",
            "action",
            "action == Action::\"act\"",
            "action in [Action::\"act\", Action::\"other\"]",
        ][..],
    );
    let resource = select(
        &[
            "resource",
            "resource",
            "resource == Resource::\"r\"",
            "resource in Group::\"g\"",
        ][..],
    );
    let clause = (any::<bool>(), condition(leaves)).prop_map(|(when, condition)| {
        format!(
            " {} {{ {condition} }}",
            if when { "when" } else { "unless" }
        )
    });
    let clauses = prop::collection::vec(clause, 0..3).prop_map(|clauses| clauses.concat());
    let annotations = (
        prop::option::of(0_u8..3),
        any::<bool>(),
        prop::bool::weighted(0.3),
    );
    (annotations, (principal, action, resource), clauses).prop_map(
        |((named, forbids, approval), (principal, action, resource), clauses)| Written {
            named,
            forbids,
            approval,
            rest: format!("{principal}, {action}, {resource}){clauses}"),
        },
    )
}

/// Any value; some have no form in Cedar.
fn value() -> impl Strategy<Value = Value<'static>> {
    let map = |y: Value<'static>| Value::from(Fields::new().with("x", 1).with("y", y));
    select(vec![
        Value::from(0),
        Value::from(1),
        Value::from(1),
        Value::from(2),
        Value::from(i64::MAX),
        Value::from(1.0),
        Value::from(1.25),
        Value::from(0.123_45),
        Value::from(f64::NAN),
        Value::from(u64::MAX),
        Value::from("a"),
        Value::from("b"),
        Value::from(true),
        Value::Null,
        Value::from(vec![1, 2]),
        Value::from(vec![Value::from(1), Value::Null]),
        Value::from(Fields::new().with("x", 1)),
        map(Value::Null),
        map(Value::from(u64::MAX)),
    ])
}

fn fields(names: &'static [&'static str]) -> impl Strategy<Value = Fields<'static>> {
    let some = subsequence(names, 0..=names.len());
    some.prop_flat_map(|names| {
        let values = prop::collection::vec(value(), names.len());
        values.prop_map(move |values| names.iter().copied().zip(values).collect())
    })
}

/// A value as the schema wants it, mostly.
fn fitting(name: &'static str) -> BoxedStrategy<Value<'static>> {
    let fits: Vec<Value<'static>> = match name {
        "s" | "role" => vec!["a".into(), "x".into()],
        "f" => vec![1.into(), 1.25.into()],
        "list" => vec![vec![1, 2].into(), Vec::<i64>::new().into()],
        "map" => vec![Fields::new().with("x", 1).with("y", u64::MAX).into()],
        "b" => vec![true.into()],
        "boss" => vec!["b".into(), "nobody".into()],
        _ => vec![1.into(), 1.into(), i64::MAX.into()],
    };
    prop_oneof![30 => select(fits), 1 => value()].boxed()
}

fn fitting_fields(
    names: &'static [&'static str],
    least: usize,
) -> impl Strategy<Value = Fields<'static>> {
    let values: Vec<_> = names.iter().map(|name| fitting(name)).collect();
    (values, least..=names.len())
        .prop_map(move |(values, count)| names.iter().copied().zip(values).take(count).collect())
}

fn asked(
    action: impl Strategy<Value = Fields<'static>>,
    actor: impl Strategy<Value = Fields<'static>>,
    snapshot: impl Strategy<Value = Fields<'static>>,
) -> impl Strategy<Value = Asked> {
    let kind = select(vec!["act", "act", "other"]);
    let id = select(vec![Some("a"), Some("a"), Some("b"), Some("c"), None]);
    let resource = select(vec![Some("r"), Some("r"), Some("s"), Some("none"), None]);
    let tenant = prop::option::of(select(vec!["t", "u"]));
    (kind, action, resource, id, actor, snapshot, tenant).prop_map(
        |(kind, fields, resource, id, mut actor, snapshot, tenant)| {
            let mut action = Action::new(kind).with_fields(fields);
            if let Some(resource) = resource {
                action = action.on(resource);
            }
            if let Some(id) = id {
                actor.set("id", id);
            }
            Asked {
                action,
                actor: Actor::from(actor),
                snapshot,
                tenant,
            }
        },
    )
}

/// Policies and requests without a schema.
pub(super) fn loose() -> impl Strategy<Value = (Vec<Written>, Vec<Asked>)> {
    let asked = asked(
        fields(&["n", "s", "f", "list", "map", "extra"]),
        fields(&["role", "level", "boss", "extra"]),
        fields(&["n", "b", "extra"]),
    );
    (
        prop::collection::vec(written(&LOOSE), 1..6),
        prop::collection::vec(asked, 8),
    )
}

/// Policies that fit the schema, and requests that mostly do.
pub(super) fn strict() -> impl Strategy<Value = (Vec<Written>, Vec<Asked>)> {
    let asked = asked(
        fitting_fields(&["n", "s", "f", "list", "map", "extra"], 1),
        fitting_fields(&["boss", "role", "level", "extra"], 0),
        fitting_fields(&["n", "b", "extra"], 0),
    );
    (
        prop::collection::vec(written(&STRICT), 1..6),
        prop::collection::vec(asked, 8),
    )
}
