//! [`Tree`]: a condition as it was written, over slots.

use super::super::held::Slots;
use super::super::logic::Logic;
use super::Atom;

/// A condition as it was written, over slots.
#[derive(Clone, Debug)]
pub(in crate::policy::program) enum Tree {
    All(Box<[Tree]>),
    Any(Box<[Tree]>),
    Not(Box<Tree>),
    Atom(Atom),
}

impl Tree {
    /// What is known of it.
    pub(in crate::policy::program) fn truth(&self, slots: &Slots<'_, '_>) -> Logic {
        match self {
            Self::Atom(atom) => atom.truth(slots),
            Self::Not(part) => part.truth(slots).not(),
            Self::All(parts) => {
                let mut least = Logic::True;
                for part in parts {
                    least = least.min(part.truth(slots));
                    if least == Logic::False {
                        break;
                    }
                }
                least
            }
            Self::Any(parts) => {
                let mut greatest = Logic::False;
                for part in parts {
                    greatest = greatest.max(part.truth(slots));
                    if greatest == Logic::True {
                        break;
                    }
                }
                greatest
            }
        }
    }

    /// The first slot that leaves it unknown, if it is.
    pub(in crate::policy::program) fn blamed(&self, slots: &Slots<'_, '_>) -> Option<u32> {
        match self {
            _ if self.truth(slots) != Logic::Unknown => None,
            Self::Atom(atom) => atom.blamed(slots),
            Self::Not(part) => part.blamed(slots),
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(|part| part.blamed(slots)),
        }
    }

    /// Adds the slots it asks.
    pub(in crate::policy::program) fn collect_slots(&self, slots: &mut Vec<u32>) {
        match self {
            Self::Atom(atom) => atom.collect_slots(slots),
            Self::Not(part) => part.collect_slots(slots),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_slots(slots));
            }
        }
    }
}
