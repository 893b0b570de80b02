//! [`parts`]: what a pattern is made of.

use super::Class;

/// A part of a pattern.
pub(crate) enum Part<'p> {
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
pub(crate) fn parts(pattern: &str) -> impl Iterator<Item = Part<'_>> {
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

/// Where a bracket stands that is not closed, in characters from 0: it was most likely meant to open a set.
pub(crate) fn unclosed_bracket(pattern: &str) -> Option<usize> {
    let offset = parts(pattern).find_map(|part| match part {
        Part::Unclosed(rest) => Some(pattern.len() - rest.len()),
        _ => None,
    })?;
    Some(pattern.get(..offset)?.chars().count())
}
