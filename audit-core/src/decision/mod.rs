//! What an evaluator answers, and what an enforcement point does with the answer.

mod answer;
mod effect;
mod error;
mod policy_info;

pub use answer::{Decision, Missing};
pub use effect::{Effect, Mode, Severity};
pub use error::{DecisionError, FailureKind, Stage};
pub use policy_info::{Digest, ParseDigestError, PolicyInfo};
