//! [`Answer`]: what a policy answered to a case, in the words of expectations.

use audit_core::{Effect, Evaluator, Mode, Policy, Request, Text, Value, Verdict};

use super::Difference;
use crate::suite::plan::{Case, Expect, paths};
use crate::suite::slot::Expected;

/// What a policy answered, as an enforcement point takes it.
pub(super) struct Answer<'p> {
    verdict: Verdict<'p>,
    /// Whether the policy could not decide.
    indeterminate: bool,
    /// The mode of the rule that decided, else of the call.
    mode: Mode,
}

impl<'p> Answer<'p> {
    /// Asks.
    pub(super) fn of(policy: &'p Policy, case: &Case, request: &Request<'_>) -> Self {
        let answered = policy.evaluate(request);
        let indeterminate = !matches!(&answered, Ok(verdict) if verdict.error.is_none());
        let mut verdict = answered.unwrap_or_else(|_| Verdict::by_default(Effect::Block));
        if indeterminate {
            verdict.effect = if policy.allows_indeterminate() {
                Effect::Allow
            } else {
                Effect::Block
            };
        }
        Self {
            mode: verdict.mode.unwrap_or(case.mode),
            verdict,
            indeterminate,
        }
    }

    /// Whether it is all that was expected.
    pub(super) fn meets(&self, expect: &Expect) -> bool {
        expect
            .iter()
            .all(|(of, expected)| self.value(of) == *expected)
    }

    /// Every expectation that is not met, effect and rule first.
    pub(super) fn differences(&self, expect: &Expect) -> Vec<Difference> {
        let held = expect.iter().filter_map(|(of, expected)| {
            let got = self.value(of);
            (got != *expected).then(|| Difference {
                of,
                expected: expected.clone(),
                got: got.into_owned(),
            })
        });
        let mut found: Vec<Difference> = held.collect();
        found.sort_by_key(|difference| difference.of);
        found
    }

    /// What it says, as a suite would. Texts are shared: most answers are only compared.
    fn value(&self, of: Expected) -> Value<'_> {
        let verdict = &self.verdict;
        let text = |text: &Option<Text<'p>>| Value::from(text.clone());
        let word = |word: &'static str| Value::from(Text::borrowed(word));
        match of {
            Expected::Effect => word(verdict.effect.as_str()),
            Expected::Rule => text(&verdict.matched_rule),
            Expected::Would => Value::from(verdict.would.map(|effect| word(effect.as_str()))),
            Expected::WouldRule => text(&verdict.would_rule),
            Expected::Missing => paths(verdict.missing.to_vec()),
            Expected::Indeterminate => Value::from(self.indeterminate),
            Expected::Reason => text(&verdict.reason),
            Expected::Severity => {
                Value::from(verdict.severity.map(|severity| word(severity.as_str())))
            }
            Expected::Mode => word(self.mode.as_str()),
        }
    }
}
