//! What others are told where two find out about the same at once.

use super::*;
use crate::clock::{IdSource, RandomIds, Timestamp};
use crate::event::Event;
use std::sync::Mutex;

/// Remembers of what it was to tell.
#[derive(Default)]
struct Remembering(Mutex<Vec<EventKind>>);

impl Teller for Remembering {
    fn tell(&self, notice: Notice) {
        self.0.lock().unwrap().push(notice.kind);
    }

    fn is_told_by(&self, _: Instant) -> bool {
        true
    }
}

fn event(second: i64) -> Arc<Event<'static>> {
    let time = Timestamp::from_nanos(second * 1_000_000_000);
    let kind = EventKind::Decision;
    Arc::new(Event::new(RandomIds.next_id(time), time, kind, "refund"))
}

#[test]
fn a_quarantine_that_whoever_came_meanwhile_told_of_is_not_told_again() {
    let teller = Arc::new(Remembering::default());
    let rules = Rules::new(Vec::new()).unwrap();
    let names = ("stuck".to_owned(), "Stuck");
    let account = Account::new(1, names, rules, None, teller.clone());
    let (in_hand, came, error) = (event(1), event(2), SinkError::new("too long"));
    let told = account.missed_meanwhile(&Emission::of(&came, None), &error);
    assert!(told.is_some_and(|notice| notice.kind == EventKind::SinkFailure));
    account.held(&Emission::of(&in_hand, None), &error);
    assert_eq!(*teller.0.lock().unwrap(), []);
    // The second time is worth a word.
    account.held(&Emission::of(&in_hand, None), &error);
    assert_eq!(*teller.0.lock().unwrap(), [EventKind::SinkFailure]);
}
