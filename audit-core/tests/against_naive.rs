//! The compiled evaluator answers as the plainest possible reading of the language does.
//!
//! `naive` is that reading, written from the specification; `generate` makes policies and requests over few fields
//! and literals, so that rules collide often. Sizes lie on both sides of every table the index may build. The same rules
//! converted to language 2 answer the same.

#![cfg(test)]

#[path = "against_naive/generate.rs"]
mod generate;
#[path = "against_naive/naive.rs"]
mod naive;

use audit_core::{
    Actor, Conversion, Documents, Evaluator, Policy, Request, RuleOutcome, Runtime, Scope,
};
use naive::Rules;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_is_the_naive_one((rules, requests) in generate::case()) {
        let runtime = runtime_of(&rules);
        for asked in &requests {
            let expected = rules.answer(asked);
            let described = format!("{asked:?}\n{}", rules.to_yaml());
            let (decision, explanation) = Scope::new().actor(Actor::from(asked.actor.clone())).run(|| {
                SNAPSHOT.set(asked.snapshot.clone());
                (runtime.evaluate(&asked.action), runtime.explain(&asked.action))
            });
            prop_assert_eq!(decision.matched_rule.as_deref(), expected.rule.as_deref(), "{}", described);
            prop_assert_eq!(decision.effect, expected.effect, "{}", described);
            let mut missing: Vec<&str> = decision.missing.iter().map(|path| path.as_str()).collect();
            missing.sort_unstable();
            prop_assert_eq!(missing, expected.missing, "{}", described);

            prop_assert_eq!(decision.default_used, expected.rule.is_none());
            prop_assert_eq!(explanation.decision.matched_rule.as_deref(), expected.rule.as_deref());
            prop_assert_eq!(explanation.rules.len(), expected.asked);
            let holding: Vec<&str> = explanation
                .rules
                .iter()
                .filter(|rule| rule.condition.holds())
                .map(|rule| rule.rule.as_str())
                .collect();
            prop_assert_eq!(holding.first().copied(), expected.rule.as_deref(), "{}", described);
            prop_assert_eq!(holding.len(), expected.matching, "{}", described);
            if expected.asked > 0 {
                prop_assert_eq!(explanation.decision.match_count, u32::try_from(expected.matching).ok());
            }
            let decided: Vec<&str> = explanation
                .rules
                .iter()
                .filter(|rule| rule.outcome == RuleOutcome::Decided)
                .map(|rule| rule.rule.as_str())
                .collect();
            prop_assert_eq!(decided, expected.rule.as_deref().into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn in_language_2_every_answer_is_still_the_naive_one((rules, requests) in generate::case()) {
        let documents = Documents::from_strings(generate::SCHEMA, &rules.to_yaml(), None);
        let converted = Conversion::new().convert(&documents).unwrap();
        let policy = Policy::from_strings(&converted.schema, &converted.policy, None).unwrap();
        for asked in requests.iter().filter(|asked| !rules.compare_unfit(asked)) {
            let expected = rules.answer(asked);
            let actor = Actor::from(asked.actor.clone());
            let request = Request::new(&asked.action, &actor, &asked.snapshot);
            let verdict = policy.evaluate(&request).unwrap();
            let described = format!("{asked:?}\n{}", converted.policy);
            prop_assert_eq!(verdict.matched_rule.as_deref(), expected.rule.as_deref(), "{}", described);
            prop_assert_eq!(verdict.effect, expected.effect, "{}", described);
        }
    }
}

std::thread_local! {
    static SNAPSHOT: std::cell::RefCell<audit_core::Snapshot<'static>> =
        const { std::cell::RefCell::new(audit_core::Snapshot::new()) };
}

fn runtime_of(rules: &Rules) -> Runtime {
    Runtime::builder()
        .policy(Policy::from_strings(generate::SCHEMA, &rules.to_yaml(), None).unwrap())
        .snapshot_resolver(|_| Ok(SNAPSHOT.with_borrow(Clone::clone)))
        .build()
        .unwrap()
}
