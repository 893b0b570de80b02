//! What became of a condition, comparison by comparison.

use crate::evaluator::{Comparison, ConditionTrace};
use crate::policy::model::{Atom, Condition, Language, Operand, PolicySet, Rule, RuleScope};
use crate::policy::truth::{Sight, compare, leaves_open, look};
use crate::request::Request;
use crate::value::{Text, Value};

use super::shown::shown;

/// What became of the condition of a rule. Where it is unknown whether the rule is meant for who acts, that stands in front.
pub(super) fn of_rule(set: &PolicySet, request: &Request<'_>, rule: &Rule) -> ConditionTrace {
    let condition = trace(set, request, &rule.condition);
    match (scope_of_actors(set, request, &rule.scope), condition) {
        (Some(scope), ConditionTrace::Always) if !scope.holds() => scope,
        (Some(scope), condition) if !scope.holds() => ConditionTrace::All(vec![scope, condition]),
        (_, condition) => condition,
    }
}

/// What became of the actors that a scope names, if it names some.
pub(super) fn scope_of_actors(
    set: &PolicySet,
    request: &Request<'_>,
    scope: &RuleScope,
) -> Option<ConditionTrace> {
    let actors = scope.of_actors()?;
    Some(trace(set, request, &actors))
}

/// What became of a condition and its parts.
fn trace(set: &PolicySet, request: &Request<'_>, condition: &Condition) -> ConditionTrace {
    let traced = |parts: &[Condition]| -> Vec<_> {
        let parts = parts.iter();
        parts.map(|part| trace(set, request, part)).collect()
    };
    match condition {
        Condition::All(parts) => match parts.as_slice() {
            // A lone comparison is written without `all`, and shown so.
            [single] => trace(set, request, single),
            // Language 2 wants a part under `all`: the rule says nothing of when it matches.
            [] if set.language == Language::Audit2 => ConditionTrace::Always,
            several => ConditionTrace::All(traced(several)),
        },
        Condition::Any(parts) => ConditionTrace::Any(traced(parts)),
        Condition::Not(part) => ConditionTrace::Not(Box::new(trace(set, request, part))),
        Condition::Compare(atom) => ConditionTrace::Compare(trace_atom(set, request, atom)),
    }
}

fn trace_atom(set: &PolicySet, request: &Request<'_>, atom: &Atom) -> Comparison {
    let left = look(set, request, &atom.subject);
    let field = match &atom.operand {
        Operand::Field(field) => Some(field),
        _ => None,
    };
    let right = field.map(|field| look(set, request, field));
    let truth = compare(&set.settings, atom, &left, right.as_ref());
    let seen = |sight: &Sight<'_>| sight.value().cloned().map(Value::into_owned);
    Comparison {
        subject: Text::from(atom.subject.path()),
        found: seen(&left),
        operator: Text::borrowed(atom.operator.as_str()),
        other: field.map(|field| Text::from(field.path())),
        expected: match &right {
            Some(right) => seen(right),
            None => shown(&atom.operand),
        },
        truth,
        unknown: leaves_open(&set.settings, truth),
        redacted: None,
    }
}
