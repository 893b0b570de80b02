//! The long way through the rules: every candidate with every comparison, for a person to read.

use crate::evaluator::{Comparison, ConditionTrace, RuleOutcome, RuleTrace, Truth};
use crate::request::Request;
use crate::value::{Fields, Text, Value};

use super::model::{
    Atom, Condition, Domain, FieldRef, Literal, Operand, Operator, PolicySet, Rule, RuleScope,
};

/// Every rule that can judge the request, in the order in which they are asked.
pub(super) fn trace(set: &PolicySet, request: &Request<'_>) -> Vec<RuleTrace> {
    let own = set.rules.iter().filter(|rule| match &rule.scope {
        RuleScope::Action(action) => request.action.kind() == Some(action),
        RuleScope::Global | RuleScope::Actor(_) | RuleScope::Named { .. } => false,
    });
    let global = set
        .rules
        .iter()
        .filter(|rule| rule.scope == RuleScope::Global);
    let mut decided = false;
    own.chain(global)
        .map(|rule| {
            let condition = trace_condition(&rule.condition, request);
            let outcome = match condition.holds() {
                false => RuleOutcome::NoMatch,
                true if decided => RuleOutcome::AlsoMatches,
                true => RuleOutcome::Decided,
            };
            decided |= outcome == RuleOutcome::Decided;
            trace_rule(rule, outcome, condition)
        })
        .collect()
}

fn trace_rule(rule: &Rule, outcome: RuleOutcome, condition: ConditionTrace) -> RuleTrace {
    let scope = match &rule.scope {
        RuleScope::Action(action) => format!("action {action}"),
        RuleScope::Actor(actor) => format!("actor {actor}"),
        RuleScope::Global | RuleScope::Named { .. } => "global".to_owned(),
    };
    let id = Text::from(&rule.id).into_owned();
    RuleTrace {
        line: rule.line,
        ..RuleTrace::new(id, scope, rule.effect, outcome, condition)
    }
}

fn trace_condition(condition: &Condition, request: &Request<'_>) -> ConditionTrace {
    let compared = |atoms: &[Condition]| -> Vec<_> {
        atoms
            .iter()
            .filter_map(Condition::atom)
            .map(|atom| ConditionTrace::Compare(trace_atom(atom, request)))
            .collect()
    };
    match condition {
        Condition::All(atoms) => match compared(atoms).as_mut_slice() {
            [single] => single.clone(),
            several => ConditionTrace::All(several.to_vec()),
        },
        Condition::Any(atoms) => ConditionTrace::Any(compared(atoms)),
        _ => ConditionTrace::All(Vec::new()),
    }
}

fn trace_atom(atom: &Atom, request: &Request<'_>) -> Comparison {
    let left = look_up(request, &atom.subject);
    let (right, other, expected) = match &atom.operand {
        Operand::Literal(literal) => (held_literal(literal), None, Some(literal_value(literal))),
        Operand::Field(field) => (
            look_up(request, field),
            Some(Text::from(field.path())),
            look_up_value(request, field).map(Value::into_owned),
        ),
        _ => (Held::Other, None, None),
    };
    Comparison {
        subject: Text::from(atom.subject.path()),
        found: look_up_value(request, &atom.subject).map(Value::into_owned),
        operator: Text::borrowed(atom.operator.as_str()),
        other,
        expected,
        truth: truth(left, right, compare(atom.operator, left, right)),
        redacted: None,
    }
}

/// Why a comparison holds or not.
fn truth(left: Held<'_>, right: Held<'_>, holds: bool) -> Truth {
    match (left, right) {
        _ if holds => Truth::True,
        (Held::Missing, _) | (_, Held::Missing) => Truth::Missing,
        (Held::Number(_), Held::Number(_))
        | (Held::Text(_), Held::Text(_))
        | (Held::Boolean(_), Held::Boolean(_)) => Truth::False,
        _ => Truth::TypeMismatch,
    }
}

fn literal_value(literal: &Literal) -> Value<'static> {
    match literal {
        Literal::Text(text) => Value::Text(Text::from(text).into_owned()),
        Literal::Number(number) => Value::Float(*number),
        Literal::Boolean(flag) => Value::Bool(*flag),
        _ => Value::Null,
    }
}

const ACTION_TYPE: &str = "type";

/// What one request holds in one slot, ready to be compared.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Held<'v> {
    /// Nothing.
    Missing,
    /// A number, as version 1 compares it.
    Number(f64),
    /// Characters.
    Text(&'v str),
    /// A truth value.
    Boolean(bool),
    /// A value that version 1 can't compare with anything.
    Other,
}

impl<'v> Held<'v> {
    #[inline]
    fn of(value: &'v Value<'_>) -> Self {
        match value {
            Value::Text(text) => Self::Text(text),
            Value::Bool(flag) => Self::Boolean(*flag),
            number => number.as_f64().map_or(Self::Other, Self::Number),
        }
    }
}

/// What a request holds in a field, ready to be compared.
#[inline]
fn look_up<'v>(request: &Request<'v>, field: &FieldRef) -> Held<'v> {
    if is_action_type(field) {
        return request.action.kind().map_or(Held::Missing, Held::Text);
    }
    domain(request, field.domain)
        .get(&field.field)
        .map_or(Held::Missing, Held::of)
}

/// What a request holds in a field, as it was given.
fn look_up_value<'v>(request: &Request<'v>, field: &FieldRef) -> Option<Value<'v>> {
    if is_action_type(field) {
        return request.action.kind().map(Value::from);
    }
    domain(request, field.domain).get(&field.field).cloned()
}

/// A literal as if a request held it.
fn held_literal(literal: &Literal) -> Held<'_> {
    match literal {
        Literal::Text(text) => Held::Text(text),
        Literal::Number(number) => Held::Number(*number),
        Literal::Boolean(flag) => Held::Boolean(*flag),
        _ => Held::Other,
    }
}

/// Rules read the action's type under this name; a data field of that name can't take its place.
#[inline]
fn is_action_type(field: &FieldRef) -> bool {
    field.domain == Domain::Action && &*field.field == ACTION_TYPE
}

#[inline]
fn domain<'v>(request: &Request<'v>, domain: Domain) -> &'v Fields<'v> {
    match domain {
        Domain::Action => request.action.fields(),
        Domain::Actor => request.actor.fields(),
        Domain::Snapshot | Domain::Request => request.snapshot,
    }
}

/// Compares two values the way version 1 does: only within one type, ordering only among numbers.
fn compare(operator: Operator, left: Held<'_>, right: Held<'_>) -> bool {
    let equal = match (left, right) {
        (Held::Number(left), Held::Number(right)) => match operator {
            Operator::GreaterThan => return left > right,
            Operator::LessThan => return left < right,
            _ => left == right,
        },
        (Held::Text(left), Held::Text(right)) => left == right,
        (Held::Boolean(left), Held::Boolean(right)) => left == right,
        _ => return false,
    };
    match operator {
        Operator::Equals => equal,
        Operator::NotEquals => !equal,
        _ => false,
    }
}
