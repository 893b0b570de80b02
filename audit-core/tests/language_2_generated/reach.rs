//! What is generated reaches what has to be looked at.

use std::collections::BTreeSet;

use audit_core::{Effect, Mode};
use fastrand::Rng;

use super::ast::{Asked, Condition, Policy, Right};
use super::generate;
use super::naive::condition::{Reasons, Truth, World};

/// Enough to see everything often.
const CASES: u64 = 6_000;

const WITH_FIELDS: [&str; 13] = [
    "equals",
    "not_equals",
    "greater_than",
    "greater_or_equal",
    "less_than",
    "less_or_equal",
    "in",
    "not_in",
    "contains",
    "starts_with",
    "ends_with",
    "before",
    "after",
];
const WRITTEN_ALONE: [&str; 4] = ["matches", "matches_regex", "in_cidr", "within"];

/// Every request of some cases, with its policy set.
fn each(mut look: impl FnMut(&Policy, &Asked)) {
    for seed in 0..CASES {
        let (policy, requests) = generate::case(&mut Rng::with_seed(seed));
        for asked in &requests {
            look(&policy, asked);
        }
    }
}

#[test]
fn every_operator_is_true_false_and_unknown_with_every_side_it_takes() {
    let mut seen = BTreeSet::new();
    each(|policy, asked| {
        let world = World { policy, asked };
        let answer = policy.answer(asked);
        let judging = |id: &str| answer.candidates.iter().any(|(known, _)| *known == id);
        let rules = policy.rules.iter().filter(|rule| judging(&rule.id));
        for comparison in rules
            .filter_map(|rule| rule.when.as_ref())
            .flat_map(Condition::comparisons)
        {
            let Condition::Compare(_, operator, right) = comparison else {
                unreachable!("only comparisons are listed");
            };
            let truth = match world.truth(comparison, &mut Reasons::new()) {
                Truth::True => "true",
                Truth::False => "false",
                Truth::Unknown => "unknown",
            };
            seen.insert((*operator, matches!(right, Right::Field(_)), truth));
        }
    });
    let mut unseen = Vec::new();
    let mut want = |operator, field, truths: &[&'static str]| {
        let truths = truths.iter().map(|truth| (operator, field, *truth));
        unseen.extend(truths.filter(|wanted| !seen.contains(wanted)));
    };
    let all = ["true", "false", "unknown"];
    for operator in WITH_FIELDS {
        want(operator, true, &all);
    }
    for operator in WITH_FIELDS {
        want(operator, false, &all);
    }
    for operator in WRITTEN_ALONE {
        want(operator, false, &all);
    }
    want("exists", false, &all[..2]);
    assert_eq!(unseen, []);
}

#[test]
fn decisions_come_about_in_every_way() {
    let mut seen = BTreeSet::new();
    each(|policy, asked| {
        let answer = policy.answer(asked);
        let by = match (&answer.doubt, answer.rule, answer.effect) {
            (Some(_), _, Effect::Allow) => "undecided and allowed",
            (Some(_), ..) => "undecided and blocked",
            (None, Some(_), _) => "by a rule",
            (None, None, _) => "by default",
        };
        let rules = policy.rules.len();
        seen.insert((by, answer.mode.is_some(), answer.would.is_some()));
        if asked.mode == Mode::Off {
            let has_a_say = answer.mode.is_some() || answer.would.is_some();
            seen.insert(("in a call that is off", has_a_say, asked.overridden));
        }
        seen.insert(("of many rules", rules > 12, rules > 64));
        seen.insert((
            "with modes set",
            asked.overridden,
            !asked.rule_modes.is_empty(),
        ));
    });
    let expected = [
        ("by a rule", false, false),
        ("by a rule", false, true),
        ("by a rule", true, false),
        ("by a rule", true, true),
        ("by default", false, false),
        ("by default", false, true),
        ("in a call that is off", false, false),
        ("in a call that is off", false, true),
        ("in a call that is off", true, false),
        ("in a call that is off", true, true),
        ("of many rules", false, false),
        ("of many rules", true, false),
        ("of many rules", true, true),
        ("undecided and allowed", false, false),
        ("undecided and allowed", true, false),
        ("undecided and blocked", false, false),
        ("undecided and blocked", true, false),
        ("with modes set", false, false),
        ("with modes set", false, true),
        ("with modes set", true, false),
        ("with modes set", true, true),
    ];
    assert_eq!(seen, expected.into_iter().collect());
}
