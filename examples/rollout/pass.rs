//! [`Pass`]: all of the traffic once, in one mode, and what became of it.

use std::collections::BTreeMap;
use std::ptr::fn_addr_eq;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use audit_core::{Change, DecisionEvent, Mode, ModeTarget, Runtime, Scope};

use crate::BoxError;
use crate::business::Error;
use crate::traffic::TRAFFIC;

/// What was seen in one mode.
#[derive(Debug)]
pub(crate) struct Pass {
    /// The mode that was set for everything; `None`: the one that policy says.
    pub(crate) mode: Option<Mode>,
    /// What was called, in order.
    pub(crate) functions: Vec<fn() -> Result<String, Error>>,
    /// How many decisions were made.
    pub(crate) judged: usize,
    /// How many calls came back with what they are for.
    pub(crate) ran: usize,
    /// What the others were told.
    pub(crate) refusals: Vec<String>,
    /// How often policy did not allow a call, by rule, whether or not that was obeyed.
    pub(crate) by_rule: BTreeMap<String, usize>,
    /// How often a rule in shadow would have changed the answer, by rule.
    pub(crate) would_by_rule: BTreeMap<String, usize>,
}

impl Pass {
    pub(crate) fn name(&self) -> &'static str {
        self.mode.map_or("by policy", Mode::as_str)
    }
}

/// Whether each pass called the very same functions.
pub(crate) fn same_functions(passes: &[Pass]) -> bool {
    let same = |one: &Pass, other: &Pass| {
        let pairs = one.functions.iter().zip(&other.functions);
        one.functions.len() == other.functions.len()
            && pairs
                .into_iter()
                .all(|(one, other)| fn_addr_eq(*one, *other))
    };
    passes.windows(2).all(|pair| match pair {
        [one, other] => same(one, other),
        _ => true,
    })
}

/// Sends all traffic in this mode, which is set for everything by somebody who says why.
pub(crate) fn run(runtime: &Runtime, mode: Option<Mode>, reason: &str) -> Result<Pass, BoxError> {
    let counts = Arc::new(Mutex::new(Counts::default()));
    let counting = Arc::clone(&counts);
    let change = Change::by("ada").because(reason)?;
    runtime.set_mode(ModeTarget::Everything, mode, change)?;
    let observer = runtime.observe("count", move |event| lock(&counting).count(event));

    let (mut functions, mut ran, mut refusals) = (Vec::new(), 0, Vec::new());
    for call in &TRAFFIC {
        functions.push(call.function);
        match Scope::new().actor(call.actor()).run(call.function) {
            Ok(_) => ran += 1,
            Err(Error(message)) => refusals.push(message),
        }
    }

    runtime.remove_observer(observer);
    let counts = std::mem::take(&mut *lock(&counts));
    Ok(Pass {
        mode,
        functions,
        judged: counts.judged,
        ran,
        refusals,
        by_rule: counts.by_rule,
        would_by_rule: counts.would_by_rule,
    })
}

#[derive(Debug, Default)]
struct Counts {
    judged: usize,
    by_rule: BTreeMap<String, usize>,
    would_by_rule: BTreeMap<String, usize>,
}

impl Counts {
    fn count(&mut self, event: &DecisionEvent<'_>) {
        self.judged += 1;
        if !event.decision.permits() {
            let rule = event.decision.matched_rule.as_deref();
            let rule = rule.unwrap_or("(undecided)").to_owned();
            *self.by_rule.entry(rule).or_default() += 1;
        }
        if let Some(rule) = event.decision.would_rule.as_deref() {
            *self.would_by_rule.entry(rule.to_owned()).or_default() += 1;
        }
    }
}

fn lock(counts: &Mutex<Counts>) -> MutexGuard<'_, Counts> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}
