//! Names and patterns, held against what the bus makes of them.

use syn::LitStr;

use crate::attribute::Kind;
use crate::mistake::Mistakes;

/// The longest pattern, in bytes, as `audit_core::Pattern` has it.
const LONGEST: usize = 64 * 1024;
/// The one name of the bus's own that may be subscribed to.
const DEAD_LETTER: &str = "__dead_letter__";
/// What the bus calls those who are no component.
pub(crate) const TAKEN: &[&str] = &["host", "anonymous", "bridge"];

/// The name of a component or runnable.
pub(super) fn name(kind: Kind, text: &LitStr, mistakes: &mut Mistakes) {
    let name = text.value();
    let odd = name.chars().find(|letter| !matches!(letter, ' '..='~'));
    if name.trim().is_empty() {
        let message = format!("an empty name names nothing: write {}", kind.example());
        mistakes.at(text.span(), message);
    } else if let Some(odd) = odd {
        let message = format!(
            "the name holds `{}`: accepted are letters, digits and signs of ASCII, which look the same to all who read them",
            odd.escape_default()
        );
        mistakes.at(text.span(), message);
    } else if name.trim() != name {
        mistakes.at(
            text.span(),
            "the name begins or ends with a space, which nobody sees: remove it",
        );
    } else if name.starts_with("__") {
        mistakes.at(
            text.span(),
            "names that begin with `__` are the bus's own: choose another",
        );
    } else if kind == Kind::Component && TAKEN.contains(&name.as_str()) {
        let message = format!(
            "`{name}` is what the bus calls somebody who is no component: choose another name"
        );
        mistakes.at(text.span(), message);
    }
}

/// The pattern of a subscription.
pub(super) fn pattern(text: &LitStr, mistakes: &mut Mistakes) {
    let pattern = text.value();
    if pattern.is_empty() {
        mistakes.at(
            text.span(),
            "an empty pattern stands for no event: write `\"*\"` for all of them",
        );
    } else if pattern.len() > LONGEST {
        let message = format!(
            "the pattern is too long: {} bytes, at most {LONGEST} are accepted",
            pattern.len()
        );
        mistakes.at(text.span(), message);
    } else if pattern.starts_with("__") && pattern != DEAD_LETTER {
        let message = format!(
            "names that begin with `__` are the bus's own: `{DEAD_LETTER}` alone can be subscribed to, by its very name"
        );
        mistakes.at(text.span(), message);
    }
}

/// Whether a `[` opens a set that nothing closes, as Python's `fnmatch` reads it. It stands for itself then, which few mean.
pub(super) fn is_unclosed(pattern: &str) -> bool {
    let mut rest = pattern;
    while let Some((_, inside)) = rest.split_once('[') {
        // A `]` that stands first is one of the set.
        let start = inside.strip_prefix('!').unwrap_or(inside);
        let start = start.strip_prefix(']').unwrap_or(start);
        match start.split_once(']') {
            Some((_, behind)) => rest = behind,
            None => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_closed_by_a_bracket_that_is_not_its_first_sign() {
        for closed in [
            "a", "a]", "[a]", "[[]", "[]]", "[!]]", "[!a]*[b]", "[[]a]", "*?",
        ] {
            assert!(!is_unclosed(closed), "{closed}");
        }
        for unclosed in ["[", "a[b", "[]", "[!]", "[a][", "[!", "[]a"] {
            assert!(is_unclosed(unclosed), "{unclosed}");
        }
    }
}
