//! Sites: what the program knows of its annotated functions before any of them is called.

mod facts;
mod places;
mod registry;

pub use facts::{
    AnnotatedSite, Argument, Captures, Delivery, SiteFacts, SiteKind, Uninstalled, Unrecordable,
};
pub use registry::sites;
