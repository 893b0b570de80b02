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

named! {
    /// How bad it is that a rule decided: the words of OCSF's `severity_id`, 1 to 5.
    #[derive(PartialOrd, Ord)]
    Severity as "severity" {
        /// Nothing has to be done.
        Informational = "informational",
        /// Somebody may look at it.
        Low = "low",
        /// Somebody has to look at it.
        Medium = "medium",
        /// Somebody has to look at it at once.
        High = "high",
        /// The system itself is in danger.
        Critical = "critical",
    }
}

impl Effect {
    /// Whether the call may run: true for [`Effect::Allow`] alone.
    pub const fn permits(self) -> bool {
        matches!(self, Self::Allow)
    }
}
