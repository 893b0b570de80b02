//! `audit-core`.

use std::fmt::Write;

use audit_core::{Action, Actor, BoxError, Policy, PolicyError, Runtime, Scope, Snapshot};

use crate::question::{Atom, Field, Literal, Operand, Operator, Question, Rule};

/// Declares the seven fields of a [`Question`].
pub const SCHEMA: &str = "version: 1
actions:
  refund: {fields: {amount: number, currency: string, risk: number}}
actor: {fields: {id: string, role: string}}
snapshot: {fields: {limit: number, region: string}}
";

/// The same in language 2.
pub const SCHEMA_2: &str = "language: audit/2
actions:
  refund: {fields: {amount: number, currency: string, risk: number}}
actor: {fields: {id: string, role: string}}
snapshot: {fields: {limit: number, region: string}}
";

const HEAD_2: &str = "language: audit/2\ndefault: allow\nversion: 1\n";

/// Rules as a policy file of language 2: the file of version 1 under another head.
pub fn text_2(rules: &[Rule]) -> String {
    text_of(rules, HEAD_2, atom)
}

/// The same set in the short forms that language 2 has and its users write: a field in one word, a literal as it is.
pub fn text_2_short(rules: &[Rule]) -> String {
    text_of(rules, HEAD_2, short_atom)
}

/// Rules of language 2, compiled.
///
/// # Errors
/// The rules are no policy.
pub fn policy_2(rules: &[Rule]) -> Result<Policy, PolicyError> {
    Policy::from_strings(SCHEMA_2, &text_2(rules), None)
}

/// Rules as a policy file.
pub fn text(rules: &[Rule]) -> String {
    text_of(rules, "version: 1\n", atom)
}

fn text_of(rules: &[Rule], head: &str, atom: fn(&Atom) -> String) -> String {
    let mut text = format!("{head}rules:\n");
    for (number, rule) in rules.iter().enumerate() {
        let atoms: Vec<_> = rule.iter().map(atom).collect();
        let when = match atoms.as_slice() {
            [single] => single.clone(),
            several => format!("{{all: [{}]}}", several.join(", ")),
        };
        // Writing into a string can't fail.
        let _ = writeln!(
            text,
            "  - id: rule_{number}\n    scope: {{action: refund}}\n    when: {when}\n    effect: block"
        );
    }
    text
}

fn short_atom(atom: &Atom) -> String {
    let path = |field: Field| format!("{}.{}", field.domain(), field.name());
    let right = match &atom.operand {
        Operand::Literal(Literal::Number(number)) => number.to_string(),
        Operand::Literal(Literal::Text(text)) => text.clone(),
        Operand::Field(field) => format!("{{subject: {}}}", path(*field)),
    };
    let (left, operator) = (path(atom.field), word(atom.operator));
    format!("{{subject: {left}, operator: {operator}, value: {right}}}")
}

const fn word(operator: Operator) -> &'static str {
    match operator {
        Operator::Equals => "equals",
        Operator::Differs => "not_equals",
        Operator::Above => "greater_than",
        Operator::Below => "less_than",
    }
}

fn atom(atom: &Atom) -> String {
    let subject = |field: Field| {
        format!(
            "subject: {{domain: {}, field: {}}}",
            field.domain(),
            field.name()
        )
    };
    let operator = word(atom.operator);
    let right = match &atom.operand {
        Operand::Literal(Literal::Number(number)) => format!("literal: {number}"),
        Operand::Literal(Literal::Text(text)) => format!("literal: {text}"),
        Operand::Field(field) => subject(*field),
    };
    format!(
        "{{{}, operator: {operator}, value: {{{right}}}}}",
        subject(atom.field)
    )
}

/// Rules, compiled.
///
/// # Errors
/// The rules are no policy.
pub fn policy(rules: &[Rule]) -> Result<Policy, PolicyError> {
    Policy::from_strings(SCHEMA, &text(rules), None)
}

/// The action of a question, borrowing its texts.
#[inline]
pub fn action(question: &Question) -> Action<'_> {
    Action::new("refund")
        .with("amount", question.amount)
        .with("currency", question.currency)
        .with("risk", question.risk)
}

/// The actor of a question.
pub fn actor(question: &Question) -> Actor<'static> {
    Actor::new(question.id).with("role", question.role)
}

/// The snapshot of a question.
#[inline]
pub fn snapshot(question: &Question) -> Snapshot<'static> {
    Snapshot::new()
        .with("limit", question.limit)
        .with("region", question.region)
}

/// A runtime with a synchronous snapshot resolver and one empty observer.
///
/// # Errors
/// The rules are no policy.
pub fn runtime(rules: &[Rule], question: &Question) -> Result<Runtime, BoxError> {
    let question = *question;
    let builder = Runtime::builder()
        .policy(policy(rules)?)
        .snapshot_resolver(move |_| Ok(snapshot(&question)))
        .observer("empty", |event| {
            std::hint::black_box(event);
        });
    Ok(builder.build()?)
}

/// The scope in which the actor of a question acts.
pub fn scope(question: &Question) -> Scope {
    Scope::new().actor(actor(question))
}
