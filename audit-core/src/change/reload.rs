//! Putting another policy in place.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use crate::decision::PolicyInfo;
use crate::evaluator::Evaluator;
use crate::mode::Change;
use crate::policy::{Documents, Policy, PolicyError};
use crate::runtime::{InPlace, Runtime};

use super::fact::Facts;

impl Runtime {
    /// Puts another policy in place, at once for every call that begins from now on. Calls in flight finish
    /// with the policy they began with.
    pub fn reload(&self, evaluator: impl Evaluator) -> PolicyInfo {
        self.load(Arc::new(evaluator), &Facts::here(self, None))
    }

    /// Reads a policy directory and puts it in place.
    ///
    /// # Errors
    /// Every problem found; the old policy stays.
    pub fn reload_dir(&self, dir: impl AsRef<Path>) -> Result<PolicyInfo, PolicyError> {
        let documents = Documents::from_dir(dir.as_ref())?;
        Policy::from_documents(&documents).map(|policy| self.reload(policy))
    }

    fn load(&self, evaluator: Arc<dyn Evaluator>, _facts: &Facts<'_>) -> PolicyInfo {
        let made: Result<_, Infallible> = self.put_in_place(|in_place| {
            let overrides = in_place.grounds.overrides.clone();
            let new = InPlace::load(Arc::clone(&evaluator), overrides);
            Ok((new, Vec::new()))
        });
        let Ok(policy) = made;
        policy
    }

    /// Reads a policy directory and puts it in place, by whom and why.
    ///
    /// # Errors
    /// Every problem found; the old policy stays.
    pub fn reload_dir_by(
        &self,
        dir: impl AsRef<Path>,
        change: Change,
    ) -> Result<PolicyInfo, PolicyError> {
        let policy = Policy::from_dir(dir)?;
        Ok(self.load(Arc::new(policy), &Facts::here(self, Some(change))))
    }
}
