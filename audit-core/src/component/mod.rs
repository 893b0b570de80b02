//! Components: parts of a program that start and end with others and meet them on the [bus](crate::bus) alone.

mod active;
mod assembly;
mod background;
mod blueprint;
mod builder;
mod disorder;
mod drain;
mod error;
mod facts;
mod health;
mod hook;
mod instance;
mod lifecycle;
mod members;
mod order;
mod parts;
mod service;
mod signal;
mod supervision;
mod supervisor;
mod surroundings;
mod turn;

pub use assembly::Assembly;
pub use blueprint::{Blueprint, Component, Context};
pub use builder::AssemblyBuilder;
pub use disorder::Disorder;
pub use error::AssemblyError;
pub use facts::{ComponentFacts, ServiceType};
pub use health::Health;
pub use parts::Parts;
pub use service::Services;
pub use supervision::{Backoff, Restart, Supervision};
pub use supervisor::Escalation;

use crate::runtime::BoxError;
use crate::scope::current_caller;

/// Says that the component whose code this is can't go on: see [`Handle::fail`](crate::bus::Handle::fail). False if it is no
/// component's code.
pub fn fail(error: impl Into<BoxError>) -> bool {
    current_caller().is_some_and(|(caller, _)| caller.alarm(error.into()))
}
