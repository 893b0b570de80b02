//! [`Answer`]: what a policy answered to a case, in the words of expectations.

use audit_core::{Effect, Evaluator, Mode, Request, Text, Value, Verdict};

use super::Difference;
use crate::suite::plan::{Case, Expect, paths};
use crate::suite::slot::Expected;

/// What a policy answered, as an enforcement point takes it.
pub(super) struct Answer<'p> {
    verdict: Verdict<'p>,
    /// Whether the policy could not decide.
    indeterminate: bool,
    /// The mode of the rule that decided, else of the call. In `off` nothing is answered.
    mode: Mode,
}

impl<'p> Answer<'p> {
    /// Asks. The mode in which the answer stands is never above what the case says.
    pub(super) fn of(evaluator: &'p impl Evaluator, case: &Case, request: &Request<'_>) -> Self {
        let answered = evaluator.evaluate(request);
        let indeterminate = !matches!(&answered, Ok(verdict) if verdict.error.is_none());
        let mut verdict = answered.unwrap_or_else(|_| Verdict::by_default(Effect::Block));
        if indeterminate {
            verdict.effect = if evaluator.allows_indeterminate() {
                Effect::Allow
            } else {
                Effect::Block
            };
        }
        // A rule in shadow has its say in a call that is off.
        let of_call = match request.mode {
            Mode::Off if verdict.would.is_some() => Mode::Shadow,
            mode => mode,
        };
        Self {
            mode: verdict.mode.unwrap_or(of_call).min(case.mode),
            verdict,
            indeterminate,
        }
    }

    /// What is answered where nobody is asked.
    pub(super) fn unasked() -> Self {
        Self {
            verdict: Verdict::by_default(Effect::Allow),
            indeterminate: false,
            mode: Mode::Off,
        }
    }

    /// Whether anything is answered.
    pub(super) fn is_judged(&self) -> bool {
        self.mode > Mode::Off
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
                note: None,
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
            Expected::Mode => word(self.mode.as_str()),
            _ if !self.is_judged() => Value::Null,
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
        }
    }
}

#[cfg(test)]
mod tests {
    use audit_core::{EvaluateError, PolicyInfo, Severity};

    use super::*;
    use crate::suite::plan::cases_of;

    /// Answers what it is told to answer.
    struct Told {
        verdict: Result<Verdict<'static>, EvaluateError>,
        allows: bool,
    }

    impl Evaluator for Told {
        fn evaluate<'e>(&'e self, _: &Request<'_>) -> Result<Verdict<'e>, EvaluateError> {
            self.verdict.clone()
        }

        fn info(&self) -> PolicyInfo {
            PolicyInfo::default()
        }

        fn allows_indeterminate(&self) -> bool {
            self.allows
        }
    }

    /// What of these expectations is not met.
    fn unmet(
        verdict: Result<Verdict<'static>, EvaluateError>,
        allows: bool,
        expect: &str,
    ) -> Vec<&'static str> {
        let evaluator = Told { verdict, allows };
        let text = format!("{{name: one, action: {{}}, expect: {{{expect}}}}}");
        let case = cases_of(&text).remove(0);
        let answer = Answer::of(&evaluator, &case, &case.request(case.mode));
        let differences = answer.differences(&case.expect);
        assert_eq!(answer.meets(&case.expect), differences.is_empty());
        differences
            .iter()
            .map(|difference| difference.of.as_str())
            .collect()
    }

    #[test]
    fn every_part_of_an_answer_can_be_expected() {
        let verdict = || {
            let mut verdict = Verdict::by_rule("r", Effect::Allow).because("so");
            verdict.would = Some(Effect::Block);
            verdict.would_rule = Some("w".into());
            verdict.severity = Some(Severity::High);
            verdict.mode = Some(Mode::Enforce);
            verdict.missing.push("actor.role");
            Ok(verdict)
        };
        let met = "mode: enforce, severity: high, reason: so, indeterminate: false, missing: [actor.role], \
            would_rule: w, would: block, rule: r, effect: allow";
        assert_eq!(unmet(verdict(), false, met), <[&str; 0]>::default());
        let all = "mode: shadow, severity: null, reason: null, indeterminate: true, missing: [], would_rule: null, \
            would: null, rule: null, effect: block";
        let words = [
            "effect",
            "rule",
            "would",
            "would_rule",
            "missing",
            "indeterminate",
            "reason",
            "severity",
            "mode",
        ];
        assert_eq!(unmet(verdict(), false, all), words);
    }

    #[test]
    fn the_mode_is_that_of_the_call_where_the_rule_has_none() {
        let verdict = Verdict::by_default(Effect::Allow);
        assert_eq!(unmet(Ok(verdict), false, "mode: shadow"), ["mode"]);
    }

    #[test]
    fn an_indeterminate_answer_has_the_effect_that_a_call_meets() {
        let unknown = || {
            let mut verdict = Verdict::by_rule("r", Effect::RequireApproval);
            verdict.error = Some(EvaluateError::new("`actor.role` is missing"));
            Ok(verdict)
        };
        let block = "indeterminate: true, effect: block, rule: r";
        assert_eq!(unmet(unknown(), false, block), <[&str; 0]>::default());
        assert_eq!(unmet(unknown(), true, block), ["effect"]);
        let failed = || Err(EvaluateError::new("it failed"));
        let allow = "indeterminate: true, effect: allow, rule: null";
        assert_eq!(unmet(failed(), true, allow), <[&str; 0]>::default());
        assert_eq!(unmet(failed(), false, allow), ["effect"]);
    }
}
