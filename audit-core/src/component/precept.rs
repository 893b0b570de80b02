//! [`Precepts`]: the policies that a change sets, to be put back if it comes to nothing.

use crate::bus::{Bus, BusPolicy};

/// The policies that a change set, each with what was in force before.
#[derive(Debug, Default)]
pub(super) struct Precepts(Vec<Precept>);

#[derive(Debug)]
struct Precept {
    name: String,
    set: BusPolicy,
    before: Option<BusPolicy>,
}

impl Precepts {
    /// Sets one more.
    pub(super) fn set(&mut self, bus: &Bus, name: &str, policy: BusPolicy) {
        let before = bus.set_policy(name, policy.clone());
        self.0.push(Precept {
            name: name.to_owned(),
            set: policy,
            before,
        });
    }

    /// Puts back what was in force before, the last first. What somebody else said since stays. Components that this held for have
    /// ended by now, and are held to it still.
    pub(super) fn put_back(self, bus: &Bus) {
        for Precept { name, set, before } in self.0.into_iter().rev() {
            bus.put_back_policy(&name, &set, before.as_ref());
        }
    }
}
