//! Publishing without waiting while somebody flushes, closes, or ends a subscription.

use std::sync::Arc;
use std::time::Duration;

use crate::bus::{PublishError, Queue};
use crate::executor::block_on;
use crate::sync::model::{check, spawn};

use super::{Calls, Done, bus};

#[test]
fn what_was_accepted_before_a_flush_is_done_when_it_returns() {
    check(|| {
        let (bus, calls, done) = (bus(), Calls::default(), Done::default());
        let subscription = bus.subscribe("a", calls.handler()).unwrap();
        let (theirs, accepted) = (Arc::clone(&bus), done.clone());
        let publisher = spawn(move || {
            theirs.publish_nowait("a", 1).unwrap();
            accepted.tell();
        });
        let is_accepted = done.is_told();
        bus.flush_blocking().unwrap();
        assert!(!is_accepted || calls.ended() == 1);
        publisher.join().unwrap();
        bus.flush_blocking().unwrap();
        assert_eq!(calls.ended(), 1);
        subscription.keep();
    });
}

#[test]
fn a_bus_that_is_closed_has_done_what_it_accepted_and_accepts_nothing_more() {
    check(|| {
        let (bus, calls, done) = (bus(), Calls::default(), Done::default());
        let subscription = bus.subscribe("a", calls.handler()).unwrap();
        let (theirs, closed) = (Arc::clone(&bus), done.clone());
        let publisher = spawn(move || {
            let first = theirs.publish_nowait("a", 1).is_ok();
            let is_closed = closed.is_told();
            let second = theirs.publish_nowait("a", 2);
            assert!(!is_closed || matches!(second, Err(PublishError::Closed)));
            u64::from(first) + u64::from(second.is_ok())
        });
        bus.close_blocking(Duration::MAX).unwrap();
        let ended = calls.ended();
        done.tell();
        assert_eq!(publisher.join().unwrap(), ended);
        assert_eq!(calls.at_work(), 0);
        subscription.keep();
    });
}

#[test]
fn no_publication_that_begins_after_a_bus_was_closed_is_told_of() {
    check(|| {
        let (bus, done) = (bus(), Done::default());
        let (theirs, closed) = (Arc::clone(&bus), done.clone());
        let publisher = spawn(move || {
            let _either = theirs.publish_blocking("a", 1);
            let is_closed = closed.is_told();
            let published = theirs.publish_blocking("a", 2);
            assert!(!is_closed || matches!(published, Err(PublishError::Closed)));
        });
        bus.close_blocking(Duration::MAX).unwrap();
        done.tell();
        publisher.join().unwrap();
    });
}

#[test]
fn once_a_subscription_with_a_queue_has_ended_all_that_reached_it_was_handled() {
    check(|| {
        let (bus, calls) = (bus(), Calls::default());
        let subscription = bus.subscription("a").queue(Queue::bounded(1));
        let subscription = subscription.handle(calls.handler()).unwrap();
        let publisher = spawn({
            let bus = Arc::clone(&bus);
            move || (0..2).for_each(|number| drop(bus.publish_blocking("a", number).unwrap()))
        });
        block_on(subscription.end());
        let ended = calls.ended();
        assert_eq!(calls.at_work(), 0);
        publisher.join().unwrap();
        assert_eq!(calls.ended(), ended);
    });
}
