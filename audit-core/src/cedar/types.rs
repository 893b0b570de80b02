//! [`Types`]: of which entity types actors, actions and resources are.

use std::sync::Arc;

use cedar_policy::EntityTypeName;

use super::problem::{CedarProblem, CedarProblemKind};

/// Of which entity types actors, actions and resources are.
#[derive(Clone, Debug)]
pub(super) struct Types {
    pub(super) actor: Type,
    pub(super) action: Type,
    pub(super) resource: Type,
}

/// An entity type, and whether somebody named it.
#[derive(Clone, Debug)]
pub(super) struct Type {
    pub(super) name: EntityTypeName,
    named: bool,
}

/// The names that were set, as they were written.
#[derive(Clone, Debug, Default)]
pub(super) struct TypeNames {
    pub(super) actor: Option<String>,
    pub(super) action: Option<String>,
    pub(super) resource: Option<String>,
}

impl Types {
    /// Reads the names. In place of one that is refused stands its default, so that reading can go on.
    pub(super) fn read(names: &TypeNames, problems: &mut Vec<CedarProblem>) -> Option<Self> {
        let mut read = |setter: &str, name: &Option<String>, default: &str| {
            let expected_action = default == "Action";
            let fits = |name: &EntityTypeName| (name.basename() == "Action") == expected_action;
            let written = name.as_deref().unwrap_or(default);
            let parsed = written.parse().ok().filter(fits);
            if parsed.is_none() {
                let expected = if expected_action {
                    "`Action`, or one in a namespace such as `Bank::Action`"
                } else {
                    "a name such as `User` or `Bank::User`"
                };
                let message = format!("`{written}` is no type for this, expected {expected}");
                let kind = CedarProblemKind::EntityType;
                problems.push(CedarProblem::new(kind, &Arc::from(setter), message));
            }
            Some(Type {
                name: parsed.or_else(|| default.parse().ok())?,
                named: name.is_some(),
            })
        };
        let actor = read("actor_type", &names.actor, "Actor");
        let action = read("action_type", &names.action, "Action");
        let resource = read("resource_type", &names.resource, "Resource");
        Some(Self {
            actor: actor?,
            action: action?,
            resource: resource?,
        })
    }
}

impl Type {
    /// This type, or in place of a default the only one that a schema accepts.
    pub(super) fn or_only<'t>(
        &self,
        mut accepted: impl Iterator<Item = &'t EntityTypeName>,
    ) -> EntityTypeName {
        let only = accepted
            .next()
            .filter(|first| accepted.all(|other| other == *first));
        match only {
            Some(only) if !self.named => only.clone(),
            _ => self.name.clone(),
        }
    }

    /// The same where the schema must accept it, else what to do about it.
    pub(super) fn accepted(
        &self,
        role: &str,
        action: &str,
        accepted: &[&EntityTypeName],
    ) -> Result<EntityTypeName, String> {
        let name = self.or_only(accepted.iter().copied());
        if accepted.contains(&&name) {
            return Ok(name);
        }
        let mut accepted: Vec<String> = accepted.iter().map(ToString::to_string).collect();
        accepted.sort_unstable();
        accepted.dedup();
        let accepted = accepted.join("`, `");
        Err(format!(
            "action `{action}` takes no {role} of type `{name}`, expected one of `{accepted}`: name it with \
             `{role}_type`"
        ))
    }
}
