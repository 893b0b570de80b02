//! A trail whose writer hangs in something that it was asked for.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use audit_core::sink::CallbackSink;
use audit_core::{Event, register_sink, unregister_sink};

use super::{Trail, TrailError};

/// Longer than anything takes that is not broken.
const SOON: Duration = Duration::from_mins(1);

#[test]
fn what_waited_for_want_of_a_thread_is_told_though_closing_is_not_done_in_time() {
    let (heard, hears) = channel();
    let sink = Arc::new(CallbackSink::new(move |emission| {
        let _gone = heard.send(emission.id().to_string());
        Ok(())
    }));
    register_sink(sink.clone()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let trail = Trail::open(dir.path().join("audit.db")).unwrap();
    let (let_go, hangs) = channel::<()>();
    let (begin, begins) = channel();
    thread::scope(|threads| {
        let asking = &trail;
        threads.spawn(move || {
            asking.order(move |_, _| {
                begin.send(()).unwrap();
                let _let_go = hangs.recv();
                Ok(())
            })
        });
        begins.recv_timeout(SOON).unwrap();
        let notices = &trail.inner.notices;
        let record = notices.closed();
        // The system refuses a thread with so much room for its stack.
        let impossible = thread::Builder::new().stack_size(1 << 47);
        notices
            .herald
            .tell_by(impossible, std::slice::from_ref(&record));
        let error = trail.close(Duration::ZERO).unwrap_err();
        assert!(matches!(error, TrailError::TimedOut { .. }), "{error}");
        let told: Event<'_> = serde_json::from_slice(&record).unwrap();
        while hears.recv_timeout(SOON).unwrap() != told.id.to_string() {}
        assert_eq!(trail.stats().notices_untold, 0);
        drop(let_go);
    });
    unregister_sink(&sink);
}
