//! [`Glob`]: a pattern that answers by itself, in the memory that its text takes.
//!
//! A regular expression answers the same, and takes a hundred times the memory: a bus has patterns by the hundred thousand.

use super::{Class, Part, parts};

/// A pattern, taken apart.
#[derive(Clone, Debug)]
pub(crate) struct Glob(Box<[Piece]>);

/// What a text must have at one place.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    /// Whatever there is.
    Any,
    /// A character.
    One,
    /// One of these.
    OneOf(Class),
    /// This.
    Text(Box<str>),
}

impl Glob {
    /// Takes a pattern apart.
    pub(crate) fn of(pattern: &str) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        for part in parts(pattern) {
            let piece = match part {
                Part::Any => Piece::Any,
                Part::One => Piece::One,
                Part::OneOf(class) => Piece::OneOf(class),
                Part::Unclosed(_) => text_behind(&mut pieces, "["),
                Part::Text(text) => text_behind(&mut pieces, text),
            };
            pieces.push(piece);
        }
        Self(pieces.into())
    }

    /// Its pieces, in their order; no two texts follow one another.
    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether it stands for this text. Takes no more steps than the text has characters, times the pieces.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let (mut pieces, mut rest) = (&*self.0, text);
        // Behind the last `*`: the pieces, and from where on they were tried. If they match nowhere with the first place that fits
        // what stood before, they do with none.
        let mut last: Option<(&[Piece], &str)> = None;
        loop {
            let behind = match pieces.split_first() {
                None if rest.is_empty() => return true,
                None => None,
                Some((Piece::Any, [])) => return true,
                Some((Piece::Any, behind)) => {
                    (pieces, last) = (behind, Some((behind, rest)));
                    continue;
                }
                Some((piece, behind)) => piece.taken_from(rest).map(|rest| (behind, rest)),
            };
            if let Some(next) = behind {
                (pieces, rest) = next;
                continue;
            }
            let Some((again, from)) =
                last.and_then(|(again, from)| Some((again, later(again, from)?)))
            else {
                return false;
            };
            (pieces, rest, last) = (again, from, Some((again, from)));
        }
    }
}

/// The next place at which pieces behind a `*` are worth a try.
fn later<'t>(pieces: &[Piece], from: &'t str) -> Option<&'t str> {
    let mut chars = from.chars();
    chars.next()?;
    let rest = chars.as_str();
    match pieces.first() {
        Some(Piece::Text(text)) => rest.get(rest.find(&**text)?..),
        _ => Some(rest),
    }
}

/// This text, joined with one that stands right before it.
fn text_behind(pieces: &mut Vec<Piece>, text: &str) -> Piece {
    if let Some(Piece::Text(before)) = pieces.pop_if(|piece| matches!(piece, Piece::Text(_))) {
        return Piece::Text(format!("{before}{text}").into());
    }
    Piece::Text(text.into())
}

impl Piece {
    /// What is left of a text that begins with this.
    fn taken_from<'t>(&self, text: &'t str) -> Option<&'t str> {
        let mut chars = text.chars();
        match self {
            Self::Any => Some(text),
            Self::One => chars.next().map(|_| chars.as_str()),
            Self::OneOf(class) => chars
                .next()
                .filter(|c| class.has(*c))
                .map(|_| chars.as_str()),
            Self::Text(piece) => text.strip_prefix(&**piece),
        }
    }
}
