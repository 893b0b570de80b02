//! [`RuleOutline`]: what there is to test of a rule.

use crate::decision::Effect;

use super::model::{Condition, Rule};

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
}

impl<'p> RuleOutline<'p> {
    pub(super) fn of(rule: &'p Rule) -> Self {
        Self {
            id: &rule.id,
            line: rule.line,
            effect: rule.effect,
            comparisons: comparisons(&rule.condition),
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
}
