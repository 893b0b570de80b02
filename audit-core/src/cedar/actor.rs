//! The actor of a request as an entity of Cedar.

use std::collections::{HashMap, HashSet};

use cedar_policy::{Entity, EntityUid, EvalResult, RestrictedExpression};

use crate::request::Actor;

use super::express::{Pairs, Path, Wanted, express};
use super::reads::Reads;
use super::shape::Attributes;

/// Who acts, as far as policies can ask: what is known beforehand, and over it what the request says. Parents, tags and
/// the attributes that the request says nothing about stay; one that it says to be nothing goes. `None` where the
/// request adds nothing to what is known.
pub(super) fn entity_of_actor(
    uid: &EntityUid,
    known: Option<&Entity>,
    stated: &Actor<'_>,
    declared: Option<&Attributes>,
    reads: &Reads,
) -> Result<Option<Entity>, String> {
    let path = Path::new("actor");
    let (mut given, mut absent) = (Pairs::new(), Vec::new());
    for field in stated.fields() {
        let wanted = match declared {
            Some(declared) => {
                let attribute = declared.get(&*field.name);
                attribute.map(|attribute| Wanted::Declared(&attribute.shape))
            }
            None => reads.attribute(&field.name).then_some(Wanted::Everything),
        };
        let Some(wanted) = wanted else { continue };
        match express(&field.value, wanted, &path.below(&field.name))? {
            Some(value) => given.push((field.name.to_string(), value)),
            None => absent.push(&*field.name),
        }
    }
    // A schema has something to say about an actor who says nothing, too.
    if declared.is_none() && given.is_empty() && (absent.is_empty() || known.is_none()) {
        return Ok(None);
    }
    let (mut attributes, parents, tags) = match known {
        None => (HashMap::new(), HashSet::new(), Vec::new()),
        Some(known) => {
            let (_, attributes, parents) = known.clone().into_inner();
            (attributes, parents, tags_of(known)?)
        }
    };
    for name in absent {
        attributes.remove(name);
    }
    attributes.extend(given);
    for (name, attribute) in declared.into_iter().flatten() {
        if attribute.required && !attributes.contains_key(&**name) {
            return Err(format!("`actor.{name}` is missing, the schema requires it"));
        }
    }
    Entity::new_with_tags(uid.clone(), attributes, parents, tags)
        .map(Some)
        .map_err(|_| "the actor can't be an entity of Cedar".to_owned())
}

/// The tags of an entity, to be put on another.
fn tags_of(entity: &Entity) -> Result<Pairs, String> {
    entity
        .tags()
        .map(|(name, value)| {
            let value = value.ok().and_then(|value| expression_of(&value));
            let value = value.ok_or_else(|| format!("tag `{name}` of the actor can't be read"))?;
            Ok((name.to_owned(), value))
        })
        .collect()
}

/// A value as the expression that it is the value of.
fn expression_of(value: &EvalResult) -> Option<RestrictedExpression> {
    Some(match value {
        EvalResult::Bool(flag) => RestrictedExpression::new_bool(*flag),
        EvalResult::Long(number) => RestrictedExpression::new_long(*number),
        EvalResult::String(text) => RestrictedExpression::new_string(text.clone()),
        EvalResult::EntityUid(uid) => RestrictedExpression::new_entity_uid(uid.clone()),
        EvalResult::ExtensionValue(written) => written.parse().ok()?,
        EvalResult::Set(members) => {
            let members: Option<Vec<_>> = members.iter().map(expression_of).collect();
            RestrictedExpression::new_set(members?)
        }
        EvalResult::Record(values) => {
            let values = values.iter();
            let values: Option<Vec<_>> = values
                .map(|(name, value)| Some((name.clone(), expression_of(value)?)))
                .collect();
            RestrictedExpression::new_record(values?).ok()?
        }
    })
}
