//! `actor.id`, by which scopes and rollouts know who acts: it must be declared, as a string.

use super::names::{Names, a_type};
use crate::policy::model::{Domain, FieldRef, FieldType, ScalarType};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::yaml::Node;

/// Whether it is declared as it has to be; else that is reported. `need` is what it is needed for, such as `a rollout
/// divides by`.
pub(super) fn is_declared(
    node: &Node,
    names: Option<&Names<'_>>,
    need: &str,
    hint: &str,
    log: &mut Log,
) -> bool {
    let Some(names) = names else {
        return true;
    };
    let declared = names
        .fields(Domain::Actor)
        .and_then(|fields| fields.get(FieldRef::ACTOR_ID))
        .map(|(_, declaration)| &declaration.kind);
    let (kind, found) = match declared {
        Some(FieldType::Scalar(ScalarType::String)) => return true,
        Some(kind) => (
            ProblemKind::TypeMismatch,
            format!("declares it as {}", a_type(kind)),
        ),
        None => (ProblemKind::UnknownField, "does not declare it".to_owned()),
    };
    let message = format!("{need} `actor.id`, and the schema {found}; expected a string field");
    log.report(kind, node.place, message, Some(hint.to_owned()));
    false
}
