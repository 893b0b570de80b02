//! [`Policies`]: each policy that suites name, compiled once.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fs;
use std::path::{Path, PathBuf};

use audit_core::{
    Documents, Evaluator, GOVERNANCE_FILE, Mode, ModeSettings, POLICY_FILE, Policy, PolicyError,
    SCHEMA_FILE,
};

use crate::console::Console;
use crate::exit::Stop;
use crate::source::tell;

/// A policy that is tested.
#[derive(Debug)]
pub(crate) struct Tested {
    /// Its directory, as the first suite named it.
    pub(crate) dir: PathBuf,
    pub(crate) policy: Policy,
    /// The modes that it names itself.
    modes: ModeSettings,
    documents: Documents,
}

impl Tested {
    /// The mode of a call, as far as it is known without the rules, as a runtime finds it: what the policy says of the
    /// action or of everything, and never above what the call says.
    pub(crate) fn mode(&self, action: Option<&str>, said: Mode) -> Mode {
        let ModeSettings {
            policy, actions, ..
        } = &self.modes;
        let of_policy = match action {
            Some(action) => actions.get(action).copied().or(*policy),
            // An action without a type may be any: the strictest mode holds for it.
            None => policy.and_then(|policy| actions.values().copied().chain([policy]).max()),
        };
        of_policy.map_or(said, |mode| mode.min(said))
    }

    /// Whether there are rules whose own mode holds in a call that is off, so that the policy is asked all the same.
    pub(crate) fn rules_hold(&self) -> bool {
        let mut rules = self.modes.rules.values();
        rules.any(|rule| rule.mode.is_some_and(|mode| mode > Mode::Off))
    }

    /// The files it is read from.
    pub(crate) fn files(&self) -> [PathBuf; 3] {
        [SCHEMA_FILE, POLICY_FILE, GOVERNANCE_FILE].map(|name| self.dir.join(name))
    }

    /// The same policy, compiled once more.
    pub(crate) fn again(&self) -> Result<Policy, PolicyError> {
        Policy::from_documents(&self.documents)
    }
}

/// Each policy that suites name, compiled once.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    tested: Vec<Tested>,
    /// By where it really is; `None` is one that is broken, and told.
    places: BTreeMap<PathBuf, Option<usize>>,
    /// How many errors were told.
    pub(crate) errors: usize,
}

impl Policies {
    /// The number of the policy in a directory. If it is broken, every problem is told, once.
    pub(crate) fn number(
        &mut self,
        dir: &Path,
        console: &mut Console<'_>,
    ) -> Result<Option<usize>, Stop> {
        // What is not there has no real place, and is told by its name.
        let place = fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned());
        let vacant = match self.places.entry(place) {
            Entry::Occupied(known) => return Ok(*known.get()),
            Entry::Vacant(vacant) => vacant,
        };
        let number = match load(dir, console)? {
            Ok(tested) => {
                self.tested.push(tested);
                Some(self.tested.len() - 1)
            }
            Err(errors) => {
                self.errors += errors;
                None
            }
        };
        vacant.insert(number);
        Ok(number)
    }

    /// The policy of a number.
    pub(crate) fn tested(&self, number: Option<usize>) -> Option<&Tested> {
        self.tested.get(number?)
    }

    /// Every policy, by number.
    pub(crate) fn into_tested(self) -> Vec<Tested> {
        self.tested
    }
}

/// Compiles a policy, or tells every problem and says how many errors they are.
fn load(dir: &Path, console: &mut Console<'_>) -> Result<Result<Tested, usize>, Stop> {
    let mut refuse = |documents: Option<&Documents>, error: &PolicyError| {
        let problems = error.problems().iter();
        let errors = problems
            .filter(|problem| !problem.kind.is_warning())
            .count();
        match tell(documents, error, console) {
            Stop::Told => {
                console.err.line("")?;
                Ok(Err(errors))
            }
            stop => Err(stop),
        }
    };
    let documents = match Documents::from_dir(dir) {
        Ok(documents) => documents,
        Err(error) => return refuse(None, &error),
    };
    match Policy::from_documents(&documents) {
        Ok(policy) => Ok(Ok(Tested {
            dir: dir.to_owned(),
            modes: policy.modes(),
            policy,
            documents,
        })),
        Err(error) => refuse(Some(&documents), &error),
    }
}
