//! Publishing while somebody subscribes, leaves, or says who may.

use std::sync::Arc;

use crate::bus::{BusPolicy, PublishError};
use crate::executor::block_on;
use crate::sync::model::{check, spawn};

use super::{Calls, Done, bus};

#[test]
fn a_publication_that_begins_after_somebody_has_subscribed_reaches_him() {
    check(|| {
        let (bus, calls, done) = (bus(), Calls::default(), Done::default());
        let (theirs, told, there) = (Arc::clone(&bus), calls.clone(), done.clone());
        let publisher = spawn(move || {
            // The way of this one is remembered, whether it reaches him or not.
            theirs.publish_blocking("a", 1).unwrap();
            let (is_there, before) = (there.is_told(), told.ended());
            theirs.publish_blocking("a", 2).unwrap();
            assert!(!is_there || told.ended() == before + 1);
        });
        let subscription = bus.subscribe("a", calls.handler()).unwrap();
        done.tell();
        publisher.join().unwrap();
        subscription.keep();
    });
}

#[test]
fn a_publication_that_begins_after_a_subscription_was_dropped_does_not_reach_it() {
    check(|| {
        let (bus, calls, done) = (bus(), Calls::default(), Done::default());
        let subscription = bus.subscribe("a", calls.handler()).unwrap();
        let (theirs, gone) = (Arc::clone(&bus), done.clone());
        let publisher = spawn(move || {
            theirs.publish_blocking("a", 1).unwrap();
            let (is_gone, before) = (gone.is_told(), calls.ended());
            theirs.publish_blocking("a", 2).unwrap();
            assert!(!is_gone || calls.ended() == before);
        });
        drop(subscription);
        done.tell();
        publisher.join().unwrap();
    });
}

#[test]
fn once_a_subscription_has_ended_its_handler_is_not_at_work_and_is_not_called() {
    check(|| {
        let (bus, calls) = (bus(), Calls::default());
        let subscription = bus.subscribe("a", calls.handler()).unwrap();
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

#[test]
fn a_policy_is_obeyed_by_every_publication_that_begins_after_it_was_set() {
    check(|| {
        let (bus, done) = (bus(), Done::default());
        let (theirs, set) = (Arc::clone(&bus), done.clone());
        let publisher = spawn(move || {
            let _either = theirs.publish_blocking("a", 1);
            let is_set = set.is_told();
            let published = theirs.publish_blocking("a", 2);
            assert!(!is_set || matches!(published, Err(PublishError::Denied(_))));
        });
        bus.set_policy("host", BusPolicy::new().publish_allow([]).unwrap());
        done.tell();
        publisher.join().unwrap();
    });
}
