//! From a pattern to a regular expression, whose time and memory have bounds that are written down.

mod compiled;
#[cfg(test)]
mod tests;

use crate::pattern::{MAX_LENGTH, Part, parts};

pub(super) use compiled::{Compiled, MAX_COMPILED, compile_expression};

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
