//! A lane that is filled, emptied, flushed and closed by several threads at once: every way within the bounds of the model.

use std::pin::pin;
use std::sync::LazyLock;
use std::sync::atomic::Ordering;

use loom::sync::Mutex;
use loom::sync::atomic::{AtomicBool, AtomicU64};

use crate::executor::{Task, block_on};
use crate::sync::model::{check, spawn};

use super::*;

/// An item: who put it in, and his how many-eth it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Item(char, u64);

static NOBODY: LazyLock<Surroundings> = LazyLock::new(Surroundings::default);

impl Waiting for Item {
    fn label(&self) -> Label {
        Label {
            what: What::Call("item".into(), None),
            call: None,
            around: Surroundings::default(),
        }
    }

    fn time(&self) -> Timestamp {
        Timestamp::default()
    }

    fn around(&self) -> &Surroundings {
        &NOBODY
    }
}

/// Whom nobody mourns to.
struct Nobody;

impl Ground for Nobody {
    fn executor(&self) -> &dyn Executor {
        unreachable!("a lane starts no task")
    }

    fn bury<'g>(&'g self, _: Burial<'g>) -> Pin<Box<dyn Future<Output = ()> + Send + 'g>> {
        Box::pin(std::future::ready(()))
    }

    fn mourn(self: Arc<Self>, _: Vec<Label>, _: By<'_>, _: &str) {}
}

/// A lane, and what came out of it.
#[derive(Clone)]
struct Line {
    lane: Arc<Lane<Item>>,
    handled: Arc<Mutex<Vec<Item>>>,
    /// How many are at work. Nothing but the lane orders it for others.
    at_work: Arc<AtomicU64>,
    run: fn(Task),
}

impl Line {
    fn new(queue: Queue, concurrency: usize) -> Self {
        let source = Source {
            queue: "model",
            subscription: None,
        };
        Self {
            lane: Lane::new(queue, concurrency, source, Weak::<Nobody>::new()),
            handled: Arc::default(),
            at_work: Arc::default(),
            run: |task| drop(spawn(|| block_on(task))),
        }
    }

    /// One whose tasks are dropped by whoever is to run them.
    fn without_tasks(queue: Queue) -> Self {
        Self {
            run: |task| drop(spawn(|| drop(task))),
            ..Self::new(queue, 1)
        }
    }

    /// Puts one in, and waits for room if it must. Whether it is accepted.
    fn put(&self, item: Item) -> bool {
        let pushed = match self.lane.push(item) {
            Pushed::Full(item) => {
                let room = Room::new(Arc::clone(&self.lane), item);
                block_on(room.found()).unwrap()
            }
            pushed => pushed,
        };
        self.settle(&pushed)
    }

    fn settle(&self, pushed: &Pushed<Item>) -> bool {
        if let Pushed::Taken { starts: Some(_) } = pushed {
            let line = self.clone();
            let work = move |item| {
                let line = line.clone();
                async move { line.handle(item) }
            };
            (self.run)(emptying(&self.lane, work));
            assert_eq!(self.lane.started(None), None);
        }
        matches!(pushed, Pushed::Taken { .. })
    }

    fn handle(&self, item: Item) {
        let others = self.at_work.fetch_add(1, Ordering::Relaxed);
        assert!(others < self.lane.concurrency() as u64);
        self.handled.lock().unwrap().push(item);
        self.at_work.fetch_sub(1, Ordering::Relaxed);
    }

    fn flush(&self) {
        block_on(flushed(&*self.lane));
    }

    /// What was handled of what somebody put in, in order.
    fn handled_of(&self, who: char) -> Vec<u64> {
        let handled = self.handled.lock().unwrap();
        let his = handled.iter().filter(|item| item.0 == who);
        his.map(|item| item.1).collect()
    }
}

#[test]
fn what_two_put_in_who_must_wait_for_room_is_handled_once_each_and_in_their_order() {
    check(|| {
        let line = Line::new(Queue::bounded(1), 1);
        let other = line.clone();
        let other = spawn(move || assert!(other.put(Item('b', 1))));
        assert!(line.put(Item('a', 1)) && line.put(Item('a', 2)));
        other.join().unwrap();
        line.flush();
        assert_eq!(line.handled_of('a'), [1, 2]);
        assert_eq!(line.handled_of('b'), [1]);
    });
}

#[test]
fn two_at_a_time_are_handled_where_two_may_be_and_each_once() {
    check(|| {
        let line = Line::new(Queue::bounded(2), 2);
        let other = line.clone();
        let other = spawn(move || assert!(other.put(Item('b', 1))));
        assert!(line.put(Item('a', 1)));
        other.join().unwrap();
        line.flush();
        assert_eq!(line.at_work.load(Ordering::Relaxed), 0);
        assert_eq!(line.handled_of('a'), [1]);
        assert_eq!(line.handled_of('b'), [1]);
    });
}

#[test]
fn whoever_flushes_waits_for_all_that_was_accepted_and_is_woken() {
    check(|| {
        let line = Line::new(Queue::bounded(1), 1);
        let accepted = Arc::new(AtomicBool::new(false));
        let (other, tell) = (line.clone(), Arc::clone(&accepted));
        let other = spawn(move || {
            assert!(other.put(Item('b', 1)));
            tell.store(true, Ordering::Release);
        });
        assert!(line.put(Item('a', 1)));
        let is_accepted = accepted.load(Ordering::Acquire);
        line.flush();
        assert_eq!(line.handled_of('a'), [1]);
        assert!(!is_accepted || line.handled_of('b') == [1]);
        other.join().unwrap();
    });
}

#[test]
fn a_lane_that_closes_handles_what_it_accepted_and_hands_back_the_rest() {
    check(|| {
        let line = Line::new(Queue::bounded(1), 1);
        let other = line.clone();
        let other = spawn(move || {
            let accepted = (1..=2).filter(|number| other.put(Item('b', *number)));
            accepted.collect::<Vec<_>>()
        });
        line.lane.close();
        line.flush();
        let handled = line.handled_of('b');
        assert!(!line.put(Item('a', 1)));
        assert_eq!(other.join().unwrap(), handled);
        assert_eq!(line.handled_of('b'), handled);
    });
}

#[test]
fn whoever_waits_for_room_no_longer_is_in_or_not_and_those_behind_him_get_in() {
    check(|| {
        let line = Line::new(Queue::bounded(1), 1);
        assert!(line.put(Item('a', 1)));
        let other = line.clone();
        let other = spawn(move || assert!(other.put(Item('b', 1))));
        {
            let room = Room::new(Arc::clone(&line.lane), Item('a', 2));
            let mut room = pin!(room.found());
            let mut context = Context::from_waker(Waker::noop());
            if let Poll::Ready(pushed) = room.as_mut().poll(&mut context) {
                assert!(line.settle(&pushed.unwrap()));
            }
        }
        let state = line.lane.lock();
        assert!(state.outside.iter().all(|outside| outside.item.0 == 'b'));
        drop(state);
        other.join().unwrap();
        line.flush();
        assert!(matches!(line.handled_of('a')[..], [1] | [1, 2]));
        assert_eq!(line.handled_of('b'), [1]);
        assert_eq!(line.lane.counts(), (0, 0));
    });
}

#[test]
fn what_gives_way_to_newer_is_counted_and_the_rest_is_handled_in_order() {
    check(|| {
        let line = Line::new(Queue::bounded(1).overflow(Overflow::DropOldest), 1);
        for number in 1..=3 {
            assert!(line.put(Item('a', number)));
        }
        line.flush();
        let handled = line.handled_of('a');
        assert!(handled.is_sorted() && handled.last() == Some(&3));
        assert_eq!(line.lane.counts(), (0, 3 - handled.len() as u64));
    });
}

#[test]
fn where_tasks_are_dropped_nobody_waits_for_ever_and_all_is_counted() {
    check(|| {
        let line = Line::without_tasks(Queue::bounded(1));
        let other = line.clone();
        let other = spawn(move || assert!(other.put(Item('b', 1))));
        assert!(line.put(Item('a', 1)));
        line.flush();
        other.join().unwrap();
        line.flush();
        assert_eq!(line.lane.counts(), (0, 2));
    });
}
