//! Lone `not_equals`: of one slot and type, two rules say all.

use super::NONE;

/// The lone `not_equals` of one slot and type.
///
/// A value differs from all literals but one, so either the first rule matches, or the first rule with
/// another literal does.
#[derive(Debug)]
pub(super) struct Unequal<L> {
    candidates: Vec<(L, u32)>,
}

impl<L: PartialEq> Unequal<L> {
    /// Of literals and their rules, in rule order.
    pub(super) fn new(pairs: Vec<(L, u32)>) -> Self {
        let mut candidates: Vec<(L, u32)> = Vec::new();
        for (literal, rule) in pairs {
            if candidates.len() < 2 && candidates.iter().all(|(known, _)| *known != literal) {
                candidates.push((literal, rule));
            }
        }
        Self { candidates }
    }

    /// The first rule whose literal differs.
    #[inline]
    pub(super) fn first_rule(&self, differs: impl Fn(&L) -> bool) -> u32 {
        self.candidates
            .iter()
            .find(|(literal, _)| differs(literal))
            .map_or(NONE, |(_, rule)| *rule)
    }
}
