//! [`Trail`]: all of it behind one handle.

mod error;
mod handle;
mod opening;
mod options;
mod readers;
mod reading;
mod recorder;

pub use error::TrailError;
pub use handle::{Trail, TrailGuard};
pub use options::TrailOptions;
