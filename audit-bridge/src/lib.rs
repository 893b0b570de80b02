//! One bus for several processes.

mod bridge;
mod count;
mod envelope;
mod error;
mod inbound;
mod outbound;
mod plan;
mod seen;
mod stream;
mod subject;
mod wait;

pub use async_nats;
pub use bridge::Bridge;
pub use count::{BridgeState, BridgeStats};
pub use error::{BridgeError, Unfinished};
pub use plan::BridgeBuilder;
pub use seen::SeenError;
