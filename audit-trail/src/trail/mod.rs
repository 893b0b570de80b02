//! [`Trail`]: all of it behind one handle.

mod access;
mod anchoring;
mod answer;
mod error;
mod exporting;
mod handle;
mod keeping;
mod opening;
mod options;
mod pruning;
mod readers;
mod reading;
mod recorder;
mod signing;
mod tenant;
#[cfg(test)]
mod tests;

pub use access::AccessRecorder;
pub use anchoring::TrailAnchor;
pub use answer::Answers;
pub use error::TrailError;
pub use handle::{Trail, TrailGuard};
pub use options::TrailOptions;
pub use pruning::{plan_retention, prune};
pub use signing::sign_checkpoint;
pub use tenant::TenantTrail;
