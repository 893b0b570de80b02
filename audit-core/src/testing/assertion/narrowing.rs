//! [`Narrowing`]: events, what was asked of them step by step, and those that are left.

use std::sync::Arc;

use crate::event::{Event, EventKind};
use crate::sink::{Condition, Ends, NamePattern};

/// Events, what was asked of them step by step, and those that are left.
#[derive(Clone, Debug)]
pub(super) struct Narrowing {
    pub(super) all: Vec<Arc<Event<'static>>>,
    pub(super) ends: Arc<Ends>,
    /// What it is about.
    pub(super) kind: EventKind,
    pub(super) name: NamePattern,
    pub(super) steps: Vec<Step>,
    /// Events that it is about, whatever was asked besides.
    pub(super) subjects: Vec<Arc<Event<'static>>>,
    left: Vec<Arc<Event<'static>>>,
}

/// One thing that was asked, and of how many events it was true.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) condition: Condition,
    pub(super) before: usize,
    pub(super) after: usize,
}

impl Narrowing {
    pub(super) fn of(all: Vec<Arc<Event<'static>>>, kind: EventKind, name: NamePattern) -> Self {
        let ends = Ends::told_by(&all);
        let named = Condition::Name(name.clone());
        let subjects = all.iter().filter(|event| event.kind == kind);
        let subjects: Vec<_> = subjects
            .filter(|event| named.holds(event, &ends))
            .cloned()
            .collect();
        Self {
            all,
            ends: Arc::new(ends),
            kind,
            name,
            steps: Vec::new(),
            left: subjects.clone(),
            subjects,
        }
    }

    pub(super) fn left(&self) -> &[Arc<Event<'static>>] {
        &self.left
    }

    pub(super) fn narrow(&mut self, condition: Condition) {
        let before = self.left.len();
        let ends = &self.ends;
        self.left.retain(|event| condition.holds(event, ends));
        self.steps.push(Step {
            condition,
            before,
            after: self.left.len(),
        });
    }
}
