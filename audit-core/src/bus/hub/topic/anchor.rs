//! [`Anchors`]: which patterns may stand for a name, found by a text that a name must have where the pattern has it.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::RandomState;

use crate::pattern::{Glob, Piece};

/// The most bytes of a text that may stand anywhere in a name. Each length is looked for at each place.
const GRAM: usize = 4;

/// A text that every name has for which a pattern stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    /// At its beginning.
    Start(Box<[u8]>),
    /// At its end.
    End(Box<[u8]>),
    /// Somewhere.
    Inside(Box<[u8]>),
    /// None: the pattern is held against every name.
    Nothing,
}

/// Patterns by their anchors, each as the number its owner gave it.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    starts: Texts,
    ends: Texts,
    insides: Texts,
    others: Vec<u32>,
}

/// Patterns by texts, and how many texts of each length there are.
#[derive(Debug, Default)]
struct Texts {
    patterns: HashMap<Box<[u8]>, Vec<u32>, RandomState>,
    lengths: BTreeMap<usize, usize>,
}

impl Anchors {
    /// Adds a pattern, by that of its anchors which it shares with fewest others.
    pub(super) fn add(&mut self, glob: &Glob, number: u32) -> Anchor {
        let choices = anchors(glob);
        let least = choices.into_iter().min_by_key(|anchor| self.shared(anchor));
        let anchor = least.unwrap_or(Anchor::Nothing);
        match (self.texts(&anchor), &anchor) {
            (Some(texts), Anchor::Start(text) | Anchor::End(text) | Anchor::Inside(text)) => {
                texts.add(text, number);
            }
            _ => self.others.push(number),
        }
        anchor
    }

    /// Takes a pattern out again.
    pub(super) fn remove(&mut self, anchor: &Anchor, number: u32) {
        match (self.texts(anchor), anchor) {
            (Some(texts), Anchor::Start(text) | Anchor::End(text) | Anchor::Inside(text)) => {
                texts.remove(text, number);
            }
            _ => self.others.retain(|other| *other != number),
        }
    }

    /// The patterns that may stand for a name; some may come twice.
    pub(super) fn candidates(&self, name: &str, mut found: impl FnMut(u32)) {
        let name = name.as_bytes();
        for length in self.starts.up_to(name.len()) {
            self.starts.find(name.get(..length), &mut found);
        }
        for length in self.ends.up_to(name.len()) {
            self.ends.find(name.get(name.len() - length..), &mut found);
        }
        for length in self.insides.up_to(name.len()) {
            for text in name.windows(length) {
                self.insides.find(Some(text), &mut found);
            }
        }
        self.others.iter().copied().for_each(found);
    }

    /// How many patterns have this anchor already. Of several without any, the longest is best: fewest names have it.
    fn shared(&self, anchor: &Anchor) -> (usize, std::cmp::Reverse<usize>) {
        let (texts, text) = match anchor {
            Anchor::Start(text) => (&self.starts, text),
            Anchor::End(text) => (&self.ends, text),
            Anchor::Inside(text) => (&self.insides, text),
            Anchor::Nothing => return (usize::MAX, std::cmp::Reverse(0)),
        };
        let others = texts.patterns.get(text).map_or(0, Vec::len);
        (others, std::cmp::Reverse(text.len()))
    }

    fn texts(&mut self, anchor: &Anchor) -> Option<&mut Texts> {
        match anchor {
            Anchor::Start(_) => Some(&mut self.starts),
            Anchor::End(_) => Some(&mut self.ends),
            Anchor::Inside(_) => Some(&mut self.insides),
            Anchor::Nothing => None,
        }
    }
}

impl Texts {
    fn add(&mut self, text: &[u8], number: u32) {
        let patterns = self.patterns.entry(text.into()).or_default();
        if patterns.is_empty() {
            *self.lengths.entry(text.len()).or_default() += 1;
        }
        patterns.push(number);
    }

    fn remove(&mut self, text: &[u8], number: u32) {
        let Some(patterns) = self.patterns.get_mut(text) else {
            return;
        };
        patterns.retain(|other| *other != number);
        if !patterns.is_empty() {
            return;
        }
        self.patterns.remove(text);
        if let Some(texts) = self.lengths.get_mut(&text.len()) {
            *texts -= 1;
            if *texts == 0 {
                self.lengths.remove(&text.len());
            }
        }
    }

    /// The lengths of texts that a name of this length can have.
    fn up_to(&self, length: usize) -> impl Iterator<Item = usize> {
        self.lengths.range(..=length).map(|(length, _)| *length)
    }

    fn find(&self, text: Option<&[u8]>, found: &mut impl FnMut(u32)) {
        if let Some(patterns) = text.and_then(|text| self.patterns.get(text)) {
            patterns.iter().copied().for_each(found);
        }
    }
}

/// Every text that a pattern could be found by.
fn anchors(glob: &Glob) -> Vec<Anchor> {
    let pieces = glob.pieces();
    let mut anchors = Vec::new();
    if let Some(Piece::Text(text)) = pieces.first() {
        anchors.push(Anchor::Start(text.as_bytes().into()));
    }
    if let Some(Piece::Text(text)) = pieces.last() {
        anchors.push(Anchor::End(text.as_bytes().into()));
    }
    // A text that has a place of its own says more than one that may stand anywhere.
    if anchors.is_empty() {
        for piece in pieces {
            if let Piece::Text(text) = piece {
                let grams = text.as_bytes().windows(text.len().min(GRAM));
                anchors.extend(grams.map(|gram| Anchor::Inside(gram.into())));
            }
        }
    }
    anchors
}
