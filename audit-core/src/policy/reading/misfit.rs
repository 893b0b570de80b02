//! A value that fits none of the forms that are accepted where it stands.

use super::log::Log;
use crate::policy::problem::{Place, ProblemKind};
use crate::policy::yaml::Node;

/// Why a value fits no form.
#[derive(Debug)]
pub(in crate::policy) struct Misfit {
    place: Place,
    message: String,
    hint: Option<String>,
}

impl Misfit {
    /// With a message about one node.
    pub(in crate::policy) fn new(node: &Node, message: String) -> Self {
        Self {
            place: node.place,
            message,
            hint: None,
        }
    }

    /// With the way out, if there is one to name.
    pub(in crate::policy) fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// Writes it down.
    pub(in crate::policy) fn report(self, log: &mut Log) {
        log.report(
            ProblemKind::NoUntaggedVariant,
            self.place,
            self.message,
            self.hint,
        );
    }
}
