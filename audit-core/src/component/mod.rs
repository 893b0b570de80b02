//! Components: parts of a program that start and end with others and meet them on the [bus](crate::bus) alone.

mod assembly;
mod blueprint;
mod error;
mod facts;
mod function;
mod health;
mod instance;
mod order;
mod parts;
mod service;
mod supervision;
pub(crate) mod wired;
pub(crate) mod wiring;

pub use assembly::{Assembly, AssemblyBuilder};
pub use blueprint::{Blueprint, Component, Context};
pub use error::AssemblyError;
pub use facts::{ComponentFacts, ServiceType};
pub use function::{FreeFunction, FunctionKind, Functions, functions};
pub use health::Health;
pub use order::Disorder;
pub use parts::Parts;
pub use service::Services;
pub use supervision::{Backoff, Restart, Supervision};
pub use wired::Wired;
