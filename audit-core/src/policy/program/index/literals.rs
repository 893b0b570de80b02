//! Literals that a slot must equal, and what is left to ask behind each.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::value::same_text;

use super::super::atom::Test;
use super::{Behind, Clause};

/// A literal that a slot must equal; a number by its key.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Literal {
    Number(i64),
    Text(Arc<str>),
    Boolean(bool),
}

impl Literal {
    /// The literal of a test for equality. Not to be a truth value is to be the other one.
    pub(super) fn equal_to(test: &Test) -> Option<Self> {
        match test {
            Test::EqualsKey(key) => Some(Self::Number(*key)),
            Test::EqualsText(text) => Some(Self::Text(Arc::clone(text))),
            Test::EqualsBoolean(flag) => Some(Self::Boolean(*flag)),
            Test::NotBoolean(flag) => Some(Self::Boolean(!flag)),
            _ => None,
        }
    }
}

/// Up to so many literals are found faster one by one than by hash.
const FEW: usize = 6;

/// Numbers that a slot must equal.
#[derive(Debug)]
pub(super) enum Numbers {
    Few(Vec<(i64, Behind)>),
    Many(HashMap<i64, Behind, FixedState>),
}

impl Numbers {
    pub(super) fn new(depth: usize, clauses: Vec<(i64, Vec<Clause>)>) -> Self {
        let few = clauses.len() <= FEW;
        let entries = clauses
            .into_iter()
            .map(|(key, clauses)| (key, Behind::new(depth, clauses)));
        if few {
            Self::Few(entries.collect())
        } else {
            Self::Many(entries.collect())
        }
    }

    #[inline]
    pub(super) fn get(&self, key: i64) -> Option<&Behind> {
        match self {
            Self::Few(entries) => entries
                .iter()
                .find(|(known, _)| *known == key)
                .map(|(_, behind)| behind),
            Self::Many(entries) => entries.get(&key),
        }
    }
}

/// Texts that a slot must equal.
#[derive(Debug)]
pub(super) enum Texts {
    Few(Vec<(Arc<str>, Behind)>),
    /// A text longer than the longest can't be in the table, and is never hashed.
    Many {
        longest: usize,
        entries: HashMap<Arc<str>, Behind, FixedState>,
    },
}

impl Texts {
    pub(super) fn new(depth: usize, clauses: Vec<(Arc<str>, Vec<Clause>)>) -> Self {
        let few = clauses.len() <= FEW;
        let longest = clauses
            .iter()
            .map(|(text, _)| text.len())
            .max()
            .unwrap_or(0);
        let entries = clauses
            .into_iter()
            .map(|(text, clauses)| (text, Behind::new(depth, clauses)));
        if few {
            Self::Few(entries.collect())
        } else {
            Self::Many {
                longest,
                entries: entries.collect(),
            }
        }
    }

    #[inline]
    pub(super) fn get(&self, text: &str) -> Option<&Behind> {
        match self {
            Self::Few(entries) => entries
                .iter()
                .find(|(known, _)| same_text(known, text))
                .map(|(_, behind)| behind),
            Self::Many { longest, entries } => {
                if text.len() <= *longest {
                    entries.get(text)
                } else {
                    None
                }
            }
        }
    }
}
