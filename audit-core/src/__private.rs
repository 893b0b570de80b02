//! What generated code uses. Nothing here is for anybody else: it changes with the attributes, whose version is
//! pinned to this crate's. The framework's other crates contain foreign code and warn as this one does.

pub use std::clone::Clone;
pub use std::sync::Arc;

pub use serde;

pub use audit_sites::{element, function};

pub use crate::armed::{is_armed, is_switched_off};
pub use crate::bus::method::argument::{
    Argument, Borrowed, FromEvent, Given, OwnFromEvent, Slot, Unclonable, once,
};
pub use crate::bus::method::description::{Described, Description, Made, Undescribed};
pub use crate::bus::method::{
    HandleWith, Plain, Ran, ReadWith, Returning, RunWith, RunnableError, handled, handler,
    handling, later, now, returning, runnable, timeout,
};
pub use crate::bus::{IntoHandled, Overflow, Parameter, Queue, SubscriptionOptions};
pub use crate::call::{IntoActor, IntoResource, IntoRuntime, IntoTenant, Supplied};
pub use crate::capture::{Capture, IntoField, Taken};
pub use crate::component::wired::{
    Inject, Injected, IntoMade, Service, Shared, required, services,
};
pub use crate::component::wiring::{free_runnable, subscribe};
pub use crate::component::{
    Component, ComponentFacts, Context, FreeFunction, Parts, ServiceType, Wired,
};
pub use crate::contain::contain;
pub use crate::delivery::{Delivery, Unrecordable};
pub use crate::enforce::{
    Arg, Beginning, Completed, Entered, EnteredUnseen, FromRefused, Report, Returned, arg, enter,
    enter_async, enter_unseen, explain, explain_async, never, returned, run,
};
pub use crate::explain::Explanation;
pub use crate::health::say;
pub use crate::redaction::Redaction;
pub use crate::runtime::BoxError;
pub use crate::sensitive::member;
pub use crate::site::AnnotatedSite as Site;
pub use crate::value::Value;
