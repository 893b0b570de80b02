//! [`Trail`]: all of it behind one handle.

mod access;
mod error;
mod handle;
mod opening;
mod options;
mod readers;
mod reading;
mod recorder;
mod signing;

pub use access::AccessRecorder;
pub use error::TrailError;
pub use handle::{Trail, TrailGuard};
pub use options::TrailOptions;
pub use signing::sign_checkpoint;
