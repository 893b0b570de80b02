//! Components, from the first's start to the last's end.

#![cfg(test)]

#[path = "component/life.rs"]
mod life;
#[path = "component/order.rs"]
mod order;
#[path = "bus/support.rs"]
#[allow(dead_code, reason = "the tests of the bus use the rest")]
mod support;
