//! Components: parts of a program that start and end with others and meet them on the [bus](crate::bus) alone.
//!
//! An [`Assembly`] starts them in the order in which they need each other, starts those anew that fail, as [`Supervision`] says, and
//! ends them in reverse. What becomes of each is an event of kind `lifecycle`.
//!
//! ```
//! use std::sync::Arc;
//! use audit_core::bus::{Bus, BusPolicy, Runnable};
//! use audit_core::component::{Assembly, Blueprint, Component, ComponentFacts, Parts};
//!
//! struct Greeter(&'static str);
//!
//! impl Component for Greeter {
//!     const FACTS: ComponentFacts = ComponentFacts::new("greeter", "1.0");
//!
//!     fn parts(this: &Arc<Self>) -> Parts {
//!         let this = Arc::clone(this);
//!         let greet = move |name: String| Ok::<_, String>(format!("{} {name}", this.0));
//!         Parts::new().runnable("greet", Runnable::new(greet))
//!     }
//! }
//!
//! # audit_core::testing::block_on(async {
//! let policy = BusPolicy::new().publish_allow([])?;
//! let blueprint = Blueprint::of(Greeter("hello")).policy(policy);
//! let assembly = Assembly::builder(Bus::new()).component(blueprint).boot().await?;
//! let answer: String = assembly.bus().invoke("greeter.greet", "ada".to_owned()).await?;
//! assert_eq!(answer, "hello ada");
//! assert!(assembly.overall_health().is_healthy());
//! assembly.shutdown().await?;
//! # Ok::<_, Box<dyn std::error::Error>>(())
//! # }).unwrap();
//! ```

mod active;
mod assembly;
mod background;
mod blueprint;
mod builder;
mod change;
mod disorder;
mod drain;
mod environment;
mod error;
mod facts;
mod foreign;
mod function;
mod health;
mod hook;
mod instance;
mod lifecycle;
mod members;
mod order;
mod parts;
mod precept;
mod service;
mod signal;
mod stay;
mod supervision;
mod supervisor;
mod turn;
pub(crate) mod wired;
pub(crate) mod wiring;

pub use assembly::Assembly;
pub use blueprint::{Blueprint, Component, Context};
pub use builder::AssemblyBuilder;
pub use disorder::Disorder;
pub use error::AssemblyError;
pub use facts::{ComponentFacts, ServiceType};
pub use function::{FreeFunction, FunctionKind, Functions, functions};
pub use health::Health;
pub use parts::Parts;
pub use service::Services;
pub use supervision::{Backoff, Restart, Supervision};
pub use supervisor::Escalation;
pub use wired::Wired;

use crate::runtime::BoxError;
use crate::scope::current_caller;

/// Says that the component whose code this is can't go on: see [`Handle::fail`](crate::bus::Handle::fail). False if it is no
/// component's code.
pub fn fail(error: impl Into<BoxError>) -> bool {
    current_caller().is_some_and(|(caller, _)| caller.alarm(error.into()))
}
