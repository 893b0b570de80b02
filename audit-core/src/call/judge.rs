//! Judging what was gathered, and telling everybody who wants to know.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::contain::contain;
use crate::decision::{Decision, DecisionError, Effect, FailureKind, Mode, Stage};
use crate::evaluator::Verdict;
use crate::event::{DecisionEvent, Fact};
use crate::explain::Explanation;
use crate::health::Stopwatch;
use crate::observability;
use crate::observer::{Observer, notify_all};
use crate::recorder::{Keeper, Receipt, Recorded};
use crate::redaction::Redacted;
use crate::request::{Action, Ambient, Request};
use crate::runtime::{Asking, Runtime, State};
use crate::sink::Emission;

use super::classes::Classes;
use super::gathered::Gathered;
use super::hidden::Hidden;
use super::redact::{redact, redact_trace};
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
    /// The same as wall time: when the decision was asked for.
    pub(super) time: Timestamp,
    /// Whether the caller's thread may be kept waiting.
    pub(super) may_block: bool,
}

impl<'j> Judging<'j> {
    /// Decides, records, tells the observers, and hands the decision on.
    #[inline]
    pub(super) fn judge<R>(
        &self,
        gathered: &mut Gathered<'_>,
        finish: impl FnOnce(Judged<'_>) -> R,
    ) -> R {
        let answer = if self.call.is_skipped(gathered.mode) {
            Ok(Verdict::by_default(Effect::Allow))
        } else {
            self.answer(gathered, &self.request(gathered))
        };
        let ended_nanos = self.runtime.clock().monotonic_nanos();
        let mut decision = self.decision(gathered, answer, ended_nanos);
        // Nobody asked for it, and it is obeyed by nobody: it is no fact.
        if decision.mode == Mode::Off && self.call.is_annotated() {
            return finish(Judged {
                decision: &decision,
                gathered,
                hidden: None,
                now_nanos: ended_nanos,
                keeper: self.state.keeper.as_ref(),
                recorded: Recorded::Unwanted,
            });
        }
        let hidden = if self.keeps_out() {
            self.redact(gathered, &mut decision)
        } else {
            None
        };
        let kind = gathered.action().kind().unwrap_or_default();
        observability::decided(kind, &decision, self.call.is_enforceable());
        let mut now_nanos = ended_nanos;
        let mut recorded = Recorded::Unwanted;
        let (observers, sinks) = (&self.state.observers, &self.state.sinks);
        let keeper = self.state.keeper.as_deref();
        let nobody = observers.is_empty() && sinks.is_empty() && self.captures.is_empty();
        if !nobody || keeper.is_some() {
            let annotated = self.call.annotated_place();
            let event = DecisionEvent {
                time: self.time,
                action: gathered.action(),
                actor: gathered.actor(),
                snapshot: gathered.snapshot(),
                ambient: gathered.ambient(),
                redacted: hidden.as_ref().map_or(Redacted::NOTHING, Hidden::redacted),
                site: annotated.as_ref().or(self.call.own_place()),
                decision: &decision,
            };
            let fact = Fact::Decision(&event);
            // Before the observers, so that a disk works while they run.
            if let Some(keeper) = keeper {
                recorded = keeper.record(&fact, &self.call.terms(self.may_block));
                now_nanos = self.runtime.clock().monotonic_nanos();
            }
            let mut stopwatch = Stopwatch {
                clock: self.runtime.clock(),
                started_nanos: now_nanos,
                limit: self.runtime.slow_observer(),
            };
            let notices = self
                .state
                .emit(None, &mut stopwatch, |key| Emission::new(fact, key));
            notify_all(observers, self.captures, fact, &mut stopwatch);
            now_nanos = stopwatch.started_nanos;
            if notices.tell() {
                now_nanos = self.runtime.clock().monotonic_nanos();
            }
        }
        finish(Judged {
            decision: &decision,
            gathered,
            hidden: hidden.as_ref(),
            now_nanos,
            keeper: self.state.keeper.as_ref(),
            recorded,
        })
    }

    /// Decides the same way, and says why. Nobody is told.
    pub(super) fn explain(&self, gathered: &mut Gathered<'_>) -> Explanation {
        let answer = self.answer(gathered, &self.request(gathered));
        let ended_nanos = self.runtime.clock().monotonic_nanos();
        let mut decision = self.decision(gathered, answer, ended_nanos);
        let explicable = decision.error.as_ref().is_none_or(is_by_rules);
        let evaluator = &self.state.in_place.evaluator;
        let trace = || contain(|| evaluator.trace(&self.request(gathered)));
        let mut rules = explicable.then(trace).and_then(Result::ok).flatten();
        let mut hidden = None;
        if self.keeps_out() {
            hidden = self.redact(gathered, &mut decision);
            redact_trace(
                &self.classes(gathered.action().kind()),
                &self.state.redaction_keys.in_force,
                hidden.as_ref(),
                rules.as_deref_mut().unwrap_or_default(),
            );
        }
        if let Some(rules) = &rules {
            let matching = rules.iter().filter(|rule| rule.matches()).count();
            decision.match_count = u32::try_from(matching).ok();
        }
        let action = gathered.action();
        Explanation {
            decision: decision.into_owned(),
            resource: action.resource().map(str::to_owned),
            action: action.clone().into_owned(),
            actor: gathered.actor().clone().into_owned(),
            snapshot: gathered.snapshot().clone().into_owned(),
            redacted: hidden.map(|hidden| hidden.redacted).unwrap_or_default(),
            rules: rules.unwrap_or_default(),
        }
    }

    /// Whether anything may have to be kept out of records.
    #[inline(always)]
    fn keeps_out(&self) -> bool {
        self.state.in_place.classification.is_some() || self.call.keeps_out()
    }

    /// What has to be kept out of the records of an action of this type.
    fn classes(&self, action: Option<&str>) -> Classes<'_> {
        Classes::new(
            self.call,
            self.state.in_place.classification.as_deref(),
            action,
        )
    }

    /// Takes it out of what was gathered, and of the decision.
    #[cold]
    fn redact(&self, gathered: &mut Gathered<'_>, decision: &mut Decision<'_>) -> Option<Hidden> {
        let classes = self.classes(gathered.action().kind());
        redact(
            &classes,
            &self.state.redaction_keys.in_force,
            self.call,
            gathered,
            decision,
        )
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
        // An evaluator that calls an annotated function would wait for itself without end.
        let Some(_asking) = Asking::begin(&*self.state.in_place.evaluator) else {
            let message =
                "the evaluator is asked while it answers: it must not call what it judges";
            return Err(DecisionError::new(
                Stage::Evaluate,
                FailureKind::Failed,
                message,
            ));
        };
        match contain(|| self.state.in_place.evaluator.evaluate(request)) {
            Ok(Ok(verdict)) => Ok(verdict),
            Ok(Err(error)) => Err(DecisionError::new(Stage::Evaluate, error.kind(), error)),
            Err(panic) => Err(DecisionError::new(
                Stage::Evaluate,
                FailureKind::Panicked,
                panic,
            )),
        }
    }

    /// What stands for an answer where there is none. Rules that are enforced by themselves fail closed although the call
    /// is in shadow.
    #[cold]
    fn unanswered(&self, gathered: &Gathered<'_>) -> Verdict<'j> {
        let request = self.request(gathered);
        let mut verdict = Verdict::by_default(Effect::Block);
        let evaluator = &self.state.in_place.evaluator;
        if request.mode != Mode::Enforce
            && self.call.ceiling == Mode::Enforce
            && contain(|| evaluator.could_enforce(&request)).unwrap_or(false)
        {
            verdict.mode = Some(Mode::Enforce);
        }
        verdict
    }

    /// Makes an answer that of nobody, whatever else it says: no rule decided, so none enforces less than the call does.
    #[cold]
    fn undecide(&self, gathered: &Gathered<'_>, error: &DecisionError, verdict: &mut Verdict<'_>) {
        let of_call = self.call.mode(gathered.mode);
        let nobody = Verdict::by_default(self.indeterminate_effect(error));
        *verdict = Verdict {
            missing: std::mem::take(&mut verdict.missing),
            mode: verdict.mode.map(|mode| mode.max(of_call)),
            ..nobody
        };
    }

    /// What an indeterminate decision says. Where the runtime itself was not to be had, nobody's `on_error` holds.
    #[cold]
    fn indeterminate_effect(&self, error: &DecisionError) -> Effect {
        let unknown_runtime = error.stage == Stage::Runtime;
        let allows = || contain(|| self.state.in_place.evaluator.allows_indeterminate());
        if !unknown_runtime && allows().unwrap_or(false) {
            Effect::Allow
        } else {
            Effect::Block
        }
    }

    /// The question to the evaluator. What is off and asked about all the same, by hand or to be explained, is asked
    /// about as in shadow.
    #[inline(always)]
    fn request<'g>(&self, gathered: &'g Gathered<'_>) -> Request<'g> {
        let rules_alone = self.call.is_annotated() && !gathered.mode.is_skipped();
        let mode = match self.call.mode(gathered.mode) {
            Mode::Off if !rules_alone => Mode::Shadow,
            mode => mode,
        };
        let request = gathered.request(self.time);
        request.in_mode(mode, gathered.mode.overridden)
    }

    /// Whether rules that have a mode of their own are all that is asked.
    #[inline(always)]
    fn is_off(&self, gathered: &Gathered<'_>) -> bool {
        self.call.is_annotated() && self.call.mode(gathered.mode) == Mode::Off
    }

    /// The mode of the call, once its rules have spoken. A rule in shadow has its say in a call that is off.
    #[inline(always)]
    fn mode(&self, gathered: &Gathered<'_>, verdict: &Verdict<'_>) -> Mode {
        // What is off decides nothing: an evaluator that says so of its answer says nothing.
        let mode = match verdict.mode {
            Some(of_rule) if of_rule != Mode::Off => of_rule,
            _ if verdict.would.is_some() && self.is_off(gathered) => Mode::Shadow,
            _ => self.call.mode(gathered.mode),
        };
        mode.min(self.call.ceiling)
    }

    /// The decision made of an answer. No answer is an indeterminate decision, which blocks.
    #[inline(always)]
    fn decision(
        &self,
        gathered: &Gathered<'_>,
        answer: Result<Verdict<'j>, DecisionError>,
        ended_nanos: u64,
    ) -> Decision<'j> {
        let (mut verdict, mut error) = match answer {
            Ok(verdict) => (verdict, None),
            Err(error) => (self.unanswered(gathered), Some(error)),
        };
        if let Some(unknown) = verdict.error.take() {
            error = Some(DecisionError::new(Stage::Evaluate, unknown.kind(), unknown));
        }
        if let Some(error) = &error {
            self.undecide(gathered, error, &mut verdict);
        }
        if verdict.would == Some(verdict.effect) {
            (verdict.would, verdict.would_rule) = (None, None);
        }
        let mode = self.mode(gathered, &verdict);
        Decision {
            id: self.runtime.ids().next_id(self.time),
            effect: verdict.effect,
            default_used: verdict.matched_rule.is_none()
                && error.is_none()
                && !self.is_off(gathered),
            matched_rule: verdict.matched_rule,
            match_count: None,
            reason: verdict.reason,
            policy: self.state.in_place.policy,
            mode,
            applied: mode == Mode::Enforce,
            would: verdict.would,
            would_rule: verdict.would_rule,
            severity: verdict.severity,
            missing: verdict.missing,
            error,
            duration: Duration::from_nanos(ended_nanos.saturating_sub(self.started_nanos)),
        }
    }
}

/// Whether it is the rules that can't say: then they can be explained.
fn is_by_rules(error: &DecisionError) -> bool {
    error.stage == Stage::Evaluate
        && matches!(error.kind, FailureKind::Missing | FailureKind::TypeMismatch)
}

/// A decision that everybody was told of, and what it was made from.
pub(crate) struct Judged<'j> {
    pub(crate) decision: &'j Decision<'j>,
    gathered: &'j Gathered<'j>,
    hidden: Option<&'j Hidden>,
    /// When all were told, on the runtime's clock.
    pub(crate) now_nanos: u64,
    /// Who keeps its record, if anybody does.
    pub(crate) keeper: Option<&'j Arc<Keeper>>,
    /// What became of its record.
    pub(crate) recorded: Recorded,
}

impl Judged<'_> {
    /// What has to be waited for before the decision is handed on.
    #[inline]
    pub(super) fn into_receipt(self) -> Option<Receipt> {
        match self.recorded {
            Recorded::Pending(_, receipt) => Some(receipt),
            _ => None,
        }
    }

    /// The action.
    pub(crate) fn action(&self) -> &Action<'_> {
        self.gathered.action()
    }

    /// For which tenant.
    pub(crate) fn tenant(&self) -> Option<&str> {
        self.gathered.ambient().tenant.as_deref()
    }

    /// What was kept out of its record.
    pub(crate) fn hidden(&self) -> Option<&Hidden> {
        self.hidden
    }

    /// Who acts, and for which tenant, if these are others than those of the scope.
    pub(crate) fn own_ambient(&self) -> Option<Ambient> {
        self.gathered.own_ambient()
    }
}
