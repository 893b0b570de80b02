//! Patterns as Python's `fnmatch.fnmatchcase` reads them, one character after the other.

/// Whether a pattern fits a text as a whole.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    matches(&pattern, &text)
}

fn matches(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        (['*', rest @ ..], text) => (0..=text.len()).any(|taken| matches(rest, &text[taken..])),
        (['?', rest @ ..], [_, text @ ..]) => matches(rest, text),
        (['[', inside @ ..], text) => match (set_end(inside), text) {
            // A bracket that nothing closes is itself.
            (None, ['[', text @ ..]) => matches(inside, text),
            (Some(end), [c, text @ ..]) => {
                is_in_set(&inside[..end], *c) && matches(&inside[end + 1..], text)
            }
            _ => false,
        },
        ([wanted, rest @ ..], [c, text @ ..]) => wanted == c && matches(rest, text),
        (_, []) => false,
    }
}

/// Where the bracket is closed; one that stands first, or behind `!`, is a member.
fn set_end(inside: &[char]) -> Option<usize> {
    let start = match inside {
        ['!', ']', ..] => 2,
        ['!' | ']', ..] => 1,
        _ => 0,
    };
    (start..inside.len()).find(|at| inside[*at] == ']')
}

fn is_in_set(inside: &[char], c: char) -> bool {
    let (negated, mut members) = match inside {
        ['!', members @ ..] => (true, members),
        members => (false, members),
    };
    let mut found = false;
    loop {
        members = match members {
            [] => return found != negated,
            [from, '-', to, rest @ ..] => {
                found |= *from <= c && c <= *to;
                rest
            }
            [member, rest @ ..] => {
                found |= *member == c;
                rest
            }
        };
    }
}

#[test]
fn patterns_fit_as_in_python() {
    // python3: fnmatch.fnmatchcase(text, pattern)
    let fitting = [
        ("*", ""),
        ("a*b", "a.b\n.b"),
        ("?", "ä"),
        ("[ab]", "b"),
        ("[!ab]", "c"),
        ("[]a]", "]"),
        ("[!]a]", "b"),
        ("[a-c-e]", "-"),
        ("[a-]", "-"),
        ("[--a]", "0"),
        ("[!b-a]", "x"),
        ("[a", "[a"),
        ("[]", "[]"),
        ("[!]", "[!]"),
        ("[^a]", "^"),
        ("[[]", "["),
        ("a\\*", "a\\b"),
    ];
    for (pattern, text) in fitting {
        assert!(fits(pattern, text), "{pattern} {text}");
    }
    let not_fitting = [
        ("", "a"),
        ("?", ""),
        ("a", "A"),
        ("[b-a]", "a"),
        ("[a-c-e]", "d"),
        ("[!]a]", "a"),
        ("*b", "a"),
        ("[^a]", "b"),
    ];
    for (pattern, text) in not_fitting {
        assert!(!fits(pattern, text), "{pattern} {text}");
    }
}
