//! A file as the end of a sink.

use std::sync::Arc;
use std::time::Duration;

use audit_core::sink::{JsonLines, LogFile, MemorySink, Registration, SinkWay};
use audit_core::{EventKind, Runtime};

use crate::ground::{place, text};
use crate::support::{refund, runtime};

fn decide(runtime: &Runtime, times: usize) {
    for _ in 0..times {
        let _decision = runtime.evaluate(&refund(5000));
    }
}

#[test]
fn every_event_is_one_line_once_the_sink_is_flushed() {
    let (_dir, path) = place();
    let runtime = runtime();
    let lines = JsonLines::new(LogFile::open(&path).unwrap());
    runtime.register_sink(Arc::new(lines)).unwrap();
    decide(&runtime, 100);
    let flushed = runtime.flush(Duration::from_secs(30));
    assert!(flushed.is_ok(), "{flushed:?}");
    let text = text(&path);
    assert_eq!(text.lines().count(), 100);
    for line in text.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(event["decision"]["matched_rule"], "block_large");
    }
}

#[test]
fn a_line_that_finds_no_room_is_told_to_the_other_sinks() {
    let runtime = runtime();
    let memory = Arc::new(MemorySink::new());
    runtime.register_sink(memory.clone()).unwrap();
    let full = JsonLines::new(LogFile::open("/dev/full").unwrap());
    let full = Registration::new(Arc::new(full)).named("full");
    runtime.register_sink(full.way(SinkWay::Inline)).unwrap();
    decide(&runtime, 1);
    let events = memory.events();
    let failure = events.last().unwrap();
    assert_eq!(failure.kind, EventKind::SinkFailure);
    let data = serde_json::to_value(&failure.data).unwrap();
    let message = "log file `/dev/full`: No space left on device (os error 28)";
    assert_eq!(data["error_message"], message);
    assert_eq!(runtime.sink_stats()[1].events_lost, 1);
}
