//! `cedar-policy`.

use std::collections::{HashMap, HashSet};
use std::fmt::Write;

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid,
    PolicySet, Request, RestrictedExpression,
};

use super::BoxError;
use crate::question::{Field, Literal, Question, Rule, infix, plain};

/// An authorizer with its policies: everything is permitted, and each rule forbids.
#[derive(Debug)]
pub struct Cedar {
    authorizer: Authorizer,
    policies: PolicySet,
    user: EntityTypeName,
    action: EntityUid,
    resource: EntityUid,
}

/// Rules as a Cedar text.
pub fn text(rules: &[Rule]) -> String {
    let mut text = String::from("permit(principal, action, resource);\n");
    for rule in rules {
        let when = infix(rule, " && ", path, constant);
        // Writing into a string can't fail.
        let _ = writeln!(
            text,
            "forbid(principal, action == Action::\"refund\", resource) when {{ {when} }};"
        );
    }
    text
}

fn path(field: Field) -> String {
    match field {
        Field::Id => "principal".to_owned(),
        Field::Role => "principal.role".to_owned(),
        other => format!("context.{}", other.name()),
    }
}

fn constant(field: Field, literal: &Literal) -> String {
    let plain = plain(field, literal);
    if field == Field::Id {
        format!("User::{plain}")
    } else {
        plain
    }
}

impl Cedar {
    /// Parses the rules.
    ///
    /// # Errors
    /// The text is no Cedar.
    pub fn new(rules: &[Rule]) -> Result<Self, BoxError> {
        Self::from_text(&text(rules))
    }

    /// Parses a text made before.
    ///
    /// # Errors
    /// The text is no Cedar.
    pub fn from_text(text: &str) -> Result<Self, BoxError> {
        Ok(Self {
            authorizer: Authorizer::new(),
            policies: text.parse()?,
            user: "User".parse()?,
            action: "Action::\"refund\"".parse()?,
            resource: "Service::\"payments\"".parse()?,
        })
    }

    /// A request with its entities.
    ///
    /// # Errors
    /// Names are given twice.
    pub fn input(&self, question: &Question) -> Result<(Request, Entities), BoxError> {
        let text = |text: &str| RestrictedExpression::new_string(text.to_owned());
        let number = RestrictedExpression::new_long;
        let principal =
            EntityUid::from_type_name_and_id(self.user.clone(), EntityId::new(question.id));
        let role = HashMap::from([("role".to_owned(), text(question.role))]);
        let entities = Entities::from_entities(
            [Entity::new(principal.clone(), role, HashSet::new())?],
            None,
        )?;
        let context = Context::from_pairs([
            ("amount".to_owned(), number(question.amount)),
            ("currency".to_owned(), text(question.currency)),
            ("risk".to_owned(), number(question.risk)),
            ("limit".to_owned(), number(question.limit)),
            ("region".to_owned(), text(question.region)),
        ])?;
        let request = Request::new(
            principal,
            self.action.clone(),
            self.resource.clone(),
            context,
            None,
        )?;
        Ok((request, entities))
    }

    /// Whether a refund is permitted, and no policy failed.
    pub fn permits(&self, (request, entities): &(Request, Entities)) -> bool {
        let response = self
            .authorizer
            .is_authorized(request, &self.policies, entities);
        response.decision() == Decision::Allow && response.diagnostics().errors().next().is_none()
    }
}
