//! Rules of a single atom, beside the field they ask.

use std::sync::Arc;

use crate::value::same_text;

use super::atom::Test;
use super::held::Held;
use super::index::NONE;
use super::number::NumberTest;
use super::ordered::first;

/// Rules of a single atom that ask one field alone, by the type they ask for, each list in rule order.
#[derive(Debug)]
pub(super) struct Singles {
    numbers: Vec<(u32, NumberTest)>,
    texts: Vec<(u32, TextTest)>,
    /// The truth value that each rule asks for.
    booleans: Vec<(u32, bool)>,
    /// The first rule that holds of null.
    of_null: u32,
}

/// A text held against a literal, which it must equal or must not.
#[derive(Debug)]
struct TextTest {
    equal: bool,
    literal: Arc<str>,
}

impl Default for Singles {
    fn default() -> Self {
        Self {
            numbers: Vec::new(),
            texts: Vec::new(),
            booleans: Vec::new(),
            of_null: NONE,
        }
    }
}

impl Singles {
    /// Takes one rule. Returns whether its atom asks one field alone.
    pub(super) fn push(&mut self, rule: u32, test: &Test) -> bool {
        if matches!(
            test,
            Test::NotKey(_) | Test::NotText(_) | Test::NotBoolean(_)
        ) {
            self.of_null = self.of_null.min(rule);
        }
        if let Some(test) = NumberTest::of(test) {
            self.numbers.push((rule, test));
            return true;
        }
        let text = |equal, literal: &Arc<str>| {
            let literal = Arc::clone(literal);
            (rule, TextTest { equal, literal })
        };
        match test {
            Test::EqualsText(literal) => self.texts.push(text(true, literal)),
            Test::NotText(literal) => self.texts.push(text(false, literal)),
            Test::EqualsBoolean(literal) => self.booleans.push((rule, *literal)),
            Test::NotBoolean(literal) => self.booleans.push((rule, !literal)),
            _ => return false,
        }
        true
    }

    /// The first rule before `best` that holds of a value, else `best`.
    #[inline]
    pub(super) fn first_of(&self, value: &Held<'_>, best: u32) -> u32 {
        match value {
            Held::Text(text) => self.first_of_text(text, best),
            Held::Number(key) => self.first_of_number(*key, best),
            Held::Boolean(flag) => self.first_of_boolean(*flag, best),
            Held::Nan => first(&self.numbers, best, |test| test.holds_unordered()),
            Held::Huge(_) => first(&self.numbers, best, |test| test.holds_above_all()),
            Held::Null => best.min(self.of_null),
            _ => best,
        }
    }

    /// The first rule before `best` that holds of a number, else `best`.
    #[inline(always)]
    pub(super) fn first_of_number(&self, key: i64, best: u32) -> u32 {
        first(&self.numbers, best, |test| test.holds(key))
    }

    /// The first rule before `best` that holds of a truth value, else `best`.
    #[inline(always)]
    pub(super) fn first_of_boolean(&self, flag: bool, best: u32) -> u32 {
        first(&self.booleans, best, |literal| *literal == flag)
    }

    /// The first rule before `best` that holds of a text, else `best`.
    #[inline(always)]
    pub(super) fn first_of_text(&self, text: &str, best: u32) -> u32 {
        first(&self.texts, best, |test| {
            same_text(text, &test.literal) == test.equal
        })
    }
}
