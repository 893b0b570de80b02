//! Judging what was gathered, and telling everybody who wants to know.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::contain::contain;
use crate::decision::{Decision, DecisionError, Effect, FailureKind, Mode, Stage};
use crate::evaluator::Verdict;
use crate::event::DecisionEvent;
use crate::explain::Explanation;
use crate::observer::{Observer, Stopwatch, notify_all};
use crate::request::Request;
use crate::runtime::{Runtime, State};

use super::gather::Gathered;
use super::source::Call;

/// One call on its way through.
pub(super) struct Judging<'j> {
    pub(super) runtime: &'j Runtime,
    pub(super) state: &'j State,
    pub(super) call: &'j Call<'j>,
    /// Observers of the scope, after those of the runtime.
    pub(super) captures: &'j [Arc<dyn Observer>],
    /// When the call began, on the runtime's clock.
    pub(super) started_nanos: u64,
}

impl<'j> Judging<'j> {
    /// Decides, tells the observers, and hands the decision on.
    #[inline]
    pub(super) fn judge<R>(
        &self,
        gathered: &Gathered<'_>,
        finish: impl FnOnce(&Decision<'_>) -> R,
    ) -> R {
        let request = gathered.request();
        let answer = self.answer(gathered, &request);
        let moment = self.moment();
        let decision = self.decision(answer, &moment);
        let observers = &self.state.observers;
        if !observers.is_empty() || !self.captures.is_empty() {
            let event = DecisionEvent {
                time: moment.time,
                action: request.action,
                actor: request.actor,
                snapshot: request.snapshot,
                ambient: gathered.ambient(),
                site: self.call.site.as_ref(),
                decision: &decision,
            };
            let mut stopwatch = Stopwatch {
                clock: self.runtime.clock(),
                started_nanos: moment.ended_nanos,
                limit: self.runtime.slow_observer(),
            };
            notify_all(observers, self.captures, &event, &mut stopwatch);
        }
        finish(&decision)
    }

    /// Decides the same way, and says why. Nobody is told.
    pub(super) fn explain(&self, gathered: &Gathered<'_>) -> Explanation {
        let request = gathered.request();
        let answer = self.answer(gathered, &request);
        let mut decision = self.decision(answer, &self.moment());
        let rules = match &decision.error {
            None => contain(|| self.state.evaluator.trace(&request))
                .ok()
                .flatten(),
            Some(_) => None,
        };
        if let Some(rules) = &rules {
            let matching = rules.iter().filter(|rule| rule.condition.holds()).count();
            decision.match_count = u32::try_from(matching).ok();
        }
        Explanation {
            decision: decision.into_owned(),
            resource: request.action.resource().map(str::to_owned),
            action: request.action.clone().into_owned(),
            actor: request.actor.clone().into_owned(),
            snapshot: request.snapshot.clone().into_owned(),
            rules: rules.unwrap_or_default(),
        }
    }

    /// What the evaluator says, or what kept it from being asked or from answering.
    #[inline(always)]
    fn answer(
        &self,
        gathered: &Gathered<'_>,
        request: &Request<'_>,
    ) -> Result<Verdict<'j>, DecisionError> {
        if let Some(error) = &gathered.error {
            return Err(error.clone());
        }
        match contain(|| self.state.evaluator.evaluate(request)) {
            Ok(Ok(verdict)) => Ok(verdict),
            Ok(Err(error)) => Err(DecisionError::new(
                Stage::Evaluate,
                FailureKind::Failed,
                error,
            )),
            Err(panic) => Err(DecisionError::new(
                Stage::Evaluate,
                FailureKind::Panicked,
                panic,
            )),
        }
    }

    #[inline(always)]
    fn moment(&self) -> Moment {
        let clock = self.runtime.clock();
        Moment {
            ended_nanos: clock.monotonic_nanos(),
            time: clock.wall_at(self.started_nanos),
        }
    }

    /// The decision made of an answer. No answer is an indeterminate decision, which blocks.
    #[inline(always)]
    fn decision(
        &self,
        answer: Result<Verdict<'j>, DecisionError>,
        moment: &Moment,
    ) -> Decision<'j> {
        let (verdict, error) = match answer {
            Ok(verdict) => (verdict, None),
            Err(error) => (Verdict::by_default(Effect::Block), Some(error)),
        };
        Decision {
            id: self.runtime.ids().next_id(moment.time),
            effect: verdict.effect,
            default_used: verdict.matched_rule.is_none() && error.is_none(),
            matched_rule: verdict.matched_rule,
            match_count: None,
            reason: verdict.reason,
            policy: self.state.policy,
            mode: self.call.mode,
            applied: self.call.mode == Mode::Enforce,
            would: None,
            missing: verdict.missing,
            error,
            duration: Duration::from_nanos(moment.ended_nanos.saturating_sub(self.started_nanos)),
        }
    }
}

/// When a decision was asked for, and when it was made.
struct Moment {
    time: Timestamp,
    ended_nanos: u64,
}
