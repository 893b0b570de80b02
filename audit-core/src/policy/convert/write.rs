//! The texts of the two files, laid out as a person would write them: a line for a field, a line for a comparison.
//!
//! What version 1 has no word for is not written here either.

use super::page::Page;
use crate::policy::model::{
    Atom, Condition, Declarations, FieldRef, Literal, Operand, PolicySet, Rule, RuleScope, Schema,
};
use crate::policy::yaml::{written_number, written_text};
use crate::redaction::Named;

const SCHEMA_HEAD: &str =
    "# Converted from version 1 of the policy language; its comments were not kept.";
const POLICY_HEAD: [&str; 2] = [
    "# Converted from version 1 of the policy language; its comments were not kept. The four keys above `rules` answer as it",
    "# does: what is absent, or of another type than declared, makes a comparison false. Without them language 2 is stricter.",
];
/// How version 1 answers.
const SETTINGS: [&str; 4] = [
    "combine: first_match",
    "default: allow",
    "on_missing: no_match",
    "on_error: no_match",
];

/// The text of `schema.yaml`.
pub(super) fn schema(schema: &Schema) -> String {
    let mut page = Page::default();
    page.line(SCHEMA_HEAD);
    page.line("language: audit/2");
    page.line(format_args!("version: {}", schema.version));
    let empty = schema.actions.is_empty().then_some("{}");
    page.filled("actions", empty, |page| {
        for (action, declared) in &schema.actions {
            let sensitive = schema.classification.action(Some(action));
            page.named_block(action, |page| fields(declared, sensitive, page));
        }
    });
    page.block("actor:", |page| {
        fields(&schema.actor, schema.classification.actor(), page);
    });
    page.block("snapshot:", |page| {
        fields(&schema.snapshot, schema.classification.snapshot(), page);
    });
    page.into_text()
}

fn fields(declared: &Declarations, sensitive: &Named, page: &mut Page) {
    let empty = declared.is_empty().then_some("{}");
    page.filled("fields", empty, |page| {
        for (name, declared) in declared {
            let kind = declared.kind.as_str();
            match sensitive.get(name) {
                None => page.named(name, kind),
                Some(how) => {
                    page.named(name, format_args!("{{type: {kind}, sensitive: {how}}}"));
                }
            }
        }
    });
}

/// The text of `policy.yaml`.
pub(super) fn policy(set: &PolicySet) -> String {
    let mut page = Page::default();
    page.lines(&POLICY_HEAD);
    page.line("language: audit/2");
    page.line(format_args!("version: {}", set.version));
    page.lines(&SETTINGS);
    let empty = set.rules.is_empty().then_some("[]");
    page.filled("rules", empty, |page| {
        let rules = set.rules.iter();
        rules.for_each(|each| page.item(|page| rule(each, page)));
    });
    page.into_text()
}

fn rule(rule: &Rule, page: &mut Page) {
    page.line(format_args!("id: {}", written_text(&rule.id)));
    match &rule.scope {
        RuleScope::Action(action) => {
            page.line(format_args!("scope: {{action: {}}}", written_text(action)));
        }
        _ => page.line("scope: {global: true}"),
    }
    keyed("when", &rule.condition, page);
    page.line(format_args!("effect: {}", rule.effect));
}

/// A condition under a key: a comparison on the same line.
fn keyed(key: &str, condition: &Condition, page: &mut Page) {
    match condition {
        Condition::Compare(atom) => page.line(format_args!("{key}: {}", comparison(atom))),
        _ => page.block(format_args!("{key}:"), |page| whole(condition, page)),
    }
}

/// A condition on lines of its own.
fn whole(condition: &Condition, page: &mut Page) {
    match condition {
        Condition::Compare(atom) => page.line(comparison(atom)),
        Condition::All(parts) => page.block("all:", |page| items(parts, page)),
        Condition::Any(parts) => page.block("any:", |page| items(parts, page)),
        Condition::Not(part) => keyed("not", part, page),
    }
}

fn items(parts: &[Condition], page: &mut Page) {
    for part in parts {
        page.item(|page| whole(part, page));
    }
}

fn comparison(atom: &Atom) -> String {
    let operand = match &atom.operand {
        Operand::Field(field) => format!("{{subject: {}}}", subject(field)),
        Operand::Literal(literal) => literal_text(literal),
        _ => String::new(),
    };
    let (left, operator) = (subject(&atom.subject), atom.operator.as_str());
    format!("{{subject: {left}, operator: {operator}, value: {operand}}}")
}

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Text(text) => written_text(text),
        Literal::Number(number) => written_number(*number),
        Literal::Boolean(flag) => flag.to_string(),
        // Version 1 has no others.
        _ => String::new(),
    }
}

/// A path, or its parts where a name holds a point or nothing at all.
fn subject(field: &FieldRef) -> String {
    if field.field.is_empty() || field.field.contains('.') {
        let domain = field.domain.as_str();
        return format!(
            "{{domain: {domain}, field: [{}]}}",
            written_text(&field.field)
        );
    }
    written_text(&field.path())
}
