//! A request as Cedar asks it.

use std::borrow::Cow;

use cedar_policy::{
    Context, Entities, EntityId, EntityTypeName, EntityUid, Request as CedarRequest,
    RequestValidationError,
};

use crate::request::{Actor, Request};
use crate::value::{Fields, Text, Value};

use super::actor::entity_of_actor;
use super::express::{Path, Wanted, express, express_fields, kind, record};
use super::known::{Known, refer, references};
use super::reads::Reads;
use super::schema::{Declared, RequestForm};
use super::shape::{Attribute, Attributes, Shape};
use super::types::Types;

/// The identifier of an actor, an action or a resource that nobody names.
const NOBODY: &str = "";

/// What a request is made of beside the request itself.
pub(super) struct World<'w> {
    pub(super) types: &'w Types,
    pub(super) declared: Option<&'w Declared>,
    pub(super) reads: &'w Reads,
    pub(super) known: &'w Known,
}

/// A request as Cedar asks it.
pub(super) struct Asked<'w> {
    pub(super) request: CedarRequest,
    pub(super) entities: Cow<'w, Entities>,
}

impl<'w> World<'w> {
    /// Puts a request into Cedar's words, or says why it has none.
    pub(super) fn ask(&self, request: &Request<'_>) -> Result<Asked<'w>, String> {
        let kind = request.action.kind();
        let form = self
            .declared
            .map(|declared| declared.form(kind))
            .transpose()?;
        let schema = self.declared.map(|declared| &declared.schema);
        let (actor_type, resource_type) = match form {
            Some(form) => (&form.actor, &form.resource),
            None => (&self.types.actor.name, &self.types.resource.name),
        };
        let actor = entity(actor_type, actor_id(request.actor)?);
        let action = match form {
            Some(form) => form.action.clone(),
            None => entity(&self.types.action.name, kind.unwrap_or(NOBODY)),
        };
        let resource = entity(resource_type, request.action.resource().unwrap_or(NOBODY));
        let declared = form.and_then(|form| form.attributes.attributes());
        let known = self.known.get(&actor);
        let changed = entity_of_actor(&actor, known, request.actor, declared, self.reads)?;
        let context = self.context(request, form)?;
        let mut from = vec![actor.clone(), resource.clone()];
        // Only a schema makes a text an entity.
        if form.is_some() {
            from.extend(changed.iter().flat_map(references));
            for part in ["action", "snapshot", "tenant"] {
                if let Some(value) = context.get(part) {
                    refer(&value, &mut from);
                }
            }
        }
        let misfit = || {
            format!(
                "the actor does not fit the schema of `{}`",
                actor.type_name()
            )
        };
        let entities = self.known.about(changed, from, schema).ok_or_else(misfit)?;
        let unfit = |error| unfit(&error, kind.unwrap_or(NOBODY));
        let request = CedarRequest::new(actor, action, resource, context, schema).map_err(unfit)?;
        Ok(Asked { request, entities })
    }

    fn context(
        &self,
        request: &Request<'_>,
        form: Option<&RequestForm>,
    ) -> Result<Context, String> {
        let mut parts = Vec::with_capacity(3);
        let declared = form.map(|form| &*form.context);
        let mut add = |name: &'static str, fields: &Fields<'_>| {
            let path = Path::new(name);
            let wanted = match declared {
                Some(context) => part(context, name)
                    .filter(|part| part.required || says_some(fields, part))
                    .map(|part| Wanted::Declared(&part.shape)),
                None if self.reads.context.whole => Some(Wanted::Everything),
                None => self.reads.context.below(name).map(Wanted::Read),
            };
            let Some(wanted) = wanted else { return Ok(()) };
            let fields = record(express_fields(fields, wanted, &path)?, &path)?;
            parts.push((name.to_owned(), fields));
            Ok::<_, String>(())
        };
        add("action", request.action.fields())?;
        add("snapshot", request.snapshot)?;
        if let Some(tenant) = request.tenant {
            let wanted = match declared {
                Some(context) => part(context, "tenant").map(|part| Wanted::Declared(&part.shape)),
                None => Some(Wanted::Everything),
            };
            let tenant = Value::from(Text::from(tenant));
            if let Some(wanted) = wanted
                && let Some(tenant) = express(&tenant, wanted, &Path::new("tenant"))?
            {
                parts.push(("tenant".to_owned(), tenant));
            }
        }
        Context::from_pairs(parts).map_err(|_| "the context can't be one of Cedar".to_owned())
    }
}

/// What a schema declares of one part of a context.
fn part<'s>(context: &'s Shape, name: &str) -> Option<&'s Attribute> {
    context.attributes()?.get(name)
}

/// Whether one of these fields is declared.
fn says_some(fields: &Fields<'_>, part: &Attribute) -> bool {
    let declared = part
        .shape
        .attributes()
        .into_iter()
        .flat_map(Attributes::keys);
    let mut said = declared.filter_map(|name| fields.get(name));
    said.any(|value| *value != Value::Null)
}

fn entity(of_type: &EntityTypeName, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(of_type.clone(), EntityId::new(id))
}

/// The identifier of who acts. One that is there and no text is nobody's: to take it for nobody would evade every
/// policy about its bearer.
fn actor_id<'a>(actor: &'a Actor<'_>) -> Result<&'a str, String> {
    match actor.fields().get("id") {
        None | Some(Value::Null) => Ok(NOBODY),
        Some(Value::Text(id)) => Ok(id),
        Some(other) => Err(format!("`actor.id` is {}, expected a string", kind(other))),
    }
}

/// Why a request does not fit the schema, without Cedar's own words, which show values.
fn unfit(error: &RequestValidationError, action: &str) -> String {
    let what = match error {
        RequestValidationError::InvalidEnumEntity(_) => {
            "actor or resource is none of those that the schema lists"
        }
        RequestValidationError::InvalidContext(_) | RequestValidationError::TypeOfContext(_) => {
            "fields of action, snapshot or tenant are not as declared"
        }
        _ => "the schema does not know such a request",
    };
    format!("the request does not fit the schema of action `{action}`: {what}")
}
