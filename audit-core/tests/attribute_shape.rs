//! Every shape of function, and what a wrapper must leave as it was.

#![cfg(test)]
#![allow(
    clippy::boxed_local,
    clippy::elidable_lifetime_names,
    clippy::items_after_statements,
    clippy::iter_not_returning_iterator,
    clippy::manual_async_fn,
    clippy::many_single_char_names,
    clippy::needless_lifetimes,
    clippy::needless_pass_by_value,
    clippy::non_minimal_cfg,
    clippy::unit_arg,
    improper_ctypes_definitions,
    reason = "the shape of a function is what is looked at, also where a simpler one would do"
)]

mod support;

#[path = "attribute/world.rs"]
#[allow(dead_code, reason = "shared with the tests of behaviour")]
mod world;

#[path = "attribute_shape/asynchronous.rs"]
mod asynchronous;
#[path = "attribute_shape/auto_trait.rs"]
mod auto_trait;
#[path = "attribute_shape/foreign.rs"]
mod foreign;
#[path = "attribute_shape/name.rs"]
mod name;
#[path = "attribute_shape/shape.rs"]
mod shape;
#[path = "attribute_shape/size.rs"]
mod size;
