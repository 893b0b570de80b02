//! [`Effect`] and [`Mode`]: what a decision says, and what is done with it.

use crate::word::named;

named! {
    /// What a decision says.
    Effect as "effect" {
        /// The call may run.
        Allow = "allow",
        /// The call must not run.
        Block = "block",
        /// The call must not run before somebody approved it. It is not an `allow`.
        RequireApproval = "require_approval",
    }
}

named! {
    /// What an enforcement point does with a decision.
    #[derive(PartialOrd, Ord)]
    Mode as "mode" {
        /// Policy is not asked.
        Off = "off",
        /// Policy is asked and recorded; the call always runs.
        Shadow = "shadow",
        /// Policy is asked, recorded and obeyed.
        Enforce = "enforce",
    }
}

impl Effect {
    /// Whether the call may run: true for [`Effect::Allow`] alone.
    pub const fn permits(self) -> bool {
        matches!(self, Self::Allow)
    }
}
