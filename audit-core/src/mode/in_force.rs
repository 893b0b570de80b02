//! [`Modes`]: the mode of every call, made anew with each change so that reading it costs nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::decision::Mode;
use crate::evaluator::ModeSettings;

use super::Overrides;

/// What is said of the mode of a call, as far as it is known without its rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct CallMode {
    /// `None`: the default of its attribute.
    pub(crate) mode: Option<Mode>,
    /// Whether it was set for the running program, so that it holds for rules that say otherwise too.
    pub(crate) overridden: bool,
    /// Whether there are rules whose own mode holds although the call is off.
    rules_hold: bool,
}

impl CallMode {
    /// The mode of a call that never goes above this one, which is its default too.
    #[inline]
    pub(crate) fn under(self, ceiling: Mode) -> Mode {
        self.mode.map_or(ceiling, |mode| mode.min(ceiling))
    }

    /// Whether the call is off and no rule can change that: nobody has to be asked.
    #[inline]
    pub(crate) fn is_skipped(self) -> bool {
        self.mode == Some(Mode::Off) && !self.rules_hold
    }

    /// The stricter of two. The default of an attribute is its ceiling, so nothing is stricter.
    fn stricter(self, other: Self) -> Self {
        let height = |one: Self| match one.mode {
            None => (Some(Mode::Enforce), true),
            Some(mode) => (Some(mode), one.rules_hold),
        };
        if height(other) > height(self) {
            other
        } else {
            self
        }
    }
}

/// The mode of every call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Modes {
    /// Of every action that has none of its own.
    everything: CallMode,
    /// Of the others; `None` where there are none, which is one test in every call.
    actions: Option<Arc<Actions>>,
}

/// Actions with a mode of their own.
#[derive(Debug)]
struct Actions {
    by_type: HashMap<Arc<str>, CallMode, FixedState>,
    /// The strictest mode that any call can have.
    strictest: CallMode,
}

impl Modes {
    /// What follows from what the policy says and what was set over it; of the rules, those whose override the
    /// evaluator obeys.
    pub(crate) fn new(
        said: &ModeSettings,
        set: &Overrides,
        rules: &BTreeMap<Arc<str>, Mode>,
    ) -> Self {
        let rules = RulesOwn::of(said, rules);
        let of = |mode: Option<Mode>, overridden: bool| CallMode {
            mode,
            overridden,
            rules_hold: rules.set || (!overridden && rules.said),
        };
        let everything = match set.everything() {
            Some(mode) => of(Some(mode), true),
            None => of(said.policy, false),
        };
        let mut by_type = HashMap::with_hasher(FixedState::default());
        if !everything.overridden {
            let said = said.actions.iter();
            by_type.extend(said.map(|(kind, mode)| (Arc::clone(kind), of(Some(*mode), false))));
        }
        by_type.extend(
            set.actions()
                .map(|(kind, mode)| (Arc::from(kind), of(Some(mode), true))),
        );
        let actions = (!by_type.is_empty()).then(|| {
            let known = by_type.values().copied();
            let strictest = known.fold(everything, CallMode::stricter);
            Arc::new(Actions { by_type, strictest })
        });
        Self {
            everything,
            actions,
        }
    }

    /// Of an action of this type.
    #[inline]
    pub(crate) fn of(&self, kind: Option<&str>) -> CallMode {
        match &self.actions {
            None => self.everything,
            Some(actions) => actions.of(kind, self.everything),
        }
    }

    /// Of an action that has no mode of its own.
    pub(crate) fn everything(&self) -> CallMode {
        self.everything
    }

    /// Whether anybody may have to be asked about any call.
    pub(crate) fn ask_anybody(&self) -> bool {
        !self.of(None).is_skipped()
    }
}

impl Actions {
    /// An action without a type may be any: the strictest mode holds for it.
    #[cold]
    fn of(&self, kind: Option<&str>, everything: CallMode) -> CallMode {
        match kind {
            Some(kind) => self.by_type.get(kind).copied().unwrap_or(everything),
            None => self.strictest,
        }
    }
}

/// Whether there are rules with a mode of their own that is not `off`.
#[derive(Clone, Copy, Default)]
struct RulesOwn {
    /// Set for the running program: they hold in every call.
    set: bool,
    /// Said by the policy: they hold where the call's mode is not overridden.
    said: bool,
}

impl RulesOwn {
    fn of(said: &ModeSettings, overrides: &BTreeMap<Arc<str>, Mode>) -> Self {
        let is_on = |mode: Option<Mode>| mode.is_some_and(|mode| mode > Mode::Off);
        let own = said
            .rules
            .iter()
            .filter(|(id, _)| !overrides.contains_key(*id));
        Self {
            set: overrides.values().any(|mode| is_on(Some(*mode))),
            said: own.into_iter().any(|(_, rule)| is_on(rule.mode)),
        }
    }
}
