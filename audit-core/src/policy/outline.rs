//! [`RuleOutline`]: what there is to test of a rule.

use crate::decision::Effect;

use super::lint::is_off;
use super::model::{Condition, Rule, Settings};

/// What there is to test of one rule of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleOutline<'p> {
    /// The rule's identifier; version 1 allows the same one twice.
    pub id: &'p str,
    /// Where it starts in its file, from 1.
    pub line: u32,
    /// What it says if it matches.
    pub effect: Effect,
    /// How many comparisons its condition holds, on all levels.
    pub comparisons: usize,
    /// Whether it takes no part in any call: it is off, or no call that it is for is judged.
    pub is_off: bool,
}

impl<'p> RuleOutline<'p> {
    pub(super) fn of(rule: &'p Rule, settings: &Settings) -> Self {
        Self {
            id: &rule.id,
            line: rule.line,
            effect: rule.effect,
            comparisons: comparisons(&rule.condition),
            is_off: is_off(rule, settings),
        }
    }
}

fn comparisons(condition: &Condition) -> usize {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().map(comparisons).sum(),
        Condition::Not(part) => comparisons(part),
        Condition::Compare(_) => 1,
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::Policy;

    #[test]
    fn every_rule_is_outlined_even_if_nothing_can_reach_it() {
        let schema = "version: 1\nactions: {refund: {fields: {amount: number}}}\n\
            actor: {fields: {role: string}}\nsnapshot: {fields: {}}\n";
        let role = "{subject: {domain: actor, field: role}, operator: equals, value: {literal: x}}";
        let policy = format!(
            "version: 1\nrules:\n  - {{id: a, scope: {{global: true}}, effect: block, when: {role}}}\n  \
             - {{id: b, scope: {{actor: alice}}, effect: allow, when: {{any: [{role}, {role}]}}}}\n"
        );
        let policy = Policy::from_strings(schema, &policy, None).unwrap();
        let outlined: Vec<_> = policy
            .rules()
            .map(|rule| (rule.id, rule.line, rule.comparisons))
            .collect();
        assert_eq!(outlined, [("a", 3, 1), ("b", 4, 2)]);
    }

    #[test]
    fn a_rule_is_off_if_it_says_so_or_no_call_that_it_is_for_is_judged() {
        let schema = "language: audit/2\nactions: {refund: {fields: {}}, payout: {fields: {}}}\n";
        let policy = "language: audit/2\ndefault: allow\nmodes: {payout: off}\nrules:\n  \
             - {id: own, scope: {action: refund}, effect: block, mode: off}\n  \
             - {id: judged, scope: {action: [refund, payout]}, effect: block}\n  \
             - {id: unjudged, scope: {action: payout}, effect: block}\n  \
             - {id: in_spite, scope: {action: payout}, effect: block, mode: shadow}\n";
        let policy = Policy::from_strings(schema, policy, None).unwrap();
        let off = policy.rules().filter(|rule| rule.is_off);
        assert_eq!(
            off.map(|rule| rule.id).collect::<Vec<_>>(),
            ["own", "unjudged"]
        );
    }
}
