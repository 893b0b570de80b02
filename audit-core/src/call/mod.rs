//! The way of one call: build the action, resolve, evaluate, emit; and the same way again for explaining it.

mod ask;
mod gather;
mod judge;
mod source;

pub use source::{ActionBuilder, Call, Function};
