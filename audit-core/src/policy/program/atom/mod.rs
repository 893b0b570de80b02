//! Atoms: comparisons over slots.

mod rare;
mod tree;

use std::sync::Arc;

use crate::value::same_text;

use super::held::{Held, Slots};
use super::logic::Logic;
use super::relation::Relation;

pub(super) use rare::Rare;
pub(super) use tree::Tree;

/// One comparison, compiled: which slot, and what it is held against.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub(super) slot: u32,
    pub(super) test: Test,
}

/// What a slot is held against. The frequent tests have tables; the others are [`Rare`].
#[derive(Clone, Debug)]
pub(super) enum Test {
    EqualsKey(i64),
    EqualsText(Arc<str>),
    EqualsBoolean(bool),
    NotKey(i64),
    NotText(Arc<str>),
    NotBoolean(bool),
    Above(i64),
    Below(i64),
    /// Another slot, to which this one must stand so; compared as version 1 does: by the values' own types.
    Slot(Relation, u32),
    /// Nothing: the two sides can never be compared.
    Never,
    /// Something no table takes.
    Rare(Arc<Rare>),
}

impl Atom {
    /// A test that no table takes.
    pub(super) fn rare(slot: u32, rare: Rare) -> Self {
        let test = Test::Rare(Arc::new(rare));
        Self { slot, test }
    }

    /// Adds the slots it asks.
    pub(super) fn collect_slots(&self, slots: &mut Vec<u32>) {
        slots.push(self.slot);
        match &self.test {
            Test::Slot(_, other) => slots.push(*other),
            Test::Rare(rare) => rare.collect_slots(slots),
            _ => {}
        }
    }

    /// Whether the comparison holds. What is unknown does not.
    #[inline(always)]
    pub(super) fn holds(&self, slots: &Slots<'_, '_>) -> bool {
        let left = slots.at(self.slot);
        match (&self.test, left) {
            (Test::EqualsKey(right), Held::Number(left)) => left == right,
            (Test::EqualsText(right), Held::Text(left)) => same_text(left, right),
            (Test::EqualsBoolean(right), Held::Boolean(left)) => left == right,
            (Test::NotKey(right), Held::Number(left)) => left != right,
            (Test::NotText(right), Held::Text(left)) => !same_text(left, right),
            (Test::NotBoolean(right), Held::Boolean(left)) => left != right,
            (Test::Above(right), Held::Number(left)) => left > right,
            (Test::Below(right), Held::Number(left)) => left < right,
            (Test::Rare(rare), left) => rare.truth(left, slots) == Logic::True,
            (Test::Slot(asked, right), left) => {
                Relation::of(left, slots.at(*right)).is_among(*asked)
            }
            (Test::NotKey(_), Held::Nan | Held::Huge(_))
            | (Test::Above(_), Held::Huge(_))
            | (Test::NotKey(_) | Test::NotText(_) | Test::NotBoolean(_), Held::Null) => true,
            _ => false,
        }
    }

    /// The first slot that leaves it unknown, where it is.
    fn blamed(&self, slots: &Slots<'_, '_>) -> Option<u32> {
        if let Test::Rare(rare) = &self.test
            && let Rare::Tree(tree) = &**rare
        {
            return tree.blamed(slots);
        }
        let mut asked = Vec::new();
        self.collect_slots(&mut asked);
        let is_unknown =
            |slot: &u32| matches!(slots.at(*slot), Held::Missing | Held::Unfit | Held::Astray);
        asked.into_iter().find(is_unknown)
    }

    /// What is known of the comparison.
    pub(super) fn truth(&self, slots: &Slots<'_, '_>) -> Logic {
        let left = slots.at(self.slot);
        match (&self.test, left) {
            (Test::Rare(rare), left) => rare.truth(left, slots),
            (Test::Never, _) => Logic::False,
            (_, Held::Missing | Held::Unfit | Held::Astray) => Logic::Unknown,
            _ => self.holds(slots).into(),
        }
    }
}
