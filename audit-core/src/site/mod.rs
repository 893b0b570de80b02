//! Sites: what the program knows of its annotated functions before any of them is called.

mod facts;
mod places;
mod registry;

pub use facts::{AnnotatedSite, Argument, Captures, SiteFacts, SiteKind, Uninstalled};
pub use registry::sites;
