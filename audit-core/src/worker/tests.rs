//! Who is looked at while it works.

use super::*;
use std::time::{Duration, Instant};

/// Does nothing, at once.
struct Idling;

impl Work for Idling {
    type Item = ();
    type Done = ();

    fn take(&mut self, (): &()) {}
    fn settle(&mut self, (): (), (): ()) {}
}

fn idling(timeout: Duration) -> Queue<()> {
    let terms = Terms {
        capacity: 8,
        timeout: Some(timeout),
    };
    start("idling", terms, |_| Idling).unwrap()
}

fn done(queue: &Queue<()>) {
    queue.push(()).unwrap();
    let deadline = Instant::now() + Duration::from_mins(1);
    assert_eq!(queue.flush().wait(deadline), Flushed::Done);
}

#[test]
fn a_worker_that_rests_between_two_events_stays_watched() {
    let queue = idling(Duration::from_hours(1));
    assert!(queue.begin_watch(), "nobody watches it yet");
    done(&queue);
    let look = |known| queue.look(Instant::now(), known);
    assert!(matches!(look(0), Look::Resting(1)));
    assert!(!queue.begin_watch(), "it is watched still");
    done(&queue);
    assert!(matches!(look(1), Look::Resting(2)));
    // It began nothing since.
    assert!(matches!(look(2), Look::Idle));
    assert!(queue.begin_watch());
}

#[test]
fn a_time_out_beyond_every_clock_is_none() {
    assert_eq!(idling(Duration::MAX).terms().timeout, None);
}
