//! What stands in the place of this room where it is not compiled: nothing happens, and nothing takes room.

use std::sync::Arc;
use std::time::Duration;

use crate::decision::Decision;
use crate::outcome::Status;

#[path = "fact.rs"]
mod fact;

#[allow(dead_code, unreachable_pub, reason = "nobody reads them")]
#[path = "event.rs"]
mod event;

pub(crate) use event::{EventFields, ObservabilityEvent};
pub(crate) use fact::{CallFacts, LifecycleFacts, OperationFacts};

#[inline(always)]
pub(crate) const fn is_enabled() -> bool {
    false
}

#[inline(always)]
pub(crate) fn emit<'f>(_event: ObservabilityEvent, _fields: impl FnOnce() -> EventFields<'f>) {}

#[inline(always)]
pub(crate) fn emit_end<'f>(_event: ObservabilityEvent, _fields: impl FnOnce() -> EventFields<'f>) {}

#[inline(always)]
pub(crate) fn decided(_action: &str, _decision: &Decision<'_>, _is_enforceable: bool) {}

#[inline(always)]
pub(crate) fn events_dropped(_queue: &str, _count: u64) {}

#[inline(always)]
pub(crate) fn sink_is_there(_sink: &str, _has_spill: bool) {}

#[inline(always)]
pub(crate) fn observer_is_there(_observer: &str, _has_queue: bool) {}

#[inline(always)]
pub(crate) fn sink_failed(_sink: &str) {}

#[inline(always)]
pub(crate) fn events_lost(_sink: &str, _count: u64) {}

#[inline(always)]
pub(crate) fn events_spilled(_sink: &str, _count: u64) {}

#[derive(Debug)]
pub(crate) struct Gauge;

impl Gauge {
    #[inline(always)]
    pub(crate) const fn of_queue() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) const fn of_quarantine() -> Self {
        Self
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn follow<P>(&self, _name: impl FnOnce() -> P, _value: impl Fn() -> usize) {}

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn follow_down<P>(&self, _name: impl FnOnce() -> P, _value: impl Fn() -> usize) {}
}

#[derive(Debug)]
pub(crate) struct LaneReport;

impl LaneReport {
    #[inline(always)]
    pub(crate) const fn new() -> Self {
        Self
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn follow<P>(&self, _name: impl FnOnce() -> P, _counts: impl Fn() -> (usize, u64)) {}
}

#[allow(dead_code, reason = "nobody switches anything on")]
pub(crate) trait Shown: Send + Sync {
    fn switched_on(&self);
}

#[inline(always)]
pub(crate) fn show_from_now<S: Shown + 'static>(_shown: &Arc<S>) {}

#[inline(always)]
pub(crate) fn lifecycle<'f>(_facts: impl FnOnce() -> LifecycleFacts<'f>) {}

#[derive(Debug)]
pub(crate) struct CallSpan;

impl CallSpan {
    pub(crate) const NOTHING: Self = Self;

    #[inline(always)]
    pub(crate) fn when<'f>(_is_observed: bool, _facts: impl FnOnce() -> CallFacts<'f>) -> Self {
        Self
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn resume(&mut self) {}

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn suspend(&mut self) {}

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn end(self, _action: &str, _status: Status, _took: Duration) {}
}

#[derive(Debug)]
pub(crate) struct OperationSpan;

impl OperationSpan {
    pub(crate) const NOTHING: &'static Self = &Self;

    #[inline(always)]
    pub(crate) const fn nothing() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn of<'f>(_facts: impl FnOnce() -> OperationFacts<'f>) -> Self {
        Self
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn shared(&self) -> Self {
        Self
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn enter(&self) -> Option<()> {
        None
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn around<F: Future>(&self, work: F) -> F {
        work
    }

    #[inline(always)]
    #[allow(clippy::unused_self, reason = "there is nothing in it")]
    pub(crate) fn end(&mut self, _status: Status, _took: Duration) {}
}
