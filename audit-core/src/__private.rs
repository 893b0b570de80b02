//! What generated code uses. Nothing here is for anybody else: it changes with the attributes, whose version is
//! pinned to this crate's.

pub use audit_sites::element;

pub use crate::armed::{is_armed, is_switched_off};
pub use crate::call::{IntoActor, IntoResource, IntoRuntime, IntoTenant, Supplied};
pub use crate::capture::{Capture, IntoField};
pub use crate::delivery::{Delivery, Unrecordable};
pub use crate::enforce::{
    Arg, Beginning, Completed, Entered, EnteredUnseen, FromRefused, Report, Returned, arg, enter,
    enter_async, enter_unseen, explain, explain_async, never, returned, run,
};
pub use crate::explain::Explanation;
pub use crate::redaction::Redaction;
pub use crate::site::AnnotatedSite as Site;
