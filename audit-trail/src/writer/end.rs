//! [`SayEnded`]: the end of the writer's thread, however it comes.

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use audit_core::__private::say;

use crate::health::Health;
use crate::queue::Queue;
use crate::store::{StoreError, StoreErrorKind};

/// Whoever waits for the writer's end hears of it as this goes; and nothing more is taken in that nobody would write.
///
/// All that is foreign is contained where the writer calls it. Should it panic all the same, what it had in hand and what waits is lost,
/// and counted.
pub(crate) struct SayEnded(pub(crate) Arc<Health>, pub(crate) Arc<Queue>);

impl Drop for SayEnded {
    fn drop(&mut self) {
        let Self(health, queue) = self;
        if thread::panicking() && !health.is_closed() {
            let records = queue.abandon();
            let error = StoreError::new(StoreErrorKind::Failed, PANICKED);
            health.fail(&error);
            health.close(Some(error));
            say(|| {
                tracing::error!(
                    target: "audit::health",
                    records,
                    "{PANICKED}: {records} records are lost, and no more are taken"
                );
            });
        } else if !queue.is_closed() {
            queue.close(Instant::now());
        }
        health.leave();
    }
}

const PANICKED: &str = "the writer of the trail panicked";
