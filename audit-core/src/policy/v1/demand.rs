//! Holding the rules against the governance file.

use std::collections::HashSet;

use super::draft::{Policy, Rule, Scope};
use super::governance::Demands;
use crate::policy::model::{Constraint, GovernanceRule, Selection};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::counted;
use crate::policy::yaml::Failure;

/// How many pairs of a demand and a rule are looked at; beyond, the set is refused instead of checked for minutes.
const MAX_PAIRS: usize = 50_000_000;

/// Reports every demand that the rules do not meet, in the order of the governance file. The message is the demand's
/// own; the hint says what was found.
pub(super) fn check(policy: &Policy, demands: &Demands, log: &mut Log) {
    let rules = &demands.governance.rules;
    let pairs = policy.rules.len().saturating_mul(rules.len());
    if pairs > MAX_PAIRS {
        let message = format!(
            "{pairs} pairs of a governance rule and a rule, at most {MAX_PAIRS} are checked"
        );
        log.report_failure(Failure {
            kind: ProblemKind::TooLarge,
            place: None,
            message,
            hint: None,
        });
        return;
    }
    for (demand, place) in rules.iter().zip(&demands.places) {
        if !applies(policy, demand) {
            continue;
        }
        let selected: Vec<&Rule> = policy
            .rules
            .iter()
            .filter(|rule| selects(&demand.select, rule))
            .collect();
        if let Some(found) = violation(&demand.must, &selected) {
            log.set_rule(Some(demand.id.clone()));
            log.report(
                ProblemKind::Governance,
                *place,
                demand.error.to_string(),
                Some(found),
            );
        }
    }
}

/// Whether some rule is scoped to one of the actions the demand is about. It does not narrow what is selected.
fn applies(policy: &Policy, demand: &GovernanceRule) -> bool {
    let Some(actions) = &demand.applies_to else {
        return true;
    };
    let actions: HashSet<_> = actions.iter().collect();
    policy
        .rules
        .iter()
        .any(|rule| matches!(&rule.scope.value, Scope::Action(action) if actions.contains(action)))
}

fn selects(select: &Selection, rule: &Rule) -> bool {
    let id = select.id.as_ref().is_none_or(|id| *id == rule.id);
    let effect = select
        .effect
        .as_ref()
        .is_none_or(|effect| **effect == *rule.effect.as_str());
    id && effect && selects_scope(select, &rule.scope.value) && selects_subject(select, rule)
}

fn selects_scope(select: &Selection, scope: &Scope) -> bool {
    let global = select.global.is_none_or(|wanted| match scope {
        Scope::Global(global) => *global == wanted,
        Scope::Action(_) | Scope::Actor(_) => !wanted,
    });
    let action = select
        .action
        .as_ref()
        .is_none_or(|wanted| matches!(scope, Scope::Action(action) if action == wanted));
    global && action
}

/// Whether one comparison has the left side that is looked for.
fn selects_subject(select: &Selection, rule: &Rule) -> bool {
    if select.domain.is_none() && select.field.is_none() {
        return true;
    }
    rule.when.atoms.iter().any(|atom| {
        let domain = select
            .domain
            .as_ref()
            .is_none_or(|domain| *domain == atom.subject.domain.value);
        let field = select
            .field
            .as_ref()
            .is_none_or(|field| *field == atom.subject.field.value);
        domain && field
    })
}

/// What was found where it violates the constraint.
fn violation(must: &Constraint, selected: &[&Rule]) -> Option<String> {
    let count = selected.len() as u64;
    let met = match must {
        Constraint::Exists(wanted) => *wanted != selected.is_empty(),
        Constraint::MinCount(least) => count >= *least,
        Constraint::MaxCount(limit) => count <= *limit,
        Constraint::Forbid(forbidden) => !forbidden || selected.is_empty(),
        Constraint::AllowedFields(allowed) => {
            let allowed: HashSet<&str> = allowed.iter().map(|field| &**field).collect();
            return selected.iter().find_map(|rule| disallowed(rule, &allowed));
        }
    };
    let wanted = match must {
        Constraint::Exists(true) => "at least 1".to_owned(),
        Constraint::MinCount(least) => format!("at least {least}"),
        Constraint::MaxCount(limit) => format!("at most {limit}"),
        _ => "none".to_owned(),
    };
    (!met).then(|| {
        format!(
            "it selects {}, expected {wanted}{}",
            counted(selected.len(), "rule"),
            first_place(selected)
        )
    })
}

fn first_place(selected: &[&Rule]) -> String {
    selected.first().map_or_else(String::new, |rule| {
        format!("; the first is `{}` on line {}", rule.id, rule.place.line)
    })
}

fn disallowed(rule: &Rule, allowed: &HashSet<&str>) -> Option<String> {
    let mut subjects = rule.when.atoms.iter().map(|atom| &atom.subject);
    let subject = subjects.find(|subject| {
        let name = format!("{}.{}", subject.domain.value, subject.field.value);
        !allowed.contains(&*name)
    })?;
    let (domain, field) = (&subject.domain, &subject.field);
    Some(format!(
        "rule `{}` compares `{}.{}` on line {}",
        rule.id, domain.value, field.value, field.place.line
    ))
}
