//! Held against a list that is searched from its beginning.

use std::sync::Arc;

use proptest::prelude::*;

use crate::pattern::{Glob, Pattern};

use super::Index;

/// Subscriptions as they came: a pattern, and who subscribed.
#[derive(Default)]
struct Naive {
    /// In the order in which they were first subscribed to.
    patterns: Vec<(String, Vec<usize>)>,
}

impl Naive {
    fn add(&mut self, pattern: &str, who: usize) {
        match self.patterns.iter_mut().find(|(text, _)| text == pattern) {
            Some((_, listeners)) => listeners.push(who),
            None => self.patterns.push((pattern.to_owned(), vec![who])),
        }
    }

    fn remove(&mut self, pattern: &str, who: usize) {
        for (text, listeners) in &mut self.patterns {
            if text == pattern {
                listeners.retain(|other| *other != who);
            }
        }
        self.patterns.retain(|(_, listeners)| !listeners.is_empty());
    }

    fn told(&self, name: &str) -> Vec<usize> {
        let exact = self.patterns.iter().filter(|(text, _)| text == name);
        let others = self
            .patterns
            .iter()
            .filter(|(text, _)| text != name && Glob::of(text).matches(name));
        exact
            .chain(others)
            .flat_map(|(_, who)| who.clone())
            .collect()
    }
}

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).unwrap()
}

fn told(index: &Index<usize>, name: &str) -> Vec<usize> {
    index.told(name).iter().map(|who| **who).collect()
}

#[test]
fn exact_names_are_told_first_then_patterns_in_the_order_first_subscribed() {
    let mut index = Index::default();
    for (who, text) in ["*", "x.y", "x.*", "*", "x.y"].iter().enumerate() {
        index.add(&pattern(text), Arc::new(who));
    }
    assert_eq!(told(&index, "x.y"), [1, 4, 0, 3, 2]);
    assert_eq!(told(&index, "x.z"), [0, 3, 2]);
    assert_eq!(told(&index, ""), [0, 3]);
}

#[test]
fn a_name_that_is_a_pattern_too_is_told_once_to_those_who_asked_for_it() {
    let mut index = Index::default();
    for (who, text) in ["*", "a[b]", "a[b]c"].iter().enumerate() {
        index.add(&pattern(text), Arc::new(who));
    }
    assert_eq!(told(&index, "a[b]"), [1, 0]);
    assert_eq!(told(&index, "*"), [0]);
    assert_eq!(told(&index, "abc"), [0, 2]);
}

#[test]
fn a_pattern_that_nobody_is_subscribed_to_any_more_is_forgotten() {
    let mut index = Index::default();
    let (first, second) = (Arc::new(1), Arc::new(2));
    index.add(&pattern("a*"), Arc::clone(&first));
    index.add(&pattern("*b"), Arc::clone(&second));
    assert!(index.remove(&pattern("a*"), &first));
    assert!(!index.remove(&pattern("a*"), &first));
    assert_eq!(told(&index, "ab"), [2]);
    assert_eq!(index.patterns().count(), 1);
    index.add(&pattern("a*"), first);
    assert_eq!(told(&index, "ab"), [2, 1]);
}

proptest! {
    #[test]
    fn it_answers_as_a_list_that_is_searched(
        changes in prop::collection::vec(("[ab.*?\\[\\]]{0,6}|[ab]{1,3}\\.\\*|\\*[ab.]{1,8}|\\*[ab]{1,6}\\*", 0_u8..4), 0..40),
        names in prop::collection::vec("[ab.\\[\\]é*]{0,8}", 1..8),
    ) {
        let (mut index, mut naive) = (Index::default(), Naive::default());
        let mut there: Vec<(String, Arc<usize>)> = Vec::new();
        for (who, (text, change)) in changes.into_iter().enumerate() {
            if change == 0 && !there.is_empty() {
                let (text, who) = there.remove(who % there.len());
                prop_assert!(index.remove(&pattern(&text), &who));
                naive.remove(&text, *who);
            } else {
                let listener = Arc::new(who);
                index.add(&pattern(&text), Arc::clone(&listener));
                naive.add(&text, who);
                there.push((text, listener));
            }
        }
        for name in names {
            prop_assert_eq!(told(&index, &name), naive.told(&name), "{}", name);
        }
    }
}
