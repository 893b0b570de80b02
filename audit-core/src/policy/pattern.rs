//! Patterns as Python's `fnmatch.fnmatchcase` understands them, since 3.11: from a pattern to a regular expression.

use regex::Regex;

/// What a pattern searches for: the whole text. `None` only for a pattern that is too large to compile.
pub(super) fn compile(pattern: &str) -> Option<Regex> {
    let mut source = String::from(r"(?s)\A");
    for c in pattern.chars() {
        match c {
            '*' => source.push_str(".*"),
            '?' => source.push('.'),
            c => source.push_str(&regex::escape(c.encode_utf8(&mut [0; 4]))),
        }
    }
    source.push_str(r"\z");
    Regex::new(&source).ok()
}
