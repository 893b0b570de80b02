//! [`Declared`]: what a Cedar schema says about requests.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use cedar_policy::{
    EntityId, EntityTypeName, EntityUid, Schema, SchemaFragment, SchemaWarning,
    schema_str_to_json_with_resolved_types,
};
use miette::Diagnostic;
use serde_json::{Map, Value as Json};

use crate::word::nearest;

use super::diagnose::diagnosed;
use super::problem::{CedarProblem, CedarProblemKind};
use super::shape::{Attributes, Shape, Shapes, qualified};
use super::source::Source;
use super::types::Types;

/// What a Cedar schema says about requests.
pub(super) struct Declared {
    pub(super) schema: Schema,
    /// The schema with resolved names, for the digest.
    pub(super) json: Json,
    /// Every action that can be asked for, by its identifier.
    actions: BTreeMap<Arc<str>, DeclaredAction>,
    names: Vec<Arc<str>>,
    /// Every part of a snapshot that some action's context declares.
    pub(super) snapshot: Vec<Arc<str>>,
}

/// What a schema says about requests for one action.
pub(super) struct DeclaredAction {
    /// What requests look like, or why none can.
    pub(super) form: Result<RequestForm, String>,
    /// The fields of the action that the context declares.
    pub(super) fields: Vec<Arc<str>>,
}

/// What requests for one action look like.
pub(super) struct RequestForm {
    pub(super) action: EntityUid,
    pub(super) actor: EntityTypeName,
    /// The attributes of the actor's entity.
    pub(super) attributes: Arc<Shape>,
    pub(super) resource: EntityTypeName,
    pub(super) context: Arc<Shape>,
}

impl Declared {
    /// Reads a schema in either of Cedar's two forms. What Cedar warns of goes to `problems`.
    pub(super) fn read(
        source: &Source,
        types: &Types,
        problems: &mut Vec<CedarProblem>,
    ) -> Option<Self> {
        match parse(source, problems) {
            Ok((schema, Json::Object(json))) => {
                let declared = Self::new(schema, json, types);
                problems.extend(declared.unaskable(source));
                Some(declared)
            }
            Ok(_) => None,
            Err(found) => {
                problems.extend(found);
                None
            }
        }
    }

    fn new(schema: Schema, json: Map<String, Json>, types: &Types) -> Self {
        let action_type = types
            .action
            .or_only(schema.actions().map(EntityUid::type_name));
        let mut shapes = Shapes::new(&json);
        let entities = attributes_of_entities(&json, &mut shapes);
        let mut actions = BTreeMap::new();
        let (mut snapshot, mut names) = (BTreeSet::new(), Vec::new());
        for (namespace, declared) in &json {
            if qualified(namespace, "Action") != action_type.to_string() {
                continue;
            }
            let written = declared.get("actions").and_then(Json::as_object);
            for (name, written) in written.into_iter().flatten() {
                let id = EntityId::new(name);
                let uid = EntityUid::from_type_name_and_id(action_type.clone(), id);
                let actors: Vec<_> = schema
                    .principals_for_action(&uid)
                    .into_iter()
                    .flatten()
                    .collect();
                let resources: Vec<_> = schema
                    .resources_for_action(&uid)
                    .into_iter()
                    .flatten()
                    .collect();
                // A group of actions applies to nothing, and nobody can ask for it.
                if actors.is_empty() || resources.is_empty() {
                    continue;
                }
                let applies = written.get("appliesTo");
                let context = shapes.shape(applies.and_then(|applies| applies.get("context")));
                let part = |part: &str| names_of(&context, part);
                snapshot.extend(part("snapshot"));
                let form = RequestForm::new(uid, types, (&actors, &resources), &entities, &context);
                let action = DeclaredAction {
                    form,
                    fields: part("action"),
                };
                names.push(Arc::from(name.as_str()));
                actions.insert(Arc::from(name.as_str()), action);
            }
        }
        Self {
            schema,
            json: Json::Object(json),
            actions,
            names,
            snapshot: snapshot.into_iter().collect(),
        }
    }

    /// Warnings about actions for which no request can be made.
    fn unaskable(&self, source: &Source) -> impl Iterator<Item = CedarProblem> {
        let why = self
            .actions
            .values()
            .filter_map(|action| action.form.as_ref().err());
        why.map(|why| CedarProblem::new(CedarProblemKind::Suspicious, &source.name, why.as_str()))
    }

    /// What is said about an action.
    pub(super) fn action(&self, name: &str) -> Option<&DeclaredAction> {
        self.actions.get(name)
    }

    /// What requests for an action look like, or why none can.
    pub(super) fn form(&self, name: Option<&str>) -> Result<&RequestForm, String> {
        let Some(name) = name else {
            return Err("the action has no type, and the schema knows none without".to_owned());
        };
        if let Some(action) = self.action(name) {
            return action.form.as_ref().map_err(Clone::clone);
        }
        let hint = nearest(name, self.names.iter().map(|name| &**name));
        let hint = hint.map_or(String::new(), |name| format!(": did you mean `{name}`?"));
        Err(format!("action `{name}` is not in the schema{hint}"))
    }

    /// Every action that can be asked for, by name.
    pub(super) fn names(&self) -> &[Arc<str>] {
        &self.names
    }
}

impl RequestForm {
    fn new(
        action: EntityUid,
        types: &Types,
        (actors, resources): (&[&EntityTypeName], &[&EntityTypeName]),
        entities: &HashMap<EntityTypeName, Arc<Shape>>,
        context: &Arc<Shape>,
    ) -> Result<Self, String> {
        let name = action.id().unescaped();
        for (part, attribute) in context.attributes().into_iter().flatten() {
            let known = match &**part {
                "action" | "snapshot" => attribute.shape.attributes().is_some(),
                "tenant" => true,
                _ => !attribute.required,
            };
            if !known {
                return Err(format!(
                    "the context of action `{name}` declares `{part}` so that no request fits: a context holds the \
                     records `action` and `snapshot`, and `tenant`"
                ));
            }
        }
        let actor = types.actor.accepted("actor", name, actors)?;
        let resource = types.resource.accepted("resource", name, resources)?;
        let attributes = entities.get(&actor).map(Arc::clone);
        let attributes = attributes.unwrap_or_else(|| Arc::new(Shape::Record(Attributes::new())));
        Ok(Self {
            attributes,
            actor,
            resource,
            context: Arc::clone(context),
            action,
        })
    }
}

/// The schema, and its JSON form with resolved names.
fn parse(
    source: &Source,
    problems: &mut Vec<CedarProblem>,
) -> Result<(Schema, Json), Vec<CedarProblem>> {
    let refused = |error: &dyn Diagnostic| diagnosed(CedarProblemKind::Schema, source, error);
    let mut warn = |warning: SchemaWarning| {
        problems.extend(diagnosed(CedarProblemKind::Suspicious, source, &warning));
    };
    // No schema in Cedar's own form begins with a brace.
    let in_cedar = if source.text.trim_start().starts_with('{') {
        let fragment = SchemaFragment::from_json_str(&source.text);
        let fragment = fragment.map_err(|error| refused(&error))?;
        fragment.to_cedarschema().map_err(|error| refused(&error))?
    } else {
        let parsed = SchemaFragment::from_cedarschema_str(&source.text);
        let (_, warnings) = parsed.map_err(|error| refused(&error))?;
        warnings.for_each(&mut warn);
        source.text.as_ref().to_owned()
    };
    let (json, _) =
        schema_str_to_json_with_resolved_types(&in_cedar).map_err(|error| refused(&error))?;
    let (schema, _) = Schema::from_cedarschema_str(&in_cedar).map_err(|error| refused(&error))?;
    Ok((schema, json))
}

/// The attributes of every entity type.
fn attributes_of_entities<'s>(
    json: &'s Map<String, Json>,
    shapes: &mut Shapes<'s>,
) -> HashMap<EntityTypeName, Arc<Shape>> {
    let mut entities = HashMap::new();
    for (namespace, declared) in json {
        let written = declared.get("entityTypes").and_then(Json::as_object);
        for (name, written) in written.into_iter().flatten() {
            if let Ok(name) = qualified(namespace, name).parse() {
                entities.insert(name, shapes.shape(written.get("shape")));
            }
        }
    }
    entities
}

/// The names of what one part of a context declares.
fn names_of(context: &Shape, part: &str) -> Vec<Arc<str>> {
    let part = context.attributes().and_then(|parts| parts.get(part));
    let declared = part.and_then(|part| part.shape.attributes());
    declared
        .into_iter()
        .flat_map(Attributes::keys)
        .map(Arc::clone)
        .collect()
}
