//! What `#[component]`, `#[subscribe]` and `#[runnable]` make of functions.

#![cfg(test)]
#![cfg(feature = "macros")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[path = "component/attribute.rs"]
mod attribute;
#[path = "component/function.rs"]
mod function;
#[path = "component/runnable.rs"]
mod runnable;
#[path = "component/subscribe.rs"]
mod subscribe;
#[path = "bus/support.rs"]
mod support;

use audit_core::bus::Bus;
use audit_core::component::{Assembly, Blueprint};

use support::now;

/// These components on a bus of their own.
fn boot(blueprints: impl IntoIterator<Item = Blueprint>) -> Assembly {
    let mut builder = Assembly::builder(Bus::new());
    for blueprint in blueprints {
        builder = builder.component(blueprint);
    }
    now(builder.boot()).unwrap_or_else(|error| panic!("{error}"))
}
