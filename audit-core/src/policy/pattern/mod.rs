//! Patterns as Python's `fnmatch.fnmatchcase` understands them since 3.11, on the whole text: from a pattern to a regular
//! expression.
//!
//! `*` stands for any characters, line breaks included, `?` for one, `[abc]` and `[a-z]` for one of these, `[!abc]` for
//! one of all others. Every text is a pattern: a bracket that is not closed stands for itself.

mod class;
mod compiled;
mod name;
#[cfg(test)]
mod tests;

use class::Class;
pub(super) use compiled::{Compiled, MAX_COMPILED, compile_expression};
pub use name::{Pattern, PatternError};

/// How long a pattern may be, in bytes: compiling one takes far more memory than its text does.
const MAX_LENGTH: usize = 64 * 1024;
/// More than the groups of any translation nest.
const NEST: u32 = 16;

/// What a pattern searches for. `None` if it is too large.
pub(super) fn compile(pattern: &str) -> Option<Compiled> {
    if pattern.len() > MAX_LENGTH {
        return None;
    }
    let mut source = String::from(r"(?s)\A");
    for part in parts(pattern) {
        match part {
            Part::Any => source.push_str(".*"),
            Part::One => source.push('.'),
            Part::OneOf(class) => class.write(&mut source),
            Part::Unclosed(_) => source.push_str(r"\["),
            Part::Text(text) => source.push_str(&regex::escape(text)),
        }
    }
    source.push_str(r"\z");
    compile_expression(&source, NEST).ok()
}

/// Where a bracket stands that is not closed, in characters from 0: it was most likely meant to open a set.
pub(super) fn unclosed_bracket(pattern: &str) -> Option<usize> {
    let offset = parts(pattern).find_map(|part| match part {
        Part::Unclosed(rest) => Some(pattern.len() - rest.len()),
        _ => None,
    })?;
    Some(pattern.get(..offset)?.chars().count())
}

/// A part of a pattern.
enum Part<'p> {
    /// Any characters.
    Any,
    /// One character.
    One,
    /// One character of a set.
    OneOf(Class),
    /// A bracket that is not closed, with all that stands from it on.
    Unclosed(&'p str),
    /// These characters.
    Text(&'p str),
}

/// The parts of a pattern, one after the other.
fn parts(pattern: &str) -> impl Iterator<Item = Part<'_>> {
    let mut rest = pattern;
    // Behind a bracket that nothing closes, nothing closes another.
    let mut closable = true;
    std::iter::from_fn(move || {
        let text = rest.find(['*', '?', '[']).unwrap_or(rest.len());
        let (part, behind) = if text > 0 {
            let (text, behind) = rest.split_at_checked(text)?;
            (Part::Text(text), behind)
        } else if let Some(behind) = rest.strip_prefix('*') {
            // Of several in a row, one says it all.
            (Part::Any, behind.trim_start_matches('*'))
        } else if let Some(behind) = rest.strip_prefix('?') {
            (Part::One, behind)
        } else {
            let behind = rest.strip_prefix('[')?;
            let class = closable.then(|| Class::read(behind)).flatten();
            closable = class.is_some();
            match class {
                Some((class, behind)) => (Part::OneOf(class), behind),
                None => (Part::Unclosed(rest), behind),
            }
        };
        rest = behind;
        Some(part)
    })
}
