//! What a program records itself: entries, and stretches of code that are measured.

#![cfg(test)]

#[path = "recorder/notebook.rs"]
mod notebook;
#[path = "entry/payload.rs"]
mod payload;
#[path = "entry/recording.rs"]
mod recording;
mod support;
#[path = "entry/timing.rs"]
mod timing;

use std::sync::Arc;

use audit_core::Runtime;
use notebook::{Answer, Notebook};

/// A runtime that records in a notebook.
fn world(answer: Answer) -> (Runtime, Arc<Notebook>) {
    let notebook = Notebook::that(answer);
    let runtime = support::builder()
        .recorder(Arc::<Notebook>::clone(&notebook))
        .build()
        .unwrap();
    (runtime, notebook)
}
