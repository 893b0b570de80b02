//! The inventory: what the annotated functions of a program ask for, held against what a runtime can give, before
//! any of them is called.

mod check;
mod report;

pub(crate) use check::check;
pub use report::{Finding, FindingKind, InstallReport};
