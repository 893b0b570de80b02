//! Putting another policy in place.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use crate::decision::PolicyInfo;
use crate::evaluator::Evaluator;
use crate::mode::Change;
use crate::policy::{Policy, PolicyError};
use crate::runtime::{Engine, InPlace, Runtime};

use super::fact::Facts;
use super::health;
use super::loaded::{modes_loaded, policy_loaded, policy_refused};

impl Runtime {
    /// Puts another policy in place, at once for every call that begins from now on. Calls in flight finish
    /// with the policy they began with.
    ///
    /// It is an event of kind `policy`, called `policy.loaded`, and each mode that the new policy names otherwise than
    /// the old one is an event of kind `mode`, called `mode.loaded`. What was set with [`Runtime::set_mode`] stays in
    /// force; a rule that the new policy does not have keeps its mode for the next one.
    ///
    /// # Panics
    /// The evaluator panics when it is asked which policy it is, which fields it keeps out of records or which modes it
    /// names, for none of which there is a safe answer. The old policy stays.
    pub fn reload(&self, evaluator: impl Evaluator) -> PolicyInfo {
        self.put(&to_shared(evaluator), &Facts::here(self, None), None)
    }

    /// Puts another policy in place, and records who did so and why. See [`Runtime::reload`].
    ///
    /// # Panics
    /// As [`Runtime::reload`] does.
    pub fn reload_by(&self, evaluator: impl Evaluator, change: Change) -> PolicyInfo {
        self.put(
            &to_shared(evaluator),
            &Facts::here(self, Some(change)),
            None,
        )
    }

    /// Reads a policy directory and puts it in place. See [`Runtime::reload`].
    ///
    /// # Errors
    /// Every problem found; the old policy stays. It is an event of kind `policy`, called `policy.refused`.
    pub fn reload_dir(&self, dir: impl AsRef<Path>) -> Result<PolicyInfo, PolicyError> {
        self.read(dir.as_ref(), None)
    }

    /// Reads a policy directory and puts it in place, and records who did so and why. See [`Runtime::reload`].
    ///
    /// # Errors
    /// Every problem found; the old policy stays. It is an event of kind `policy`, called `policy.refused`.
    pub fn reload_dir_by(
        &self,
        dir: impl AsRef<Path>,
        change: Change,
    ) -> Result<PolicyInfo, PolicyError> {
        self.read(dir.as_ref(), Some(change))
    }

    fn read(&self, dir: &Path, change: Option<Change>) -> Result<PolicyInfo, PolicyError> {
        self.put_read(dir, change, || Policy::from_dir(dir))
    }

    /// Puts a policy in place that is read from a directory, or records why it is refused.
    pub(crate) fn put_read(
        &self,
        dir: &Path,
        change: Option<Change>,
        read: impl FnOnce() -> Result<Policy, PolicyError>,
    ) -> Result<PolicyInfo, PolicyError> {
        let facts = Facts::here(self, change);
        match read() {
            Ok(policy) => Ok(self.put(&to_shared(policy), &facts, Some(dir))),
            Err(error) => {
                let event = policy_refused(&facts, &self.state().in_place, dir, &error);
                self.announce(event);
                health::note_refused(dir, &error);
                Err(error)
            }
        }
    }

    fn put(&self, evaluator: &Engine, facts: &Facts<'_>, dir: Option<&Path>) -> PolicyInfo {
        let mut lost = Vec::new();
        let made: Result<_, Infallible> = self.put_in_place(|old| {
            let overrides = old.grounds.overrides.clone();
            let new = InPlace::load(evaluator.clone(), overrides);
            lost.clone_from(&new.grounds.lost_rules);
            let mut events = vec![policy_loaded(facts, old, &new, dir)];
            events.extend(modes_loaded(facts, old, &new));
            Ok((new, events))
        });
        let Ok(policy) = made;
        health::note_lost(&lost);
        policy
    }
}

fn to_shared(evaluator: impl Evaluator) -> Engine {
    Engine::new(Arc::new(evaluator))
}
