//! How surely records are kept: by the trail's word and the attribute's, by entries, and where the store fails.

#![cfg(test)]

mod support;

#[path = "delivery/plan.rs"]
mod plan;
#[path = "delivery/refusal.rs"]
mod refusal;
#[path = "delivery/timing.rs"]
mod timing;

use std::path::Path;
use std::time::Duration;

use audit_trail::note::TrailKey;
use audit_trail::{Trail, TrailOptions};

use support::{Gate, GateStore};

/// A trail whose store is behind a gate.
fn gated(dir: &Path, gate: &Gate, options: TrailOptions) -> Trail {
    let store = GateStore::open(&dir.join("audit.db"), gate);
    let key = TrailKey::from_seed("test", &[7; 32]).unwrap();
    let options = options.checkpoint_every(Duration::MAX);
    let trail = options.open_store(store, key).unwrap();
    // The first checkpoint is due at once: from here on the writer has in hand what the test gives it.
    trail.checkpoint().unwrap();
    trail
}
