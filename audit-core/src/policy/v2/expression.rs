//! Regular expressions, with the place of what is wrong in one.

use regex_syntax::ast::{ErrorKind, Span};
use regex_syntax::hir;

use super::budget::Budget;
use super::shape;
use crate::policy::model::Pattern;
use crate::policy::pattern::{MAX_COMPILED, compile_expression};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::log::Log;
use crate::policy::reading::wording::quoted;
use crate::policy::yaml::Node;

/// How long an expression may be, in bytes: reading one takes far more memory than its text does.
const MAX_LENGTH: usize = 64 * 1024;
/// How deep groups may nest.
const MAX_NEST: u32 = 64;

/// Reads a regular expression.
pub(super) fn read(node: &Node, budget: &Budget, log: &mut Log) -> Option<Pattern> {
    let source = shape::text(node, "a regular expression", log)?;
    if source.len() > MAX_LENGTH {
        let message = format!(
            "the expression has {} bytes, at most {MAX_LENGTH} are accepted",
            source.len()
        );
        log.report(ProblemKind::LimitExceeded, node.place, message, None);
        return None;
    }
    if budget.is_spent() {
        return None;
    }
    match compile_expression(&source, MAX_NEST) {
        Ok(compiled) => return budget.pattern(&source, compiled, node, log),
        Err(regex::Error::CompiledTooBig(_)) => too_large(node, &source, log),
        Err(error) => {
            let parsed = regex_syntax::ParserBuilder::new()
                .nest_limit(MAX_NEST)
                .build()
                .parse(&source);
            match parsed {
                Err(regex_syntax::Error::Parse(error)) => {
                    report(node, &source, error.span(), error.kind(), log);
                }
                Err(regex_syntax::Error::Translate(error)) => {
                    let hint = unicode_hint(error.kind());
                    say(
                        node,
                        &source,
                        error.span(),
                        &error.kind().to_string(),
                        hint,
                        log,
                    );
                }
                _ => {
                    let reason = error.to_string();
                    let last = reason.lines().last().unwrap_or_default();
                    let message = format!("{} is no regular expression: {last}", quoted(&source));
                    log.report(ProblemKind::InvalidExpression, node.place, message, None);
                }
            }
        }
    }
    None
}

fn too_large(node: &Node, source: &str, log: &mut Log) {
    let message = format!(
        "{} compiles to more than {MAX_COMPILED} bytes, which is the most that is accepted",
        quoted(source)
    );
    let hint = "a count such as `{1000}` copies what it repeats, and `\\w` stands for all letters of the world";
    log.report(
        ProblemKind::LimitExceeded,
        node.place,
        message,
        Some(hint.to_owned()),
    );
}

fn report(node: &Node, source: &str, span: &Span, kind: &ErrorKind, log: &mut Log) {
    if let ErrorKind::NestLimitExceeded(_) = kind {
        let message = format!("groups nest deeper than {MAX_NEST} in {}", quoted(source));
        log.report(ProblemKind::LimitExceeded, node.place, message, None);
        return;
    }
    let hint = match kind {
        ErrorKind::UnsupportedLookAround => {
            Some("say it with a second comparison, under `not` for what must not follow")
        }
        ErrorKind::UnsupportedBackreference => {
            Some("an expression can't refer back to a group: spell out what it stands for")
        }
        ErrorKind::EscapeUnrecognized => Some(
            "only characters with a meaning take a backslash; in YAML, write expressions between single quotes",
        ),
        ErrorKind::RepetitionMissing => {
            Some("for a pattern with `*` and `?` write `matches`; `.*` is any text")
        }
        _ => None,
    };
    say(node, source, span, &kind.to_string(), hint, log);
}

const fn unicode_hint(kind: &hir::ErrorKind) -> Option<&'static str> {
    match kind {
        hir::ErrorKind::UnicodePropertyNotFound | hir::ErrorKind::UnicodePropertyValueNotFound => {
            Some("classes are named as Unicode names them: `\\p{L}`, `\\p{Greek}`")
        }
        _ => None,
    }
}

/// Reports a mistake in a part of an expression.
fn say(node: &Node, source: &str, span: &Span, reason: &str, hint: Option<&str>, log: &mut Log) {
    let characters = |from: usize, to: usize| {
        let part = source.get(from..to).unwrap_or_default();
        part.chars().count()
    };
    let start = characters(0, span.start.offset);
    let length = characters(span.start.offset, span.end.offset).max(1);
    let found = source
        .get(span.start.offset..span.end.offset)
        .filter(|found| !found.is_empty())
        .unwrap_or(source);
    let message = format!("found {} in a regular expression: {reason}", quoted(found));
    log.report(
        ProblemKind::InvalidExpression,
        shape::part(node, start, length),
        message,
        hint.map(ToOwned::to_owned),
    );
}
