//! Spans around calls and operations, and events of components.

use std::fmt;
use std::time::Duration;

use tracing::{Level, Span, event, info_span};

use crate::outcome::Status;

use super::count::{ended, operated};
use super::fact::{CallFacts, LifecycleFacts, OperationFacts};
use super::foreign::{TARGET, foreign, let_go};
use super::held::{Held, Inside, step_in, step_out};
use super::nested::Nested;
use super::switch::is_enabled;

/// The span of a judged call, if calls are observed: apart from it, as one that is not should be no larger for it.
pub(crate) struct CallSpan(Option<Box<Observed>>);

struct Observed {
    /// Nothing if the subscriber made none: the call's end is counted all the same.
    span: Option<Span>,
    /// Whether its thread is in it.
    is_inside: bool,
}

impl Observed {
    #[cold]
    fn resume(&mut self) {
        if let Some(span) = &self.span {
            step_in(span);
            self.is_inside = true;
        }
    }

    #[cold]
    fn suspend(&mut self) {
        if std::mem::take(&mut self.is_inside)
            && let Some(span) = &self.span
        {
            step_out(span);
        }
    }
}

impl Drop for Observed {
    fn drop(&mut self) {
        self.suspend();
        if let Some(span) = self.span.take() {
            let_go(span);
        }
    }
}

impl CallSpan {
    /// That of a call that is not observed.
    pub(crate) const NOTHING: Self = Self(None);

    /// The span of a call that was judged just now.
    #[inline]
    pub(crate) fn when<'f>(is_observed: bool, facts: impl FnOnce() -> CallFacts<'f>) -> Self {
        if is_observed {
            of_call(&facts())
        } else {
            Self::NOTHING
        }
    }

    /// The call's body begins or goes on, on this thread.
    #[inline]
    pub(crate) fn resume(&mut self) {
        if let Some(observed) = &mut self.0 {
            observed.resume();
        }
    }

    /// It rests.
    #[inline]
    pub(crate) fn suspend(&mut self) {
        if let Some(observed) = &mut self.0 {
            observed.suspend();
        }
    }

    /// The call ended.
    #[inline]
    pub(crate) fn end(mut self, action: &str, status: Status, took: Duration) {
        if let Some(observed) = &mut self.0 {
            end_call(observed, action, status, took);
        }
    }
}

impl fmt::Debug for CallSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_inside = self.0.as_ref().is_some_and(|observed| observed.is_inside);
        f.debug_struct("CallSpan")
            .field("is_inside", &is_inside)
            .finish_non_exhaustive()
    }
}

#[cold]
fn end_call(observed: &mut Observed, action: &str, status: Status, took: Duration) {
    observed.suspend();
    ended(action, status);
    if let Some(span) = &observed.span {
        record_end(span, status, took);
    }
}

#[cold]
fn of_call(facts: &CallFacts<'_>) -> CallSpan {
    let decision = facts.decision;
    let span = foreign(|| {
        info_span!(
            target: TARGET,
            "audit.call",
            otel.name = facts.action,
            audit.action = facts.action,
            audit.call_id = %decision.id,
            audit.effect = decision.effect.as_str(),
            audit.rule = decision.matched_rule.as_deref(),
            audit.mode = decision.mode.as_str(),
            audit.applied = decision.applied,
            audit.would = decision.would.map(|effect| effect.as_str()),
            audit.would_rule = decision.would_rule.as_deref(),
            audit.policy = %decision.policy.digest,
            audit.indeterminate = decision.is_indeterminate(),
            audit.evaluation_ms = millis(decision.duration),
            audit.tenant = facts.tenant,
            code.function.name = format_args!("{}::{}", facts.module, facts.function),
            code.file.path = facts.file,
            code.line.number = i64::from(facts.line),
            audit.outcome = tracing::field::Empty,
            audit.duration_ms = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        )
    });
    CallSpan(Some(Box::new(Observed {
        span,
        is_inside: false,
    })))
}

#[cold]
fn record_end(span: &Span, status: Status, took: Duration) {
    let _contained = foreign(|| {
        span.record("audit.outcome", status.as_str());
        span.record("audit.duration_ms", millis(took));
        if matches!(status, Status::Failed | Status::Panicked) {
            span.record("otel.status_code", "ERROR");
        }
    });
}

fn millis(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// The span of an operation on the bus, if operations are observed.
pub(crate) struct OperationSpan(Held);

impl OperationSpan {
    /// That of an operation that is not observed.
    pub(crate) const NOTHING: &'static Self = &Self(Held::NOTHING);

    /// The same, as a value.
    pub(crate) const fn nothing() -> Self {
        Self(Held::NOTHING)
    }

    /// That of an operation that was judged just now.
    #[inline]
    pub(crate) fn of<'f>(facts: impl FnOnce() -> OperationFacts<'f>) -> Self {
        if is_enabled() {
            Self(Held::new(of_operation(&facts())))
        } else {
            Self(Held::NOTHING)
        }
    }

    /// The same once more, for another thread.
    pub(crate) fn shared(&self) -> Self {
        Self(self.0.clone())
    }

    /// Puts this thread in it, until what is returned is dropped.
    pub(crate) fn enter(&self) -> Option<Inside<'_>> {
        self.0.enter()
    }

    /// A future that is in it at every poll.
    pub(crate) fn around<F: Future>(&self, work: F) -> Nested<F> {
        Nested::new(self.0.clone(), work)
    }

    /// The operation ended.
    pub(crate) fn end(&mut self, status: Status, took: Duration) {
        let held = std::mem::replace(&mut self.0, Held::NOTHING);
        if let Some(span) = held.span() {
            record_end(span, status, took);
        }
    }
}

impl fmt::Debug for OperationSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationSpan").finish_non_exhaustive()
    }
}

#[cold]
fn of_operation(facts: &OperationFacts<'_>) -> Option<Span> {
    let verdict = if facts.is_allowed { "allow" } else { "deny" };
    operated(facts.kind, verdict);
    foreign(|| {
        info_span!(
            target: TARGET,
            "audit.operation",
            otel.name = format_args!("{} {}", facts.kind, facts.target),
            audit.operation = facts.kind,
            audit.caller = facts.caller,
            audit.target = facts.target,
            audit.verdict = verdict,
            audit.rule = facts.rule.as_deref(),
            audit.outcome = tracing::field::Empty,
            audit.duration_ms = tracing::field::Empty,
            otel.status_code = tracing::field::Empty,
        )
    })
}

/// Something becomes of a component.
#[inline]
pub(crate) fn lifecycle<'f>(facts: impl FnOnce() -> LifecycleFacts<'f>) {
    if is_enabled() {
        tell_lifecycle(&facts());
    }
}

#[cold]
fn tell_lifecycle(facts: &LifecycleFacts<'_>) {
    /// Once for each level: they are part of the program.
    macro_rules! tell {
        ($level:ident) => {
            event!(
                name: "audit.lifecycle",
                target: TARGET,
                Level::$level,
                audit.component = facts.component,
                audit.instance = facts.instance,
                audit.happening = facts.happening,
                audit.state_before = facts.from,
                audit.state = facts.to,
            )
        };
    }
    let _contained = foreign(|| {
        if facts.is_trouble {
            tell!(WARN);
        } else {
            tell!(INFO);
        }
    });
}
