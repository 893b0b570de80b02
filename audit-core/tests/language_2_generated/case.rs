//! Very many policy sets, one after the other; a difference is told with the smallest policy set that shows it.

use std::env;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use fastrand::Rng;

use super::ast::{Asked, Condition, Policy};
use super::check::{Difference, check};
use super::generate;

/// So many policy sets where nobody says another number: here, and where every change has to pass.
const FEW: u64 = 1_500;
const MANY: u64 = 100_000;

fn number(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
fn every_answer_is_the_naive_one() {
    let in_ci = env::var("CI").is_ok_and(|ci| ci == "true");
    let cases = number("AUDIT_LANGUAGE2_CASES").unwrap_or(if in_ci { MANY } else { FEW });
    // Each run looks at other policy sets; one in CI at those that the day before has not seen.
    let first = number("AUDIT_LANGUAGE2_SEED").unwrap_or_else(|| fastrand::u64(..));
    let next = AtomicU64::new(0);
    let failure: Mutex<Option<String>> = Mutex::new(None);
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            if place >= cases {
                return;
            }
            let seed = first.wrapping_add(place);
            if let Some(told) = run(seed) {
                next.store(cases, Ordering::Relaxed);
                *failure.lock().unwrap() = Some(told);
            }
        }
    };
    thread::scope(|threads| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            threads.spawn(work);
        }
    });
    if let Some(told) = failure.into_inner().unwrap() {
        panic!("{told}");
    }
}

/// Makes and checks one policy set; what differs, if something does.
fn run(seed: u64) -> Option<String> {
    let (policy, requests) = generate::case(&mut Rng::with_seed(seed));
    let (place, _) = check(&policy, &requests).err()?;
    let (policy, asked, difference) = shrink(policy, requests[place].clone());
    Some(format!(
        "AUDIT_LANGUAGE2_SEED={seed}\n{difference}\n{asked:#?}\n# schema.yaml\n{}# policy.yaml\n{}",
        policy.schema.to_yaml(),
        policy.to_yaml()
    ))
}

/// Leaves out rules, and parts of conditions, as long as something differs.
fn shrink(mut policy: Policy, asked: Asked) -> (Policy, Asked, Difference) {
    let differs = |policy: &Policy| {
        let checked = check(policy, std::slice::from_ref(&asked));
        checked.err().map(|(_, difference)| difference)
    };
    let mut difference = differs(&policy).unwrap_or_default();
    loop {
        let smaller = smaller(&policy)
            .into_iter()
            .find_map(|smaller| Some((differs(&smaller)?, smaller)));
        match smaller {
            Some((told, smaller)) => (difference, policy) = (told, smaller),
            None => return (policy, asked, difference),
        }
    }
}

/// Every policy set that is this one with something left out.
fn smaller(policy: &Policy) -> Vec<Policy> {
    let mut smaller = Vec::new();
    for place in 0..policy.rules.len() {
        let mut without = policy.clone();
        without.rules.remove(place);
        smaller.push(without);
    }
    for (place, rule) in policy.rules.iter().enumerate() {
        let conditions = rule.when.iter().flat_map(parts);
        for when in conditions {
            let mut simpler = policy.clone();
            simpler.rules[place].when = Some(when);
            smaller.push(simpler);
        }
        if rule.rollout.is_some() || rule.expires.is_some() || rule.mode.is_some() {
            for clear in [
                |rule: &mut super::ast::Rule| rule.rollout = None,
                |rule: &mut super::ast::Rule| rule.expires = None,
                |rule: &mut super::ast::Rule| rule.mode = None,
            ] {
                let mut simpler = policy.clone();
                clear(&mut simpler.rules[place]);
                if simpler.to_yaml().len() < policy.to_yaml().len() {
                    smaller.push(simpler);
                }
            }
        }
    }
    smaller
}

/// The parts of a condition, and the condition without each of them.
fn parts(condition: &Condition) -> Vec<Condition> {
    let without = |parts: &[Condition], join: fn(Vec<Condition>) -> Condition| {
        let all = parts.iter().cloned();
        let mut smaller: Vec<Condition> = all.collect();
        for place in 0..parts.len() {
            let mut rest = parts.to_vec();
            if rest.len() > 1 {
                rest.remove(place);
                smaller.push(join(rest));
            }
            for part in self::parts(&parts[place]) {
                let mut simpler = parts.to_vec();
                simpler[place] = part;
                smaller.push(join(simpler));
            }
        }
        smaller
    };
    match condition {
        Condition::All(parts) => without(parts, Condition::All),
        Condition::Any(parts) => without(parts, Condition::Any),
        Condition::Not(part) => {
            let inside = parts(part).into_iter();
            let mut smaller: Vec<Condition> =
                inside.map(|part| Condition::Not(part.into())).collect();
            smaller.push((**part).clone());
            smaller
        }
        Condition::Compare(..) => Vec::new(),
    }
}
