//! What may go: a policy says it, a plan shows it, a result tells what went.
//!
//! Nothing goes unless somebody asks for it. What went leaves its hashes, so that what remains still proves, and a record of
//! kind `retention` that says which records those were.

mod carry;
mod plan;
mod policy;
mod sweep;

pub use carry::RetentionResult;
pub(crate) use carry::carry_out;
pub(crate) use plan::plan;
pub use plan::{RetentionGroup, RetentionPlan};
pub use policy::{RetentionPolicy, RetentionRule, RetentionRuleError};
pub(crate) use sweep::{NoSweep, Sweeping};
pub use sweep::{RetentionSweep, SweepStats};
