//! Components, from the first's start to the last's end.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests have in common stands in no test"
)]

#[path = "component/bridge.rs"]
mod bridge;
#[path = "component/change.rs"]
mod change;
#[path = "component/departed.rs"]
mod departed;
#[path = "component/drain.rs"]
mod drain;
#[path = "component/ghost.rs"]
mod ghost;
#[path = "component/hole.rs"]
mod hole;
#[path = "component/life.rs"]
mod life;
#[path = "component/order.rs"]
mod order;
#[path = "component/panic.rs"]
mod panic;
#[path = "component/record.rs"]
mod record;
#[path = "component/service.rs"]
mod service;
#[path = "component/stage.rs"]
mod stage;
#[path = "component/supervision.rs"]
mod supervision;
#[path = "bus/support.rs"]
mod support;
#[path = "component/tenant.rs"]
mod tenant;
