//! [`Coverage`]: which rules took part and matched in the cases of a run, and which comparisons were seen true and false.

use std::collections::HashMap;

use audit_core::{
    Classification, Comparison, ConditionTrace, Effect, Evaluator, Mode, Policy, RuleOutcome,
    RuleTrace, Text, Truth,
};

/// Which rules of one policy took part and matched, and which comparisons were seen true and false.
#[derive(Debug)]
pub(crate) struct Coverage {
    /// Those that a case can cover.
    rules: Vec<RuleCoverage>,
    /// Those that are off, which none can.
    off: Vec<OffRule>,
    /// By identifier and line: version 1 allows the same identifier twice.
    places: HashMap<(Text<'static>, u32), usize>,
    classification: Classification,
}

/// One rule.
#[derive(Debug)]
pub(crate) struct RuleCoverage {
    pub(crate) id: Text<'static>,
    pub(crate) line: u32,
    pub(crate) effect: Effect,
    /// In how many cases it matched and had a say: in the effect, or in what the effect would be.
    pub(crate) matched: u64,
    /// In how many it did not match.
    pub(crate) unmatched: u64,
    /// In how many it matched in shadow, and nothing came of it.
    pub(crate) in_shadow: u64,
    /// In how many it had expired.
    pub(crate) expired: u64,
    /// In how many it decided.
    pub(crate) decided: u64,
    /// The comparisons that were seen.
    pub(crate) comparisons: Vec<ComparisonCoverage>,
    /// How many comparisons it has.
    pub(crate) total: usize,
}

/// A rule that takes no part in any call.
#[derive(Debug)]
pub(crate) struct OffRule {
    pub(crate) id: Text<'static>,
    pub(crate) line: u32,
    pub(crate) effect: Effect,
}

/// One comparison of a rule.
#[derive(Debug)]
pub(crate) struct ComparisonCoverage {
    /// Its way through the condition: the number of the part on each level.
    path: Vec<usize>,
    /// `action.amount greater_than 1000`.
    pub(crate) text: String,
    /// In how many cases it was true.
    pub(crate) yes: u64,
    /// In how many it was false.
    pub(crate) no: u64,
    /// In how many it was neither, as a value was not there or not of its type.
    pub(crate) neither: u64,
}

/// How many points there are, and how many are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) seen: usize,
    pub(crate) total: usize,
}

impl Coverage {
    /// Of a policy of which nothing was seen yet.
    pub(crate) fn of(policy: &Policy) -> Self {
        let (off, on): (Vec<_>, Vec<_>) = policy.rules().partition(|rule| rule.is_off);
        let off = off.into_iter().map(|rule| OffRule {
            id: Text::from(rule.id).into_owned(),
            line: rule.line,
            effect: rule.effect,
        });
        let rules: Vec<RuleCoverage> = on
            .into_iter()
            .map(|rule| RuleCoverage {
                id: Text::from(rule.id).into_owned(),
                line: rule.line,
                effect: rule.effect,
                matched: 0,
                unmatched: 0,
                in_shadow: 0,
                expired: 0,
                decided: 0,
                comparisons: Vec::new(),
                total: rule.comparisons,
            })
            .collect();
        let places = rules
            .iter()
            .enumerate()
            .map(|(place, rule)| ((rule.id.clone(), rule.line), place))
            .collect();
        Self {
            rules,
            off: off.collect(),
            places,
            classification: policy.classification(),
        }
    }

    /// Takes in what one case showed in a call of this mode. In one that is off only rules with a mode of their own are asked.
    pub(crate) fn see(&mut self, traces: &[RuleTrace], mode: Mode) {
        let asked = |trace: &&RuleTrace| mode > Mode::Off || trace.own_mode.is_some();
        for trace in traces.iter().filter(asked) {
            let place = self.places.get(&(trace.rule.clone(), trace.line));
            let rule = place.and_then(|place| self.rules.get_mut(*place));
            if let Some(rule) = rule {
                rule.see(trace, &self.classification);
            }
        }
    }

    /// Every rule that a case can cover, in the order of the file.
    pub(crate) fn rules(&self) -> &[RuleCoverage] {
        &self.rules
    }

    /// Every rule that is off, in the order of the file.
    pub(crate) fn off(&self) -> &[OffRule] {
        &self.off
    }

    /// How much was seen.
    pub(crate) fn share(&self) -> Share {
        let seen = self.rules.iter().map(RuleCoverage::seen).sum();
        let total = self.rules.iter().map(|rule| 1 + 2 * rule.total).sum();
        Share { seen, total }
    }
}

impl RuleCoverage {
    /// In how many cases it was asked.
    pub(crate) fn asked(&self) -> u64 {
        self.matched + self.unmatched + self.in_shadow
    }

    fn see(&mut self, trace: &RuleTrace, classification: &Classification) {
        match trace.outcome {
            RuleOutcome::Decided | RuleOutcome::AlsoMatches | RuleOutcome::WouldDecide => {
                self.matched += 1;
            }
            RuleOutcome::InShadow => self.in_shadow += 1,
            // Its comparisons are traced, but nobody made them.
            RuleOutcome::Expired => {
                self.expired += 1;
                return;
            }
            _ => self.unmatched += 1,
        }
        self.decided += u64::from(trace.outcome == RuleOutcome::Decided);
        let (mut path, mut next) = (Vec::new(), 0);
        self.walk(&trace.condition, &mut path, &mut next, classification);
    }

    /// Walks through a condition. `next` is where the comparison to come was the last time.
    fn walk(
        &mut self,
        condition: &ConditionTrace,
        path: &mut Vec<usize>,
        next: &mut usize,
        classification: &Classification,
    ) {
        let parts = match condition {
            ConditionTrace::Compare(comparison) => {
                self.comparison(comparison, path, next, classification)
                    .count(comparison.truth);
                return;
            }
            ConditionTrace::All(parts) | ConditionTrace::Any(parts) => parts.as_slice(),
            ConditionTrace::Not(part) => std::slice::from_ref(&**part),
            // Nothing is compared.
            _ => return,
        };
        for (number, part) in parts.iter().enumerate() {
            path.push(number);
            self.walk(part, path, next, classification);
            path.pop();
        }
    }

    /// The comparison at the end of this way, a new one where none was seen there.
    fn comparison(
        &mut self,
        comparison: &Comparison,
        path: &[usize],
        next: &mut usize,
        classification: &Classification,
    ) -> &mut ComparisonCoverage {
        let expected = self.comparisons.get(*next);
        let place = if expected.is_some_and(|known| known.path == path) {
            Some(*next)
        } else {
            self.comparisons.iter().position(|known| known.path == path)
        };
        let place = place.unwrap_or_else(|| {
            self.comparisons.push(ComparisonCoverage {
                path: path.to_vec(),
                text: written(comparison, classification),
                yes: 0,
                no: 0,
                neither: 0,
            });
            self.comparisons.len() - 1
        });
        *next = place + 1;
        #[expect(clippy::indexing_slicing, reason = "found, or pushed above")]
        &mut self.comparisons[place]
    }

    /// How many of its points were seen.
    fn seen(&self) -> usize {
        let comparisons = self.comparisons.iter();
        let seen = comparisons.map(|one| usize::from(one.yes > 0) + usize::from(one.no > 0));
        usize::from(self.matched > 0) + seen.sum::<usize>()
    }
}

impl ComparisonCoverage {
    fn count(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.yes += 1,
            Truth::False => self.no += 1,
            _ => self.neither += 1,
        }
    }
}

/// A comparison as it stands in the policy. What it holds a sensitive field against is not shown.
fn written(comparison: &Comparison, classification: &Classification) -> String {
    let Comparison {
        subject, operator, ..
    } = comparison;
    let hidden = comparison.redacted.is_some() || classification.of_path(subject).is_some();
    match (&comparison.other, &comparison.expected) {
        (Some(other), _) => format!("{subject} {operator} {other}"),
        (None, Some(_)) if hidden => format!("{subject} {operator} (redacted)"),
        (None, Some(expected)) => format!("{subject} {operator} {expected}"),
        (None, None) => format!("{subject} {operator}"),
    }
}

impl Share {
    /// In percent. A policy without rules is covered.
    #[expect(clippy::cast_precision_loss, reason = "no policy has 2^52 rules")]
    pub(crate) fn percent(self) -> f64 {
        if self.total == 0 {
            100.0
        } else {
            self.seen as f64 * 100.0 / self.total as f64
        }
    }
}
