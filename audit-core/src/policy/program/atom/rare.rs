//! [`Rare`]: tests that no table takes.

use jiff::Timestamp;
use regex::Regex;

use crate::policy::model::{IpNetwork, Operator, ScalarType, Window};
use crate::policy::share::Share;

use super::super::constant::{Constant, Constants, relate};
use super::super::held::{Held, Slots};
use super::super::kind::take_scalar;
use super::super::logic::Logic;
use super::tree::Tree;

/// A test that no table takes.
#[derive(Debug)]
pub(in crate::policy::program) enum Rare {
    /// A value held against one written in the policy.
    Constant(Operator, Constant),
    /// One of these values (`true`), or none of them.
    Among(Constants, bool),
    /// A list of items of this type, with this one.
    Item(ScalarType, Constant),
    /// A text in which this is found.
    Found(Regex),
    /// An address in one of these networks.
    Networks(Vec<IpNetwork>),
    /// A time of day.
    Window(Box<Window>),
    /// It is there, or is not.
    Exists(bool),
    /// Another slot of a declared type.
    Slot(Operator, u32),
    /// In the list of another slot, whose items are of this type (`true`), or not in it.
    AmongSlot(u32, ScalarType, bool),
    /// A list of items of this type, with the value of another slot.
    ItemSlot(ScalarType, u32),
    /// Whoever the text in the slot names is in this share (`true`), or is not.
    Share(Share, bool),
    /// No later than this time; nothing, if there is no time.
    Until(i64),
    /// A condition of its own.
    Tree(Tree),
}

impl Rare {
    /// Adds the slots it asks besides its own.
    pub(in crate::policy::program) fn collect_slots(&self, slots: &mut Vec<u32>) {
        match self {
            Self::Slot(_, other) | Self::AmongSlot(other, ..) | Self::ItemSlot(_, other) => {
                slots.push(*other);
            }
            Self::Tree(tree) => tree.collect_slots(slots),
            _ => {}
        }
    }

    /// What is known of a value.
    pub(in crate::policy::program) fn truth(
        &self,
        left: &Held<'_>,
        slots: &Slots<'_, '_>,
    ) -> Logic {
        match self {
            // What asks for no value of its own.
            Self::Tree(tree) => return tree.truth(slots),
            Self::Exists(wanted) => {
                let exists = !matches!(left, Held::Absent | Held::Missing | Held::Astray);
                return (exists == *wanted).into();
            }
            Self::Share(share, wanted) => {
                let text = if let Held::Text(text) = left {
                    Some(*text)
                } else {
                    None
                };
                return (share.holds(text) == *wanted).into();
            }
            Self::Until(end) => {
                return (!matches!(left, Held::Number(time) if time >= end)).into();
            }
            _ => {}
        }
        let right = self.other_slot().map(|slot| slots.at(slot));
        if is_absent(left) || right.is_some_and(is_absent) {
            return Logic::False;
        }
        if is_unknown(left) || right.is_some_and(is_unknown) {
            return Logic::Unknown;
        }
        match right {
            Some(right) => self.holds_beside(left, right).into(),
            None => self.holds(left).into(),
        }
    }

    /// The other slot that it asks.
    const fn other_slot(&self) -> Option<u32> {
        match self {
            Self::Slot(_, other) | Self::AmongSlot(other, ..) | Self::ItemSlot(_, other) => {
                Some(*other)
            }
            _ => None,
        }
    }

    /// Whether it holds of two values that are there and fit.
    fn holds_beside(&self, left: &Held<'_>, right: &Held<'_>) -> bool {
        match self {
            Self::Slot(operator, _) => relate(*operator, left, right),
            Self::AmongSlot(_, kind, wanted) => has_item(right, *kind, left) == *wanted,
            Self::ItemSlot(kind, _) => has_item(left, *kind, right),
            _ => false,
        }
    }

    /// Whether it holds of a value that is there and fits.
    fn holds(&self, left: &Held<'_>) -> bool {
        match (self, left) {
            // What is no number does not differ from a NaN either: the two can't be compared.
            (Self::Constant(Operator::NotEquals, Constant::Nan), left) => {
                matches!(left, Held::Number(_) | Held::Nan | Held::Null)
            }
            (Self::Constant(operator, right), left) => relate(*operator, left, &right.held()),
            (Self::Among(constants, wanted), left) => constants.contain(left) == *wanted,
            (Self::Item(kind, item), left) => has_item(left, *kind, &item.held()),
            (Self::Found(regex), Held::Text(text)) => regex.is_match(text),
            (Self::Networks(networks), Held::Address(address)) => {
                networks.iter().any(|network| network.0.contains(address))
            }
            (Self::Window(window), Held::Number(time)) => is_within(window, *time),
            _ => false,
        }
    }
}

const fn is_absent(value: &Held<'_>) -> bool {
    matches!(value, Held::Absent | Held::Other)
}

const fn is_unknown(value: &Held<'_>) -> bool {
    matches!(value, Held::Missing | Held::Unfit | Held::Astray)
}

/// Whether a list has an item that equals a value.
fn has_item(list: &Held<'_>, kind: ScalarType, wanted: &Held<'_>) -> bool {
    let Held::List(items) = list else {
        return false;
    };
    items
        .iter()
        .any(|item| relate(Operator::Equals, &take_scalar(kind, item), wanted))
}

/// Whether a point in time lies in a time of day.
fn is_within(window: &Window, nanos: i64) -> bool {
    let Ok(time) = Timestamp::from_nanosecond(i128::from(nanos)) else {
        return false;
    };
    let there = time.to_zoned(window.zone.clone());
    let (clock, day) = (there.time(), there.weekday());
    let on = |day| window.days.contains(&day);
    if window.from < window.to {
        return (window.from..window.to).contains(&clock) && on(day);
    }
    // Past midnight: what is left of the evening, or of the night that began the day before.
    (clock >= window.from && on(day)) || (clock < window.to && on(day.previous()))
}
