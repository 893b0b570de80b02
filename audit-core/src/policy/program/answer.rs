//! The answer to a request: which rule decides, in which mode, and what would be if rules in shadow were enforced.

use crate::decision::{Effect, FailureKind, Missing, Mode};
use crate::evaluator::{EvaluateError, Verdict};
use crate::request::Request;
use crate::value::Text;
use crate::word::one_line;

use super::group::Group;
use super::index::NONE;
use super::rank::STRICTEST_FIRST;
use super::rule_set::{Doubt, Found};
use super::{Program, Said};

impl Program {
    /// What the set says to a request.
    #[inline]
    pub(in crate::policy) fn answer(&self, request: &Request<'_>) -> Verdict<'_> {
        let mut verdict = Verdict::by_default(self.default);
        let enforced = request.mode == Mode::Enforce;
        if !enforced && self.has_promoted && self.answer_promoted(request, &mut verdict) {
            return verdict;
        }
        if request.mode == Mode::Off {
            self.answer_off(request, &mut verdict);
            return verdict;
        }
        let mut found = self.base.first_match(request, &mut verdict.missing, NONE);
        if enforced && request.mode_overridden {
            for group in self.shadow_of_file() {
                found =
                    found.or_better(|best| group.first_match(request, &mut verdict.missing, best));
            }
        }
        self.tell(found.rank, &mut verdict);
        if found.doubtful {
            let overridden = enforced && request.mode_overridden;
            let more = self.shadow_of_file().filter(|_| overridden);
            let groups = std::iter::once(&self.base).chain(more);
            if let Some(doubt) = self.first_doubt(groups, request, found.rank, verdict.effect) {
                self.tell_doubt(&doubt, &mut verdict);
                return verdict;
            }
        }
        if self.has_shadow {
            let would = self.first_in_shadow(request, found.rank, verdict.effect);
            self.tell_would(would, found.rank, &mut verdict);
        }
        verdict
    }

    /// Answers in a call that is off, which runs: what rules in shadow would say, if there are any.
    #[cold]
    fn answer_off<'p>(&'p self, request: &Request<'_>, verdict: &mut Verdict<'p>) {
        verdict.effect = Effect::Allow;
        let would = self.first_in_shadow(request, NONE, Effect::Allow);
        self.tell_would(would, NONE, verdict);
    }

    /// Answers by the rules that are enforced in a call that is not. Returns whether one of them decides.
    #[cold]
    fn answer_promoted<'p>(&'p self, request: &Request<'_>, verdict: &mut Verdict<'p>) -> bool {
        let mut found = Found::nothing();
        for group in self.promoted(request) {
            found = found.or_better(|best| group.first_match(request, &mut verdict.missing, best));
        }
        let rank = found.rank;
        // Where none decides the call runs, as if they allowed it.
        let effect = self.said(rank).map_or(Effect::Allow, |said| said.effect);
        let groups = self.promoted(request).filter(|_| found.doubtful);
        if let Some(doubt) = self.first_doubt(groups, request, rank, effect) {
            self.tell_doubt(&doubt, verdict);
            verdict.mode = Some(Mode::Enforce);
            return true;
        }
        if rank == NONE {
            return false;
        }
        self.tell(rank, verdict);
        verdict.mode = Some(Mode::Enforce);
        let mut would = self.first_in_shadow(request, rank, effect);
        // Beside a rule that is enforced, those that have the call's mode are in shadow too, if that is not off.
        if request.mode != Mode::Off {
            let differs = |rank| self.says_otherwise(rank, effect);
            would = self.base.first_that(request, would, differs);
        }
        self.tell_would(would, rank, verdict);
        true
    }

    /// The rules that are enforced in a call that is not.
    fn promoted(&self, request: &Request<'_>) -> impl Iterator<Item = &Group> {
        let of_file = (!request.mode_overridden).then_some(&self.promoted.file);
        of_file.into_iter().chain([&self.promoted.set])
    }

    /// The rules that only their file puts in shadow.
    fn shadow_of_file(&self) -> impl Iterator<Item = &Group> {
        self.shadow.file.iter()
    }

    /// The first rule in shadow that matches, comes before `bound` and says something else, else `bound`.
    #[cold]
    fn first_in_shadow(&self, request: &Request<'_>, bound: u32, effect: Effect) -> u32 {
        let of_file_too = request.mode == Mode::Shadow || !request.mode_overridden;
        // A rule without a mode of its own is off where the call is, also outside its share.
        let off = request.mode == Mode::Off;
        let takes_part = |rank| self.said(rank).is_some_and(|said| said.has_mode);
        let mut ignored = Missing::default();
        let mut first = bound;
        let of_file = self.shadow_of_file().filter(|_| of_file_too);
        let all = of_file.zip(STRICTEST_FIRST);
        for (group, says) in all.chain(self.shadow.set.iter().zip(STRICTEST_FIRST)) {
            if says != effect && !group.is_empty() {
                first = if off {
                    group.first_that(request, first, takes_part)
                } else {
                    group.first_match(request, &mut ignored, first).rank
                };
            }
        }
        first
    }

    /// The first rule of which nothing is known and that could change the effect.
    #[cold]
    fn first_doubt<'g>(
        &self,
        groups: impl Iterator<Item = &'g Group>,
        request: &Request<'_>,
        rank: u32,
        effect: Effect,
    ) -> Option<Doubt<'g>> {
        let doubts = groups.filter_map(|group| {
            group.first_doubt(request, rank, |rank| self.says_otherwise(rank, effect))
        });
        doubts.min_by_key(|doubt| doubt.rank)
    }

    fn says_otherwise(&self, rank: u32, effect: Effect) -> bool {
        self.said(rank).is_some_and(|said| said.effect != effect)
    }

    #[inline]
    fn said(&self, rank: u32) -> Option<&Said> {
        self.said.get(rank as usize)
    }

    /// Makes the answer that of a rule; without one it stays the default's.
    #[inline]
    fn tell<'p>(&'p self, rank: u32, verdict: &mut Verdict<'p>) {
        if let Some(said) = self.said(rank) {
            verdict.effect = said.effect;
            verdict.matched_rule = Some(Text::from(&said.id));
            verdict.reason = said.reason.as_ref().map(Text::from);
            verdict.severity = said.severity;
        }
    }

    /// Adds the effect had a rule in shadow been enforced too, if there is one before the rule that decided.
    fn tell_would<'p>(&'p self, would: u32, decided: u32, verdict: &mut Verdict<'p>) {
        if would < decided
            && let Some(said) = self.said(would)
        {
            verdict.would = Some(said.effect);
            verdict.would_rule = Some(Text::from(&said.id));
        }
    }

    /// Makes the answer indeterminate.
    #[cold]
    fn tell_doubt(&self, doubt: &Doubt<'_>, verdict: &mut Verdict<'_>) {
        let rule = self.said(doubt.rank).map_or("", |said| &said.id);
        let (rule, field) = (one_line(rule), one_line(doubt.field));
        let (kind, why) = if doubt.is_missing {
            (FailureKind::Missing, "is missing")
        } else {
            (
                FailureKind::TypeMismatch,
                "holds a value that is not of its type",
            )
        };
        let message = format!("rule `{rule}` can't be decided as `{field}` {why}");
        verdict.effect = Effect::Block;
        verdict.matched_rule = None;
        verdict.reason = None;
        verdict.severity = None;
        verdict.error = Some(EvaluateError::of_kind(kind, message));
    }
}
