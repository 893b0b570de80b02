//! The same rules in the words of each engine, asked through the API it recommends.
//!
//! Each engine here has the same shape: it is made from rules, it makes its own input from a question, and it
//! says whether a refund is permitted. Whatever can be prepared ahead of a question is prepared.

pub mod casbin;
pub mod cedar;
pub mod ours;
pub mod rego;

/// Whatever goes wrong while a benchmark is set up.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
