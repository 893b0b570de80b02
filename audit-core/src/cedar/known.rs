//! [`Known`]: the entities that are known beforehand, and the part of them that one request is about.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use cedar_policy::entities_errors::EntitiesError;
use cedar_policy::{Entities, Entity, EntityUid, EvalResult, Schema};
use serde_json::Value as Json;

use super::diagnose::diagnosed;
use super::digest::unordered;
use super::problem::{CedarProblem, CedarProblemKind};
use super::source::Source;

/// The entities that are known beforehand: groups, roles, resources, and the actions of a schema.
///
/// Cedar takes an entity store for each request, and to change one entity of it takes time for every other. So a
/// request is given those alone that it can come to: what policies name, actor and resource, and whatever the
/// attributes of these refer to. No expression of Cedar comes to an entity in another way.
#[derive(Debug)]
pub(super) struct Known {
    all: Entities,
    /// What any request can come to: actions, what policies name, and what these refer to.
    common: Entities,
    /// To which entities the attributes of one refer.
    refers: HashMap<EntityUid, Vec<EntityUid>>,
}

impl Known {
    /// Reads Cedar's JSON form of entities, if there is one. `named` are the entities that policies name.
    pub(super) fn read(
        source: Option<&Source>,
        schema: Option<&Schema>,
        named: impl IntoIterator<Item = EntityUid>,
        problems: &mut Vec<CedarProblem>,
    ) -> Option<Self> {
        let text = source.map_or("[]", |source| &source.text);
        let known = Entities::from_json_str(text, schema).map_err(Box::new);
        match known.and_then(|all| Self::new(all, schema, named)) {
            Ok(known) => Some(known),
            Err(error) => {
                let none = Source::new("entities", "");
                let source = source.unwrap_or(&none);
                problems.extend(diagnosed(CedarProblemKind::Entities, source, &*error));
                None
            }
        }
    }

    fn new(
        all: Entities,
        schema: Option<&Schema>,
        named: impl IntoIterator<Item = EntityUid>,
    ) -> Result<Self, Box<EntitiesError>> {
        let refers = all.iter().map(|entity| (entity.uid(), references(entity)));
        let mut known = Self {
            refers: refers.filter(|(_, others)| !others.is_empty()).collect(),
            common: Entities::empty(),
            all,
        };
        let is_action = |uid: &EntityUid| uid.type_name().basename() == "Action";
        let actions = known.all.iter().map(Entity::uid).filter(is_action);
        let common = known.reachable(named.into_iter().chain(actions.collect::<Vec<_>>()));
        // The schema adds its actions itself.
        let common = common.filter(|entity| schema.is_none() || !is_action(&entity.uid()));
        known.common = Entities::from_entities(common.cloned().collect::<Vec<_>>(), schema)?;
        Ok(known)
    }

    /// What is known about one entity.
    pub(super) fn get(&self, uid: &EntityUid) -> Option<&Entity> {
        self.all.get(uid)
    }

    /// The entities for a request: its actor, if it is not as it is known, and whatever it can come to from these.
    /// `None` where the actor does not fit the schema.
    pub(super) fn about(
        &self,
        actor: Option<Entity>,
        from: impl IntoIterator<Item = EntityUid>,
        schema: Option<&Schema>,
    ) -> Option<Cow<'_, Entities>> {
        let changed = actor.as_ref().map(Entity::uid);
        let is_missing = |entity: &&Entity| {
            let uid = entity.uid();
            Some(&uid) != changed.as_ref() && self.common.get(&uid).is_none()
        };
        let mut others: Vec<Entity> = self.reachable(from).filter(is_missing).cloned().collect();
        others.extend(actor);
        if others.is_empty() {
            return Some(Cow::Borrowed(&self.common));
        }
        let entities = self.common.clone().upsert_entities(others, schema);
        entities.ok().map(Cow::Owned)
    }

    /// Every entity in Cedar's JSON form, in one order.
    pub(super) fn to_json(&self) -> Json {
        let mut entities = self.all.to_json_value().unwrap_or_default();
        for entity in entities.as_array_mut().into_iter().flatten() {
            if let Some(parents) = entity.get_mut("parents") {
                *parents = unordered(parents);
            }
        }
        unordered(&entities)
    }

    /// These entities and all that their attributes refer to, however far, as far as they are known.
    fn reachable(
        &self,
        from: impl IntoIterator<Item = EntityUid>,
    ) -> impl Iterator<Item = &Entity> {
        let mut open: Vec<EntityUid> = from.into_iter().collect();
        let mut seen = HashSet::new();
        while let Some(uid) = open.pop() {
            if !seen.contains(&uid) {
                open.extend(self.refers.get(&uid).into_iter().flatten().cloned());
                seen.insert(uid);
            }
        }
        seen.into_iter().filter_map(|uid| self.all.get(&uid))
    }
}

/// The entities that the attributes and tags of one refer to.
pub(super) fn references(entity: &Entity) -> Vec<EntityUid> {
    let mut found = Vec::new();
    let values = entity.attrs().chain(entity.tags());
    for value in values.filter_map(|(_, value)| value.ok()) {
        refer(&value, &mut found);
    }
    found
}

/// Adds the entities that a value refers to.
pub(super) fn refer(value: &EvalResult, found: &mut Vec<EntityUid>) {
    match value {
        EvalResult::EntityUid(uid) => found.push(uid.clone()),
        EvalResult::Set(members) => members.iter().for_each(|member| refer(member, found)),
        EvalResult::Record(values) => values.iter().for_each(|(_, value)| refer(value, found)),
        _ => {}
    }
}
