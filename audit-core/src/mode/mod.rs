//! Modes while the program runs: what the policy says, what was set over it, by whom and why, and what follows for a
//! call.
//!
//! The order is that of `docs/language-2.md`: the override of the action, of everything; what the policy says of the
//! action, of everything; the default of the attribute. Rules come before all of these, and are the evaluator's.

mod change;
mod in_force;
mod overrides;
mod target;

pub use change::{Change, ChangeBy, UnexplainedChange};
pub(crate) use in_force::{CallMode, Modes};
pub use overrides::ModeOverride;
pub(crate) use overrides::Overrides;
pub use target::ModeTarget;
