//! What components may do on the bus, and what is recorded of what they do and are denied.

pub(super) mod change;
mod document;
mod operation;
mod own;
mod verdict;

use std::collections::HashMap;

use crate::caller::{ANONYMOUS, Caller};

pub(super) use operation::Watched;
pub use own::BusPolicy;
use verdict::RuleList;
pub use verdict::{Operation, Rule, Verdict};

/// The policies of a bus, by component or instance.
#[derive(Debug, Default)]
pub(super) struct Policies(HashMap<String, BusPolicy>);

impl Policies {
    pub(super) fn set(&mut self, name: &str, policy: BusPolicy) -> Option<BusPolicy> {
        self.0.insert(name.to_owned(), policy)
    }

    /// Puts back what was in force for a name before something was set, unless something else is in force by now. Returns whether it
    /// did.
    pub(super) fn put_back(
        &mut self,
        name: &str,
        set: &BusPolicy,
        before: Option<&BusPolicy>,
    ) -> bool {
        let is_in_force = self.0.get(name) == Some(set);
        if is_in_force {
            match before {
                Some(before) => self.0.insert(name.to_owned(), before.clone()),
                None => self.0.remove(name),
            };
        }
        is_in_force
    }

    /// What they say of one operation: the instance's policy, else the component's, else that everything is allowed. Nobody's
    /// operations are denied as soon as there is any.
    pub(super) fn judge(&self, caller: &Caller, operation: Operation, target: &str) -> Verdict {
        if &**caller.component() == ANONYMOUS && !self.0.is_empty() {
            return Verdict {
                allowed: false,
                audited: true,
                rule: Some(Rule::new(RuleList::Anonymous, None)),
            };
        }
        match self.of(caller) {
            Some(policy) => policy.judge(operation, target),
            None => BusPolicy::default().judge(operation, target),
        }
    }

    /// The policy in force for somebody: the instance's own, else the component's.
    pub(super) fn of(&self, caller: &Caller) -> Option<&BusPolicy> {
        let own = self.0.get(&**caller.instance());
        own.or_else(|| self.0.get(&**caller.component()))
    }
}
