//! What components may do on the bus, and what is recorded of what they do and are denied.

pub(super) mod change;
mod document;
mod operation;
mod own;
mod verdict;

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use crate::caller::{ANONYMOUS, Caller};

pub(super) use operation::Watched;
pub use own::BusPolicy;
use verdict::RuleList;
pub use verdict::{Operation, Rule, Verdict};

/// The policies of a bus, by component or instance.
#[derive(Debug, Default)]
pub(super) struct Policies {
    in_force: HashMap<String, BusPolicy>,
    /// Whether there ever was any: nobody may do nothing from then on.
    is_policed: bool,
    /// What was in force for those who have ended, by their numbers: whoever comes by the same name may be allowed more.
    of_ended: HashMap<u32, (Weak<Caller>, BusPolicy)>,
}

impl Policies {
    pub(super) fn set(&mut self, name: &str, policy: BusPolicy) -> Option<BusPolicy> {
        self.is_policed = true;
        self.in_force.insert(name.to_owned(), policy)
    }

    /// Holds somebody who ends to what is in force for him, whatever is set or put back from here on.
    pub(super) fn keep(&mut self, caller: &Arc<Caller>) {
        self.of_ended
            .retain(|_, (ended, _)| ended.strong_count() > 0);
        if let Some(policy) = self.of(caller).cloned() {
            let kept = (Arc::downgrade(caller), policy);
            self.of_ended.entry(caller.number()).or_insert(kept);
        }
    }

    /// Puts back what was in force for a name before something was set, unless something else is in force by now. Returns whether it
    /// did.
    pub(super) fn put_back(
        &mut self,
        name: &str,
        set: &BusPolicy,
        before: Option<&BusPolicy>,
    ) -> bool {
        let is_in_force = self.in_force.get(name) == Some(set);
        if is_in_force {
            match before {
                Some(before) => self.in_force.insert(name.to_owned(), before.clone()),
                None => self.in_force.remove(name),
            };
        }
        is_in_force
    }

    /// What they say of one operation: the instance's policy, else the component's, else that everything is allowed; for who has
    /// ended, also what was in force for him then. Nobody's operations are denied as soon as there was any.
    pub(super) fn judge(&self, caller: &Caller, operation: Operation, target: &str) -> Verdict {
        if &**caller.component() == ANONYMOUS && self.is_policed {
            return Verdict {
                allowed: false,
                audited: true,
                rule: Some(Rule::new(RuleList::Anonymous, None)),
            };
        }
        let verdict = match self.of(caller) {
            Some(policy) => policy.judge(operation, target),
            None => BusPolicy::default().judge(operation, target),
        };
        let Some((_, policy)) = self.of_ended.get(&caller.number()) else {
            return verdict;
        };
        let kept = policy.judge(operation, target);
        let audited = verdict.audited || kept.audited;
        let stricter = if verdict.allowed && !kept.allowed {
            kept
        } else {
            verdict
        };
        Verdict {
            audited,
            ..stricter
        }
    }

    /// The policy in force for somebody: the instance's own, else the component's.
    pub(super) fn of(&self, caller: &Caller) -> Option<&BusPolicy> {
        let own = self.in_force.get(&**caller.instance());
        own.or_else(|| self.in_force.get(&**caller.component()))
    }
}
