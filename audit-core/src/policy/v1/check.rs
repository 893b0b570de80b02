//! Holding drafts against the schema: what passes can be compiled without another question.

use std::sync::Arc;

use super::compare::check_atom;
use super::draft::{self, Join, Scope, When, Word};
use super::names::{InScope, Names};
use crate::policy::model::{self, Condition, Notes, RuleScope, Schema};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::{counted, did_you_mean, listed, quoted};

/// Checks every rule; in each comparison the first mistake hides those that follow from it.
pub(super) fn check(policy: draft::Policy, schema: &Schema, log: &mut Log) -> Vec<model::Rule> {
    let names = Names::new(schema);
    let rules = policy.rules.into_iter().filter_map(|rule| {
        log.set_rule(Some(Arc::clone(&rule.id)));
        check_rule(rule, &names, log)
    });
    rules.collect()
}

fn check_rule(rule: draft::Rule, names: &Names<'_>, log: &mut Log) -> Option<model::Rule> {
    // A rule for an unknown action has no fields to check its condition against.
    let scope = check_scope(rule.scope, names, log)?;
    let fields = match &scope {
        RuleScope::Action(action) => names.actions.get(&**action),
        RuleScope::Global | RuleScope::Actor(_) | RuleScope::Named { .. } => None,
    };
    let condition = check_condition(
        rule.when,
        &InScope {
            names,
            action: fields,
        },
        log,
    )?;
    Some(model::Rule {
        id: rule.id,
        scope,
        condition,
        effect: rule.effect,
        notes: Notes::default(),
        line: rule.place.line,
    })
}

fn check_scope(scope: Word<Scope>, names: &Names<'_>, log: &mut Log) -> Option<RuleScope> {
    match scope.value {
        Scope::Action(action) if names.actions.contains_key(&*action) => {
            Some(RuleScope::Action(action))
        }
        Scope::Action(action) => {
            let declared = || names.schema.actions.iter().map(|(name, _)| &**name);
            let message = format!(
                "unknown action {}, the schema declares {}",
                quoted(&action),
                listed(declared())
            );
            log.report(
                ProblemKind::UnknownAction,
                scope.place,
                message,
                did_you_mean(&action, declared()),
            );
            None
        }
        Scope::Actor(actor) => Some(RuleScope::Actor(actor)),
        Scope::Global(true) => Some(RuleScope::Global),
        Scope::Global(false) => {
            let message = "found `global: false` as the whole scope, expected `global: true` or `action: <name>`";
            log.report(
                ProblemKind::InvalidScope,
                scope.place,
                message.to_owned(),
                None,
            );
            None
        }
    }
}

fn check_condition(when: When, scope: &InScope<'_>, log: &mut Log) -> Option<Condition> {
    let written = when.atoms.len();
    let too_few = when.join != Join::Single && written < 2;
    if too_few {
        let join = if when.join == Join::All { "all" } else { "any" };
        let message = format!(
            "`{join}` holds {}, expected at least 2",
            counted(written, "condition")
        );
        let hint =
            (written == 1).then(|| "write the single comparison directly under `when`".to_owned());
        log.report(
            ProblemKind::InvalidLogicalCondition,
            when.place,
            message,
            hint,
        );
    }
    let atoms: Vec<Condition> = when
        .atoms
        .into_iter()
        .filter_map(|atom| check_atom(atom, scope, log))
        .map(Condition::Compare)
        .collect();
    if too_few || atoms.len() < written {
        return None;
    }
    Some(if when.join == Join::Any {
        Condition::Any(atoms)
    } else {
        Condition::All(atoms)
    })
}
