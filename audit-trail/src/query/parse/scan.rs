//! Text to terms as they are written: sign, key, path, sign of comparison and words, each with its place.

use std::ops::Range;

use crate::query::pattern::Pattern;
use crate::query::quote::shown;

use super::mistake::QueryMistake;

/// A term as it is written.
#[derive(Debug)]
pub(super) struct Written<'t> {
    pub(super) is_excluded: bool,
    pub(super) key: Piece<'t>,
    /// Names behind the key, with dots between them.
    pub(super) path: Vec<String>,
    /// `:`, `<`, `<=`, `>` or `>=`.
    pub(super) sign: &'static str,
    pub(super) words: Vec<Word<'t>>,
    /// All of it.
    pub(super) whole: Piece<'t>,
}

/// A part of the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    pub(super) text: &'t str,
    /// Bytes before it.
    pub(super) start: usize,
}

/// A value as it is written.
#[derive(Debug)]
pub(super) struct Word<'t> {
    pub(super) piece: Piece<'t>,
    /// Without its quotes.
    pub(super) text: String,
    pub(super) pattern: Pattern,
    pub(super) has_quotes: bool,
}

/// Reads one text from its start.
pub(super) struct Scanner<'t> {
    text: &'t str,
    at: usize,
    pub(super) mistakes: Vec<QueryMistake>,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self {
            text,
            at: 0,
            mistakes: Vec::new(),
        }
    }

    /// Notes what is wrong with a part of the text.
    pub(super) fn blame(&mut self, piece: Piece<'t>, message: impl Into<String>) {
        let before = self.text.get(..piece.start).unwrap_or_default();
        self.mistakes.push(QueryMistake {
            column: before.chars().count() + 1,
            length: piece.text.chars().count(),
            message: message.into(),
        });
    }

    /// The next term that is whole; what is not is blamed and passed over.
    pub(super) fn term(&mut self) -> Option<Written<'t>> {
        loop {
            self.take_while(char::is_whitespace);
            let start = self.at;
            self.peek()?;
            if let Some(term) = self.term_from(start) {
                return Some(term);
            }
        }
    }

    fn term_from(&mut self, start: usize) -> Option<Written<'t>> {
        let is_excluded = self.take('-');
        let key = self.take_while(|letter| !is_mark(letter));
        let mut path = Vec::new();
        while self.take('.') {
            path.push(self.name()?);
        }
        let sign_at = self.at;
        let Some(sign) = self.sign() else {
            self.take_word();
            let whole = self.piece(start..self.at);
            let found = shown(whole.text);
            let behind = self.piece(sign_at..self.at).text;
            self.blame(
                whole,
                if behind.starts_with('!') || behind.starts_with('=') {
                    format!("`{found}` has no sign that is known, expected `:`, `<`, `<=`, `>` or `>=`")
                } else {
                    format!(
                        "`{found}` says nothing that is asked for, expected a key and a value such as `actor:alice`"
                    )
                },
            );
            return None;
        };
        let mut words = Vec::new();
        loop {
            words.push(self.word()?);
            if !self.take(',') {
                break;
            }
        }
        let whole = self.piece(start..self.at);
        Some(Written {
            is_excluded,
            key,
            path,
            sign,
            words,
            whole,
        })
    }

    /// One name of a path, bare or between quotes.
    fn name(&mut self) -> Option<String> {
        if self.peek() == Some('"') {
            let mut name = String::new();
            self.quoted(|letter| name.push(letter))?;
            return Some(name);
        }
        let name = self.take_while(|letter| !is_mark(letter));
        if name.text.is_empty() {
            self.take_word();
            let rest = self.piece(name.start..self.at);
            self.blame(
                rest,
                "a name is missing behind `.`, expected one such as `action.amount`",
            );
            return None;
        }
        Some(name.text.to_owned())
    }

    fn sign(&mut self) -> Option<&'static str> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let (written, sign) = [
            ("<=", "<="),
            (">=", ">="),
            ("<", "<"),
            (">", ">"),
            (":", ":"),
        ]
        .into_iter()
        .find(|(written, _)| rest.starts_with(written))?;
        self.at += written.len();
        Some(sign)
    }

    fn word(&mut self) -> Option<Word<'t>> {
        let start = self.at;
        let (mut text, mut pattern) = (String::new(), Pattern::empty());
        let mut has_quotes = false;
        while let Some(letter) = self.peek() {
            match letter {
                '"' => {
                    has_quotes = true;
                    self.quoted(|letter| {
                        text.push(letter);
                        pattern.push(letter);
                    })?;
                    continue;
                }
                ',' => break,
                _ if letter.is_whitespace() => break,
                '*' => pattern.push_run(),
                '?' => pattern.push_one(),
                _ => pattern.push(letter),
            }
            text.push(letter);
            self.at += letter.len_utf8();
        }
        let piece = self.piece(start..self.at);
        if piece.text.is_empty() {
            let before = self.text.get(..start).unwrap_or_default();
            let sign = before.chars().next_back().map(String::from);
            let sign = sign.unwrap_or_default();
            let place = Piece {
                text: before.get(start - sign.len()..).unwrap_or_default(),
                start: start - sign.len(),
            };
            self.blame(
                place,
                format!("a value is missing behind `{sign}`, an empty text is written `\"\"`"),
            );
            self.take_word();
            return None;
        }
        Some(Word {
            piece,
            text,
            pattern,
            has_quotes,
        })
    }

    /// Hands on what stands between quotes.
    fn quoted(&mut self, mut hand_on: impl FnMut(char)) -> Option<()> {
        let start = self.at;
        self.take('"');
        while let Some(letter) = self.next() {
            match letter {
                '"' => return Some(()),
                '\\' => {
                    let from = self.at - 1;
                    if let Some(meant) = self.escaped() {
                        hand_on(meant);
                    } else {
                        let piece = self.piece(from..self.at);
                        self.blame(
                            piece,
                            format!(
                                "unknown escape `{}`, expected `\\\"`, `\\\\`, `\\n`, `\\r`, `\\t` or `\\u{{..}}`",
                                shown(piece.text)
                            ),
                        );
                    }
                }
                _ => hand_on(letter),
            }
        }
        let piece = self.piece(start..self.at);
        self.blame(
            piece,
            format!("`{}` has no closing quote", shown(piece.text)),
        );
        None
    }

    /// What stands behind a backslash.
    fn escaped(&mut self) -> Option<char> {
        match self.next()? {
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            letter @ ('"' | '\\') => Some(letter),
            'u' => {
                self.take('{').then_some(())?;
                let digits = self.take_while(|letter| letter.is_ascii_hexdigit());
                let number = u32::from_str_radix(digits.text, 16).ok();
                self.take('}').then_some(())?;
                char::from_u32(number?)
            }
            _ => None,
        }
    }

    /// Passes over what is left of a term; quotes hold blanks together.
    fn take_word(&mut self) {
        while let Some(letter) = self.peek() {
            if letter.is_whitespace() {
                break;
            }
            if letter == '"' {
                if self.quoted(|_| {}).is_none() {
                    break;
                }
                continue;
            }
            self.at += letter.len_utf8();
        }
    }

    fn take_while(&mut self, fits: impl Fn(char) -> bool) -> Piece<'t> {
        let start = self.at;
        while self.peek().is_some_and(&fits) {
            self.next();
        }
        self.piece(start..self.at)
    }

    fn take(&mut self, letter: char) -> bool {
        let is_next = self.peek() == Some(letter);
        if is_next {
            self.at += letter.len_utf8();
        }
        is_next
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn piece(&self, range: Range<usize>) -> Piece<'t> {
        Piece {
            start: range.start,
            text: self.text.get(range).unwrap_or_default(),
        }
    }
}

/// Whether this letter ends a key or a name of a path.
fn is_mark(letter: char) -> bool {
    letter.is_whitespace() || ":<>=!.,\"".contains(letter)
}
