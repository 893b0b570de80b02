//! [`Excerpts`], [`Lines`] and [`Excerpt`]: one line of a file, and where in it the thing stands.

use std::collections::HashMap;
use std::ops::Range;

use audit_core::{Documents, Place, Problem};

/// A line of more bytes is cut: drawing it whole for each of its problems would take time in proportion to both.
const LONG: usize = 1_000;
/// How many characters of a long line are kept before the place and behind it: more than a terminal shows.
const AROUND: usize = 200;

/// The lines that problems stand on.
pub(crate) struct Excerpts<'d> {
    /// `None` where the documents themselves could not be brought in: there are only places then.
    documents: Option<&'d Documents>,
    lines: HashMap<&'d str, Option<Lines<'d>>>,
}

/// A text that knows where its lines start.
pub(crate) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

/// One line, and the bytes of it that belong to the thing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Excerpt<'t> {
    pub(crate) line: &'t str,
    pub(crate) span: Range<usize>,
    /// Whether this is only a part of the line, so that its columns are not those of the file.
    pub(crate) cut: bool,
}

impl<'d> Excerpts<'d> {
    /// Out of these documents.
    pub(crate) fn new(documents: Option<&'d Documents>) -> Self {
        Self {
            documents,
            lines: HashMap::new(),
        }
    }

    /// The line of a problem, if it has one and its text is at hand.
    pub(crate) fn of(&mut self, problem: &'d Problem) -> Option<Excerpt<'d>> {
        let (documents, place) = (self.documents?, problem.place?);
        let lines = self
            .lines
            .entry(&problem.file)
            .or_insert_with_key(|file| documents.text_of(file).map(Lines::new));
        lines.as_ref()?.excerpt(place)
    }
}

impl<'t> Lines<'t> {
    /// Finds the lines as YAML counts them: a lone carriage return ends one too.
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let ends = bytes.iter().enumerate().filter(|&(at, byte)| match byte {
            b'\n' => true,
            b'\r' => bytes.get(at + 1) != Some(&b'\n'),
            _ => false,
        });
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    /// The line of a place; `None` if the text has no such line.
    pub(crate) fn excerpt(&self, place: Place) -> Option<Excerpt<'t>> {
        let number = usize::try_from(place.line).ok()?.checked_sub(1)?;
        let start = *self.starts.get(number)?;
        let end = self
            .starts
            .get(number + 1)
            .copied()
            .unwrap_or(self.text.len());
        let line = self.text.get(start..end)?.trim_end_matches(['\n', '\r']);
        let from = after(line, 0, place.column.saturating_sub(1));
        let whole = Excerpt {
            line,
            span: from..after(line, from, place.length),
            cut: false,
        };
        if line.len() > LONG {
            whole.cut_around(from)
        } else {
            Some(whole)
        }
    }
}

impl<'t> Excerpt<'t> {
    /// The thing itself, or the part of it that was kept.
    pub(crate) fn thing(&self) -> &'t str {
        self.line.get(self.span.clone()).unwrap_or_default()
    }

    /// The part around a byte.
    fn cut_around(&self, from: usize) -> Option<Excerpt<'t>> {
        let before = self
            .line
            .get(..from)?
            .char_indices()
            .rev()
            .take(AROUND)
            .last();
        let start = before.map_or(from, |(at, _)| at);
        let end = after(self.line, from, u32::try_from(AROUND).unwrap_or(u32::MAX));
        let span = from - start..self.span.end.min(end) - start;
        Some(Excerpt {
            line: self.line.get(start..end)?,
            span,
            cut: true,
        })
    }
}

/// The byte so many characters behind another, or the end of the line.
fn after(line: &str, from: usize, characters: u32) -> usize {
    let mut rest = line.get(from..).unwrap_or_default().chars();
    if let Some(last) = usize::try_from(characters)
        .ok()
        .and_then(|count| count.checked_sub(1))
    {
        rest.nth(last);
    }
    line.len() - rest.as_str().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(text: &str, line: u32, column: u32, length: u32) -> Option<(String, String)> {
        let found = Lines::new(text).excerpt(Place {
            line,
            column,
            length,
        })?;
        Some((found.line.to_owned(), found.line[found.span].to_owned()))
    }

    #[test]
    fn columns_count_characters() {
        assert_eq!(
            excerpt("a\nblå: gte\n", 2, 6, 3),
            Some(("blå: gte".into(), "gte".into()))
        );
    }

    #[test]
    fn every_line_break_of_yaml_ends_a_line() {
        let text = "one\r\ntwo\rthree\nfour";
        for (number, line) in (1..).zip(["one", "two", "three", "four"]) {
            assert_eq!(
                excerpt(text, number, 1, 99),
                Some((line.into(), line.into()))
            );
        }
        assert_eq!(excerpt(text, 5, 1, 1), None);
        assert_eq!(excerpt(text, 0, 1, 1), None);
    }

    #[test]
    fn a_place_behind_the_last_line_break_is_an_empty_line() {
        assert_eq!(excerpt("one\n", 2, 1, 0), Some(Default::default()));
        assert_eq!(excerpt("", 1, 7, 3), Some(Default::default()));
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let line = format!("{}gte{}", "é".repeat(100_000), "é".repeat(100_000));
        let (part, thing) = excerpt(&line, 1, 100_001, 3).unwrap();
        assert_eq!(thing, "gte");
        assert_eq!(part.chars().count(), 2 * AROUND);
        let (_, thing) = excerpt(&line, 1, 5, u32::MAX).unwrap();
        assert_eq!(thing.chars().count(), AROUND);
    }
}
