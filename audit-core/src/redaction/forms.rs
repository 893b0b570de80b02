//! [`Forms`]: texts that are searched for together, in a time that hardly grows with their number.

use std::ops::Range;
use std::sync::OnceLock;

/// Characters of the shortest text that is searched for: shorter ones are found everywhere, and tell nobody anything.
pub(super) const SHORTEST: usize = 4;
/// Bytes of a longer text that are searched for: whatever begins like it is taken for all of it.
const HEAD: usize = 64;

/// Texts that are searched for together.
#[derive(Clone, Default)]
pub(super) struct Forms {
    forms: Vec<Form>,
    /// Made by the first search.
    sorted: OnceLock<Sorted>,
}

#[derive(Clone)]
struct Form {
    head: Box<str>,
    /// How long all of it is.
    length: usize,
}

/// The forms in the order of their beginnings.
#[derive(Clone)]
struct Sorted {
    ranks: Vec<Rank>,
    /// The bytes that any of them begins with, one bit each.
    first: [u64; 4],
}

#[derive(Clone)]
struct Rank {
    head: Box<str>,
    /// How long the longest form is that begins here: one of this beginning, or of a beginning of that.
    length: usize,
    /// The rank of the longest other beginning that this one begins with.
    shorter: Option<usize>,
}

impl Forms {
    pub(super) fn is_empty(&self) -> bool {
        self.forms.is_empty()
    }

    /// Adds a text that is long enough.
    pub(super) fn add(&mut self, text: &str) {
        let head = text.get(..text.floor_char_boundary(HEAD));
        self.forms.push(Form {
            head: head.unwrap_or(text).into(),
            length: text.len(),
        });
        self.sorted.take();
    }

    /// Where any of them stands, in order. With `cut`, the text may end in the midst of one.
    pub(super) fn find(&self, text: &str, cut: bool) -> Vec<Range<usize>> {
        let sorted = self.sorted.get_or_init(|| Sorted::of(&self.forms));
        let mut found = Vec::new();
        for (start, _) in text.char_indices() {
            let rest = text.get(start..).unwrap_or_default();
            if !sorted.may_begin(rest) {
                continue;
            }
            if let Some(length) = sorted.begins(rest) {
                let end = text.ceil_char_boundary((start + length).min(text.len()));
                found.push(start..end);
            } else if cut && sorted.ends_within(rest) {
                found.push(start..text.len());
            }
        }
        found
    }
}

impl Sorted {
    fn of(forms: &[Form]) -> Self {
        let mut forms: Vec<&Form> = forms.iter().collect();
        // Of one beginning the longest comes first, and stays.
        forms.sort_by(|one, other| {
            let by_length = || other.length.cmp(&one.length);
            one.head.cmp(&other.head).then_with(by_length)
        });
        forms.dedup_by(|next, kept| next.head == kept.head);
        let (mut ranks, mut first) = (Vec::<Rank>::with_capacity(forms.len()), [0; 4]);
        for form in forms {
            let mut shorter = ranks.len().checked_sub(1);
            while let Some(rank) = shorter.and_then(|before| ranks.get(before)) {
                if form.head.starts_with(&*rank.head) {
                    break;
                }
                shorter = rank.shorter;
            }
            let within = shorter.and_then(|before| ranks.get(before));
            let length = within.map_or(0, |rank| rank.length).max(form.length);
            set(&mut first, &form.head);
            ranks.push(Rank {
                head: form.head.clone(),
                length,
                shorter,
            });
        }
        Self { ranks, first }
    }

    fn may_begin(&self, rest: &str) -> bool {
        let (word, bit) = place_of(rest);
        self.first.get(word).is_some_and(|bits| bits & bit != 0)
    }

    /// How long the longest form is that a text begins with.
    fn begins(&self, rest: &str) -> Option<usize> {
        let behind = self.ranks.partition_point(|rank| *rank.head <= *rest);
        let mut rank = self.ranks.get(behind.checked_sub(1)?)?;
        let both = rank.head.bytes().zip(rest.bytes());
        let common = both.take_while(|(one, other)| one == other).count();
        // Whatever else the text begins with, this one begins with too.
        while rank.head.len() > common {
            rank = self.ranks.get(rank.shorter?)?;
        }
        Some(rank.length)
    }

    /// Whether a form begins with a text that is long enough to tell anything.
    fn ends_within(&self, rest: &str) -> bool {
        let behind = self.ranks.partition_point(|rank| *rank.head < *rest);
        let next = self.ranks.get(behind);
        rest.chars().nth(SHORTEST - 1).is_some()
            && next.is_some_and(|rank| rank.head.starts_with(rest))
    }
}

fn set(first: &mut [u64; 4], text: &str) {
    let (word, bit) = place_of(text);
    if let Some(bits) = first.get_mut(word) {
        *bits |= bit;
    }
}

/// The place of the first byte among the bits.
fn place_of(text: &str) -> (usize, u64) {
    let byte = text.bytes().next().unwrap_or_default();
    (usize::from(byte / 64), 1 << (byte % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Beginning and end of each.
    fn found(forms: &[&str], text: &str, cut: bool) -> Vec<(usize, usize)> {
        let mut all = Forms::default();
        for form in forms {
            all.add(form);
        }
        let found = all.find(text, cut).into_iter();
        found.map(|range| (range.start, range.end)).collect()
    }

    /// Every place of every form, by looking for each.
    fn naive(forms: &[&str], text: &str) -> Vec<(usize, usize)> {
        let starts = text.char_indices().map(|(start, _)| start);
        let longest = |start: usize| {
            let here = |form: &&&str| text[start..].starts_with(**form);
            forms.iter().filter(here).map(|form| form.len()).max()
        };
        starts
            .filter_map(|start| Some((start, start + longest(start)?)))
            .collect()
    }

    #[test]
    fn the_longest_form_is_found_in_every_place() {
        let forms = [
            "abab", "ababc", "ababd", "baba", "bäbä", "aaaa", "aaaaaa", "aaaaab",
        ];
        for text in [
            "",
            "aba",
            "abab",
            "ababab",
            "ababcababd",
            "xbäbäx",
            "aaaaaaaab",
            "aaaaa",
            "ababaaaaabab",
        ] {
            assert_eq!(found(&forms, text, false), naive(&forms, text), "{text}");
        }
        assert!(found(&[], "abab", true).is_empty());
    }

    #[test]
    fn what_begins_like_a_long_form_is_taken_for_all_of_it() {
        let head = "x".repeat(HEAD);
        let long = format!("{head}-and-more");
        let other = |text: &str| found(&[&long], text, false);
        assert_eq!(other(&long), [(0, long.len())]);
        assert_eq!(other(&format!("{head}, and ä")), [(0, HEAD + 8)]);
        assert_eq!(other(&head), [(0, HEAD)]);
        assert!(other(&head[1..]).is_empty());
    }

    #[test]
    fn a_text_that_is_cut_may_end_in_the_midst_of_a_form() {
        assert_eq!(found(&["hunter22"], "my hunt", true), [(3, 7)]);
        assert!(found(&["hunter22"], "my hunt", false).is_empty());
        assert!(found(&["hunter22"], "my hun", true).is_empty());
        assert_eq!(found(&["hunter22"], "my hunter22", true), [(3, 11)]);
    }
}
