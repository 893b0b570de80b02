//! Rules of a single atom, beside the field they ask.

use std::sync::Arc;

use crate::value::{Value, same_text};

use super::atom::Test;
use super::number::NumberTest;

/// Rules of a single atom that ask one field alone, by the type they ask for, each list in rule order.
#[derive(Debug, Default)]
pub(super) struct Singles {
    numbers: Vec<NumberSingle>,
    texts: Vec<TextSingle>,
    booleans: Vec<BooleanSingle>,
}

#[derive(Debug)]
struct NumberSingle {
    rule: u32,
    test: NumberTest,
}

#[derive(Debug)]
struct TextSingle {
    rule: u32,
    equal: bool,
    literal: Arc<str>,
}

#[derive(Debug)]
struct BooleanSingle {
    rule: u32,
    literal: bool,
}

impl Singles {
    /// Takes one rule. Returns whether its atom asks one field alone.
    pub(super) fn push(&mut self, rule: u32, test: &Test) -> bool {
        if let Some(test) = NumberTest::of(test) {
            self.numbers.push(NumberSingle { rule, test });
            return true;
        }
        let text = |equal, literal: &Arc<str>| TextSingle {
            rule,
            equal,
            literal: Arc::clone(literal),
        };
        match test {
            Test::EqualsText(literal) => self.texts.push(text(true, literal)),
            Test::NotText(literal) => self.texts.push(text(false, literal)),
            Test::EqualsBoolean(literal) => self.booleans.push(BooleanSingle {
                rule,
                literal: *literal,
            }),
            Test::NotBoolean(literal) => self.booleans.push(BooleanSingle {
                rule,
                literal: !*literal,
            }),
            _ => return false,
        }
        true
    }

    /// The first rule before `best` that holds of a value, else `best`.
    #[inline(always)]
    pub(super) fn first_of(&self, value: &Value<'_>, best: u32) -> u32 {
        match value {
            Value::Text(text) => self.first_of_text(text, best),
            Value::Bool(flag) => first(
                &self.booleans,
                best,
                |single| single.rule,
                |single| single.literal == *flag,
            ),
            other => other
                .as_f64()
                .map_or(best, |number| self.first_of_number(number, best)),
        }
    }

    #[inline(always)]
    fn first_of_number(&self, number: f64, best: u32) -> u32 {
        first(
            &self.numbers,
            best,
            |single| single.rule,
            |single| single.test.holds(number),
        )
    }

    /// The first rule before `best` that holds of a text, else `best`.
    #[inline(always)]
    pub(super) fn first_of_text(&self, text: &str, best: u32) -> u32 {
        let holds = |single: &TextSingle| same_text(text, &single.literal) == single.equal;
        first(&self.texts, best, |single| single.rule, holds)
    }
}

/// The first rule before `best` that holds, else `best`.
#[inline(always)]
fn first<T>(list: &[T], best: u32, rule: impl Fn(&T) -> u32, holds: impl Fn(&T) -> bool) -> u32 {
    for item in list {
        let rule = rule(item);
        if rule >= best {
            return best;
        }
        if holds(item) {
            return rule;
        }
    }
    best
}
