//! Blocks for every action that an `allow` hides: under `first_match` a rule that names the action is asked before one
//! that does not.

use super::Found;
use super::clause::Clauses;
use super::hold::can_both_match;
use super::order::class;
use super::schema::{Fields, actors_of};
use super::state::State;
use crate::decision::Effect;
use crate::policy::model::{Combine, PolicySet, Rule};
use crate::policy::problem::ProblemKind;
use crate::policy::reading::wording::quoted;

/// How many comparisons are looked at.
const MAX_STEPS: usize = 300_000;

/// Reports every rule that allows calls before a rule of a wider scope blocks them.
pub(super) fn check<'s>(
    set: &'s PolicySet,
    order: &[usize],
    states: &[State],
    clauses: &Clauses<'s>,
    fields: &'s Fields<'s>,
    found: &mut Found<'_>,
) {
    if set.settings.combine == Combine::BlockOverrides {
        return;
    }
    let live = |effect: Effect| {
        order.iter().filter_map(move |number| {
            let rule = set.rules.get(*number)?;
            let live = states.get(*number)?.is_live && clauses.of_rule(*number).is_some();
            (live && rule.effect == effect).then_some((*number, rule))
        })
    };
    let blocks: Vec<&Rule> = live(Effect::Block)
        .map(|(_, rule)| rule)
        .filter(|rule| class(rule) > 0)
        .collect();
    let mut steps = MAX_STEPS;
    for (number, rule) in live(Effect::Allow) {
        let mut wider = blocks.iter().filter(|block| class(block) > class(rule));
        let hidden = wider.find(|block| {
            steps = steps.saturating_sub(actors_of(rule).len() * actors_of(block).len() / 16);
            if steps == 0 || !share_actors(rule, block) {
                return false;
            }
            let (both, taken) = can_both_match(rule, block, fields);
            steps = steps.saturating_sub(taken);
            both
        });
        if let Some(block) = hidden {
            report(number, rule, block, found);
        }
    }
    if steps == 0 {
        let message = "not all rules that allow were held against those that block every action: there are too many";
        let message = message.to_owned();
        found.push(ProblemKind::UncheckedRules, None, None, message, None);
    }
}

/// Whether somebody is meant by both.
fn share_actors(first: &Rule, second: &Rule) -> bool {
    let (first, second) = (actors_of(first), actors_of(second));
    first.is_empty() || second.is_empty() || first.iter().any(|actor| second.contains(actor))
}

fn report(number: usize, rule: &Rule, block: &Rule, found: &mut Found<'_>) {
    let scope = if class(block) == 2 {
        "global rule"
    } else {
        "rule for actors"
    };
    let message = format!(
        "the rule {} allows calls that the {scope} {} on line {} would block: under `first_match` it is asked first",
        quoted(&rule.id),
        quoted(&block.id),
        block.line
    );
    let hint = "say `combine: block_overrides`, or repeat the block for this action";
    found.of_rule(
        ProblemKind::HiddenBlock,
        number,
        rule,
        message,
        Some(hint.to_owned()),
    );
}
