//! The plainest way to ask Cedar: the whole request, every entity, each policy by itself.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use audit_core::{Fields, Value};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, Policy, PolicyId, PolicySet,
    Request, RestrictedExpression, Schema,
};

use super::Asked;
use super::generate::{ENTITIES, Written};

static KNOWN: LazyLock<Entities> =
    LazyLock::new(|| Entities::from_json_str(ENTITIES, None).unwrap());

/// What a value without a form in Cedar is put down as; `None`: not at all.
pub(super) type Substitute = Option<&'static str>;

/// What a policy does by itself.
#[derive(Clone, Copy, PartialEq)]
enum Does {
    Hold,
    Fail,
    Nothing,
}

/// Policies, all together and each by itself.
pub(super) struct Parsed<'p> {
    all: PolicySet,
    each: Vec<(&'p Written, String, PolicySet)>,
}

impl<'p> Parsed<'p> {
    pub(super) fn new(policies: &'p [Written]) -> Self {
        let mut parsed = Self {
            all: PolicySet::new(),
            each: Vec::new(),
        };
        for (number, written) in policies.iter().enumerate() {
            let id = written.id(number);
            let policy = Policy::parse(Some(PolicyId::new(&id)), written.text(number)).unwrap();
            let alone = PolicySet::from_policies([policy.clone()]).unwrap();
            parsed.all.add(policy).unwrap();
            parsed.each.push((written, id, alone));
        }
        parsed
    }
}

/// A request with everything it could be about.
pub(super) struct World {
    request: Request,
    entities: Entities,
}

impl World {
    pub(super) fn loose(asked: &Asked, substitute: Substitute) -> Self {
        let actor = attributes(asked.actor.fields(), |value, _| express(value, substitute));
        let part =
            |fields: &Fields<'_>| record(attributes(fields, |value, _| express(value, substitute)));
        Self::new(
            asked,
            actor,
            part(asked.action.fields()),
            part(&asked.snapshot),
            None,
        )
        .unwrap()
    }

    /// `None` where the request does not fit the schema.
    pub(super) fn strict(asked: &Asked, schema: &Schema) -> Option<Self> {
        let mut fits = true;
        let mut part = |fields: &Fields<'_>, domain: &str| {
            attributes(fields, |value, name| {
                let (expression, fit) = declared(value, domain, name);
                fits &= fit;
                expression
            })
        };
        let actor = part(asked.actor.fields(), "actor");
        let (action, snapshot) = (
            part(asked.action.fields(), "action"),
            part(&asked.snapshot, "snapshot"),
        );
        fits &= action.contains_key("n");
        if !fits {
            return None;
        }
        Some(Self::new(asked, actor, record(action), record(snapshot), Some(schema)).unwrap())
    }

    fn new(
        asked: &Asked,
        attributes: HashMap<String, RestrictedExpression>,
        action: RestrictedExpression,
        snapshot: RestrictedExpression,
        schema: Option<&Schema>,
    ) -> Option<Self> {
        let uid = |of_type: &str, id: Option<&str>| -> EntityUid {
            format!("{of_type}::{:?}", id.unwrap_or_default())
                .parse()
                .unwrap()
        };
        let actor = uid("Actor", asked.actor.id());
        let entity = match KNOWN.get(&actor) {
            None => Entity::new(actor.clone(), attributes, HashSet::new()).unwrap(),
            Some(known) => {
                let (uid, mut all, parents) = known.clone().into_inner();
                all.retain(|name, _| asked.actor.fields().get(name) != Some(&Value::Null));
                all.extend(attributes);
                let tags = known.tags().map(|(name, value)| {
                    (name.to_owned(), value.unwrap().to_string().parse().unwrap())
                });
                Entity::new_with_tags(uid, all, parents, tags.collect::<Vec<_>>()).unwrap()
            }
        };
        let others = KNOWN.iter().filter(|other| other.uid() != actor).cloned();
        let entities = Entities::from_entities(others.chain([entity]), schema).unwrap();
        let mut context = vec![
            ("action".to_owned(), action),
            ("snapshot".to_owned(), snapshot),
        ];
        let tenant = asked
            .tenant
            .map(|tenant| RestrictedExpression::new_string(tenant.to_owned()));
        context.extend(tenant.map(|tenant| ("tenant".to_owned(), tenant)));
        let context = Context::from_pairs(context).unwrap();
        let (action, resource) = (
            uid("Action", asked.action.kind()),
            uid("Resource", asked.action.resource()),
        );
        let request = Request::new(actor, action, resource, context, schema).ok()?;
        Some(Self { request, entities })
    }

    pub(super) fn answer(&self, policies: &Parsed<'_>) -> String {
        let authorizer = Authorizer::new();
        let does = |set: &PolicySet| {
            let response = authorizer.is_authorized(&self.request, set, &self.entities);
            match (
                response.diagnostics().reason().count(),
                response.diagnostics().errors().count(),
            ) {
                (_, 1..) => Does::Fail,
                (1.., _) => Does::Hold,
                _ => Does::Nothing,
            }
        };
        let each = policies.each.iter();
        let each: Vec<_> = each
            .map(|(written, id, alone)| (*written, id, does(alone)))
            .collect();
        let first = |forbids: bool, approval: bool, does: Does| {
            let wanted = |(written, _, found): &&(&Written, &String, Does)| {
                written.forbids == forbids && written.approval == approval && *found == does
            };
            each.iter().find(wanted).map(|(_, id, _)| id.as_str())
        };
        let failed = each
            .iter()
            .find(|(.., does)| *does == Does::Fail)
            .map(|(_, id, _)| format!("failed: {id}"));
        let permitted = first(false, false, Does::Hold)
            .or(first(false, true, Does::Hold))
            .is_some();

        // What Cedar itself says of all together, where it has the words for it.
        let decision = authorizer
            .is_authorized(&self.request, &policies.all, &self.entities)
            .decision();
        let forbidden = first(true, false, Does::Hold)
            .or(first(true, true, Does::Hold))
            .is_some();
        assert_eq!(decision == Decision::Allow, permitted && !forbidden);

        if let Some(id) = first(true, false, Does::Hold) {
            return format!("block by {id}");
        }
        if let Some(id) = first(true, true, Does::Hold) {
            // Would all the others permit it, and for sure?
            let sure = each.iter().all(|(written, _, does)| {
                *does != Does::Fail || (written.forbids && written.approval)
            });
            if permitted && sure {
                return format!("require_approval by {id}");
            }
            return failed.unwrap_or_else(|| "block".to_owned());
        }
        let allowed = first(false, false, Does::Hold).map(|id| format!("allow by {id}"));
        let reviewed = first(false, true, Does::Hold).map(|id| format!("require_approval by {id}"));
        failed
            .or(allowed)
            .or(reviewed)
            .unwrap_or_else(|| "block".to_owned())
    }
}

fn attributes(
    fields: &Fields<'_>,
    mut express: impl FnMut(&Value<'_>, &str) -> Option<RestrictedExpression>,
) -> HashMap<String, RestrictedExpression> {
    let pairs = fields
        .iter()
        .filter_map(|field| Some((field.name.to_string(), express(&field.value, &field.name)?)));
    pairs.collect()
}

fn record(pairs: HashMap<String, RestrictedExpression>) -> RestrictedExpression {
    RestrictedExpression::new_record(pairs).unwrap()
}

/// A value without a schema.
fn express(value: &Value<'_>, substitute: Substitute) -> Option<RestrictedExpression> {
    let substitute = || Some(substitute?.parse().unwrap());
    match value {
        Value::Null => None,
        Value::Float(number) if *number == 1.0 => Some(RestrictedExpression::new_decimal("1.0")),
        Value::Float(number) if *number == 1.25 => Some(RestrictedExpression::new_decimal("1.25")),
        Value::List(items) if items.contains(&Value::Null) => substitute(),
        Value::List(items) => {
            let items = items.iter().map(|item| express(item, None).unwrap());
            Some(RestrictedExpression::new_set(items.collect::<Vec<_>>()))
        }
        Value::Map(fields) => {
            let mut pairs = attributes(fields, |value, _| express(value, None));
            if fields.get("y").is_some_and(|y| *y != Value::Null) {
                pairs.extend(substitute().map(|y| ("y".to_owned(), y)));
            }
            Some(record(pairs))
        }
        Value::Float(_) | Value::UInt(_) => substitute(),
        plain => Some(plain.to_string().parse().unwrap()),
    }
}

/// A value under the schema, if it is handed over, and whether it fits.
fn declared(value: &Value<'_>, domain: &str, name: &str) -> (Option<RestrictedExpression>, bool) {
    let expression = match (domain, name, value) {
        (_, "extra" | "id", _) | (_, _, Value::Null) => return (None, true),
        ("action" | "snapshot", "n", Value::Int(_))
        | ("actor", "level", Value::Int(_))
        | ("snapshot", "b", Value::Bool(_))
        | ("action", "s", Value::Text(_))
        | ("actor", "role", Value::Text(_))
        | ("action", "f", Value::Float(_)) => express(value, None),
        ("action", "f", Value::Int(number)) => {
            let decimal = RestrictedExpression::new_decimal(format!("{number}.0"));
            let in_range = Context::from_pairs([("it".to_owned(), decimal.clone())]).is_ok();
            in_range.then_some(decimal)
        }
        ("action", "list", Value::List(items))
            if items.iter().all(|item| matches!(item, Value::Int(_))) =>
        {
            express(value, None)
        }
        ("action", "map", Value::Map(_)) => Some("{x: 1}".parse().unwrap()),
        ("actor", "boss", Value::Text(id)) => {
            Some(format!("Actor::{:?}", id.as_str()).parse().unwrap())
        }
        _ => None,
    };
    let fits = expression.is_some();
    (expression, fits)
}

/// Whether a value of the request has no form in Cedar.
pub(super) fn inexpressible(asked: &Asked) -> bool {
    let odd = |value: &Value<'_>| match value {
        Value::UInt(_) => true,
        Value::Float(number) => *number != 1.0 && *number != 1.25,
        Value::List(items) => items.contains(&Value::Null),
        Value::Map(fields) => matches!(fields.get("y"), Some(Value::UInt(_))),
        _ => false,
    };
    let parts = [asked.action.fields(), asked.actor.fields(), &asked.snapshot];
    parts.into_iter().flatten().any(|field| odd(&field.value))
}
