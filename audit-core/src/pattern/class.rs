//! [`Class`]: what stands between brackets in a pattern.

use std::fmt::Write as _;

/// One character of a set, or of all others.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    negated: bool,
    /// From one character to another, both inside.
    ranges: Vec<(char, char)>,
}

impl Class {
    /// Reads what stands behind an opening bracket, and what comes behind the closing one. `None` if there is none.
    pub(crate) fn read(text: &str) -> Option<(Self, &str)> {
        // A closing bracket that stands first is one of the set.
        let start = text.strip_prefix('!').unwrap_or(text);
        let start = start.strip_prefix(']').unwrap_or(start);
        let length = text.len() - start.len() + start.find(']')?;
        let (inside, behind) = text.split_at_checked(length)?;
        Some((Self::of(inside), behind.strip_prefix(']')?))
    }

    /// From what stands inside the brackets.
    fn of(inside: &str) -> Self {
        let chunks = without_empty_ranges(chunks(inside));
        // A `!` that is first only because an empty range before it was removed negates too: so Python answers.
        let negated = chunks
            .first()
            .is_some_and(|first| first.first() == Some(&'!'));
        let mut ranges = Vec::new();
        // A hyphen joins the last character of one chunk with the first of the next.
        let mut from: Option<char> = None;
        for (number, chunk) in chunks.iter().enumerate() {
            let mut inner = &chunk[..];
            if number == 0 && negated {
                inner = inner.get(1..).unwrap_or_default();
            }
            if let (Some(start), Some((end, behind))) = (from.take(), inner.split_first()) {
                ranges.push((start, *end));
                inner = behind;
            }
            if number + 1 < chunks.len() {
                match inner.split_last() {
                    Some((last, before)) => {
                        from = Some(*last);
                        inner = before;
                    }
                    // Right behind the `!`, a hyphen joins nothing.
                    None => ranges.push(('-', '-')),
                }
            }
            ranges.extend(inner.iter().map(|c| (*c, *c)));
        }
        Self { negated, ranges }
    }

    /// Whether this is one of them.
    pub(super) fn has(&self, c: char) -> bool {
        let listed = self
            .ranges
            .iter()
            .any(|(start, end)| (*start..=*end).contains(&c));
        listed != self.negated
    }

    /// Appends it to a regular expression.
    pub(crate) fn write(&self, source: &mut String) {
        if self.ranges.is_empty() {
            // Nothing at all, or anything.
            source.push_str(if self.negated { "." } else { r"[a&&b]" });
            return;
        }
        source.push_str(if self.negated { "[^" } else { "[" });
        for (start, end) in &self.ranges {
            let (start, end) = (u32::from(*start), u32::from(*end));
            // Writing into a string can't fail.
            let _ = write!(source, r"\x{{{start:X}}}-\x{{{end:X}}}");
        }
        source.push(']');
    }
}

/// The text between the hyphens that make ranges. Every third place can have one: `a-b-c` is a range, a hyphen and `c`.
fn chunks(inside: &str) -> Vec<Vec<char>> {
    let inside: Vec<char> = inside.chars().collect();
    let mut chunks: Vec<Vec<char>> = Vec::new();
    let mut start = 0;
    let mut search = if inside.first() == Some(&'!') { 2 } else { 1 };
    while let Some(hyphen) = (search..inside.len()).find(|at| inside.get(*at) == Some(&'-')) {
        chunks.extend(inside.get(start..hyphen).map(<[char]>::to_vec));
        start = hyphen + 1;
        search = hyphen + 3;
    }
    let last = inside.get(start..).unwrap_or_default();
    match chunks.last_mut() {
        // A hyphen at the end is a character.
        Some(before) if last.is_empty() => before.push('-'),
        _ => chunks.push(last.to_vec()),
    }
    chunks
}

/// Takes out the ranges that run backwards, with both their ends.
fn without_empty_ranges(chunks: Vec<Vec<char>>) -> Vec<Vec<char>> {
    // From the last to the first: taking one out brings together what stood around it.
    let mut kept: Vec<Vec<char>> = Vec::new();
    for mut chunk in chunks.into_iter().rev() {
        if let Some(next) = kept.last()
            && chunk.last() > next.first()
        {
            chunk.pop();
            chunk.extend(next.iter().skip(1));
            kept.pop();
        }
        kept.push(chunk);
    }
    kept.reverse();
    kept
}
