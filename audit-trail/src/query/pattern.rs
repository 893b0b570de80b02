//! [`Pattern`]: a text, exactly or with wildcards.

use std::fmt;

use super::quote::{is_plain, write_quoted};

/// A text, exactly or with wildcards: `*` is any run of letters, also none, and `?` any one letter.
///
/// Made of a text it stands for exactly that text. Its text form is that of a query's value.
///
/// ```
/// use audit_trail::Pattern;
/// assert!(Pattern::wild("al*").matches("alice"));
/// assert!(!Pattern::from("al*").matches("alice"));
/// assert_eq!(Pattern::from("al*").to_string(), "\"al*\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(Vec<Piece>);

/// Runs of wildcards are kept as `?`s, then at most one `*`, and no literal stands beside another: patterns that match
/// alike by such an order are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Piece {
    Literal(String),
    One,
    Run,
}

impl Pattern {
    /// With wildcards: each `*` and `?` in the text is one.
    pub fn wild(text: &str) -> Self {
        let mut pattern = Self(Vec::new());
        for letter in text.chars() {
            match letter {
                '*' => pattern.push_run(),
                '?' => pattern.push_one(),
                _ => pattern.push(letter),
            }
        }
        pattern
    }

    /// One that matches the empty text alone, to be made longer.
    pub(crate) const fn empty() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn push(&mut self, letter: char) {
        if let Some(Piece::Literal(text)) = self.0.last_mut() {
            text.push(letter);
        } else {
            self.0.push(Piece::Literal(letter.to_string()));
        }
    }

    pub(crate) fn push_one(&mut self) {
        let before_run = matches!(self.0.last(), Some(Piece::Run));
        let place = self.0.len() - usize::from(before_run);
        self.0.insert(place, Piece::One);
    }

    pub(crate) fn push_run(&mut self) {
        if !matches!(self.0.last(), Some(Piece::Run)) {
            self.0.push(Piece::Run);
        }
    }

    /// The text that it stands for, if it has no wildcards.
    pub fn as_exact(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// Whether it is `*`, which matches every text.
    pub(crate) fn is_everything(&self) -> bool {
        matches!(self.0.as_slice(), [Piece::Run])
    }

    /// What every text that it matches begins with: what a store can look up.
    pub fn prefix(&self) -> &str {
        match self.0.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// Its wildcards among its letters, which a backslash tells from them; [`Pattern::decoded`] reads it.
    pub(crate) fn encoded(&self) -> String {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Literal(literal) => {
                    for letter in literal.chars() {
                        if matches!(letter, '*' | '?' | '\\') {
                            text.push('\\');
                        }
                        text.push(letter);
                    }
                }
                Piece::One => text.push('?'),
                Piece::Run => text.push('*'),
            }
        }
        text
    }

    /// What [`Pattern::encoded`] was made from.
    pub(crate) fn decoded(text: &str) -> Self {
        let mut pattern = Self::empty();
        let mut letters = text.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '*' => pattern.push_run(),
                '?' => pattern.push_one(),
                '\\' => pattern.push(letters.next().unwrap_or(letter)),
                _ => pattern.push(letter),
            }
        }
        pattern
    }

    /// Whether the whole text fits.
    pub fn matches(&self, text: &str) -> bool {
        if let Some(exact) = self.as_exact() {
            return exact == text;
        }
        let (mut pieces, mut rest) = (self.0.as_slice(), text);
        // Where to go on if what follows the last `*` does not fit: that `*` takes one letter more.
        let mut retry: Option<(&[Piece], &str)> = None;
        loop {
            match pieces.split_first() {
                Some((Piece::Run, behind)) => {
                    if behind.is_empty() {
                        return true;
                    }
                    retry = Some((behind, rest));
                    pieces = behind;
                    continue;
                }
                Some((piece, behind)) => {
                    if let Some(left) = piece.strip(rest) {
                        (pieces, rest) = (behind, left);
                        continue;
                    }
                }
                None if rest.is_empty() => return true,
                None => {}
            }
            let Some((behind, from)) = retry else {
                return false;
            };
            let mut letters = from.chars();
            if letters.next().is_none() {
                return false;
            }
            retry = Some((behind, letters.as_str()));
            (pieces, rest) = (behind, letters.as_str());
        }
    }
}

impl Piece {
    /// What is left of the text behind this piece; a run is not asked.
    fn strip<'t>(&self, text: &'t str) -> Option<&'t str> {
        match self {
            Self::Literal(literal) => text.strip_prefix(literal.as_str()),
            Self::One => {
                let mut letters = text.chars();
                letters.next().map(|_| letters.as_str())
            }
            Self::Run => Some(text),
        }
    }
}

impl From<&str> for Pattern {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl From<String> for Pattern {
    fn from(text: String) -> Self {
        if text.is_empty() {
            return Self::empty();
        }
        Self(vec![Piece::Literal(text)])
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("\"\"");
        }
        for piece in &self.0 {
            match piece {
                Piece::Literal(text) if text.chars().all(is_plain) => f.write_str(text)?,
                Piece::Literal(text) => write_quoted(f, text)?,
                Piece::One => f.write_str("?")?,
                Piece::Run => f.write_str("*")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a pattern means, as it would be explained.
    fn fits(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|taken| fits(rest, &text[taken..])),
            Some(('?', rest)) => !text.is_empty() && fits(rest, &text[1..]),
            Some((letter, rest)) => text.first() == Some(letter) && fits(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn a_pattern_matches_what_its_wildcards_stand_for(
            pattern in "[abé*?]{0,8}", text in "[abé]{0,10}"
        ) {
            let letters: Vec<char> = pattern.chars().collect();
            let wanted = fits(&letters, &text.chars().collect::<Vec<_>>());
            prop_assert_eq!(Pattern::wild(&pattern).matches(&text), wanted);
        }

        #[test]
        fn a_pattern_is_decoded_as_it_was(literal in r"[a*?\\]{1,4}", wild in r"[b*?]{0,6}") {
            let mut pattern = Pattern::wild(&wild);
            literal.chars().for_each(|letter| pattern.push(letter));
            prop_assert_eq!(Pattern::decoded(&pattern.encoded()), pattern);
        }

        #[test]
        fn a_text_is_its_own_pattern_whatever_letters_it_has(text in ".{0,12}", other in ".{0,12}") {
            let pattern = Pattern::from(text.as_str());
            prop_assert!(pattern.matches(&text));
            prop_assert_eq!(pattern.matches(&other), text == other);
        }
    }
}
