//! [`State`]: what is in a queue, behind its lock.

use std::collections::VecDeque;
use std::time::Instant;

use audit_core::{Acknowledgement, Delivery, RecordError, RecordErrorKind, Recorded, Timestamp};

use super::flush::Flushes;
use super::item::{Batch, Item, Keep};
use super::line::Line;
use super::room::Rooms;
use super::{Limits, Loss};

/// What is in a queue.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Each with its number: how many were put in before it.
    pub(super) waiting: VecDeque<(u64, Item)>,
    /// How much of each room they take.
    pub(super) rooms: Rooms,
    /// Items that somebody waits for.
    pub(super) awaited: usize,
    /// Items ever put in.
    pub(super) accepted: u64,
    /// The numbers of the items that the writer took and that are not on disk, in their order.
    pub(super) in_hand: Vec<u64>,
    /// Items that the writer gave up.
    pub(super) given_up: u64,
    /// Of these, those that a writer left behind as it panicked: nobody tells of them.
    pub(super) abandoned: u64,
    pub(super) loss: Loss,
    /// How many records were ever lost.
    pub(super) lost: u64,
    /// Tasks that wait for room.
    pub(super) line: Line,
    pub(super) sleep: Sleep,
    pub(super) flushes: Flushes,
    /// Threads that wait for room.
    pub(super) blocked: usize,
    /// Until when what waits is written, once nothing more comes in.
    pub(super) closed: Option<Instant>,
    pub(super) nudged: bool,
}

/// What the writer waits for, so that callers wake it only where they must: waking costs more than all the rest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sleep {
    /// It does not wait.
    #[default]
    Awake,
    /// For anything.
    Idle,
    /// A moment, for more to come.
    Gathering,
}

impl State {
    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty() && self.loss.is_nothing()
    }

    /// Whether nothing waits, and the time in which the store could have taken the rest is over.
    pub(super) fn is_over(&self) -> bool {
        self.waiting.is_empty() && self.closed.is_some_and(|until| until <= Instant::now())
    }

    /// The number of the oldest item that is not on disk; that of the next one, if all are.
    pub(super) fn oldest(&self) -> u64 {
        let waiting = self.waiting.front().map(|(number, _)| *number);
        let in_hand = self.in_hand.first().copied();
        in_hand.or(waiting).unwrap_or(self.accepted)
    }

    /// How many items are not on disk.
    pub(super) fn unwritten(&self) -> usize {
        self.waiting.len() + self.in_hand.len()
    }

    /// How many records wait, those of tasks that wait for room among them.
    pub(super) fn depth(&self) -> usize {
        self.waiting.len() + self.line.taken().records
    }

    /// Gives up what the writer had in hand, and what waits, which is returned with the number of all of them.
    pub(super) fn abandon(&mut self) -> (u64, VecDeque<(u64, Item)>) {
        let waiting = std::mem::take(&mut self.waiting);
        self.in_hand
            .extend(waiting.iter().map(|(number, _)| number));
        self.rooms = Rooms::default();
        self.awaited = 0;
        let records = self.in_hand.len() as u64;
        self.abandoned += records;
        self.give_up(records);
        (records, waiting)
    }

    /// Gives up so many items that the writer took last. What lagged before them does so still.
    pub(super) fn give_up(&mut self, records: u64) {
        self.given_up += records;
        self.lost += records;
        for _ in 0..records {
            let Some(number) = self.in_hand.pop() else {
                return;
            };
            self.flushes.lose(number);
        }
    }

    /// Loses one that was not put in.
    pub(super) fn lose(&mut self, time: Timestamp) {
        self.lost += 1;
        self.loss.count(time);
    }

    /// Returns whether somebody waits for it.
    pub(super) fn put(&mut self, item: Item) -> bool {
        let urgent = item.waits.is_some();
        self.awaited += usize::from(urgent);
        self.rooms.add(item.keep, item.body.len());
        self.waiting.push_back((self.accepted, item));
        self.accepted += 1;
        urgent
    }

    /// Nobody waits for any of it any more. What began with a record on disk stays in its room; the rest of what is refused
    /// has one of its own, and what finds that full is lost: a store that fails for hours refuses without end.
    #[cold]
    pub(super) fn refuse_awaited(&mut self, limits: &Limits) -> Vec<Acknowledgement> {
        if self.awaited == 0 {
            return Vec::new();
        }
        let mut refused = Vec::with_capacity(self.awaited);
        let (rooms, loss, lost) = (&mut self.rooms, &mut self.loss, &mut self.lost);
        let (flushes, most) = (&mut self.flushes, limits.room(Keep::Refused));
        self.waiting.retain_mut(|(number, item)| {
            let Some(waits) = item.waits.take() else {
                return true;
            };
            refused.push(waits);
            if item.keep != Keep::Durable {
                return true;
            }
            let bytes = item.body.len();
            rooms.remove(Keep::Durable, bytes);
            if !rooms.taken(Keep::Refused).has_room(bytes, most) {
                *lost += 1;
                loss.count(item.time);
                flushes.lose(*number);
                return false;
            }
            item.keep = Keep::Refused;
            rooms.add(Keep::Refused, bytes);
            true
        });
        self.awaited = 0;
        refused
    }

    /// Lets go of the tasks at the head of the line that gave up. They were told that it is lost; nobody else counted it.
    #[cold]
    pub(super) fn let_go(&mut self) {
        while let Some((item, _)) = self.line.pop_if(|_, waits| waits.is_settled()) {
            self.lose(item.time);
        }
    }

    #[cold]
    pub(super) fn refuse(&mut self, item: &Item, delivery: Delivery) -> Recorded {
        self.lose(item.time);
        lost(
            delivery,
            RecordErrorKind::Full,
            "the queue of the trail is full",
        )
    }

    /// Drops the oldest that may be dropped until so many bytes have room.
    #[cold]
    pub(super) fn drop_oldest(&mut self, bytes: usize, limits: &Limits) {
        let most = limits.room(Keep::Buffered);
        while !self.rooms.taken(Keep::Buffered).has_room(bytes, most) {
            let droppable = self
                .waiting
                .iter()
                .position(|(_, item)| item.keep.is_droppable());
            let dropped = droppable.and_then(|place| self.waiting.remove(place));
            let Some((number, dropped)) = dropped else {
                return;
            };
            self.rooms.remove(dropped.keep, dropped.body.len());
            self.flushes.lose(number);
            self.lose(dropped.time);
        }
    }

    pub(super) fn take_batch(&mut self, limits: &Limits) -> Batch {
        let mut bytes = 0;
        let fitting = self
            .waiting
            .iter()
            .take(limits.batch_records)
            .take_while(|(_, item)| {
                bytes += item.body.len();
                bytes <= limits.batch_bytes
            });
        let count = fitting.count().max(1).min(self.waiting.len());
        // Those of the batches before that are not on disk yet are in hand still.
        let taken = self.waiting.drain(..count).map(|(number, item)| {
            self.in_hand.push(number);
            self.rooms.remove(item.keep, item.body.len());
            item
        });
        let items: Vec<Item> = taken.collect();
        let awaited = items.iter().filter(|item| item.waits.is_some()).count();
        self.awaited -= awaited;
        let is_last = self.waiting.is_empty() || !self.flushes.are_none() || self.closed.is_some();
        let loss = std::mem::take(&mut self.loss);
        Batch {
            // What is told of a loss is told once, and is on disk then.
            is_followed: awaited == 0 && !is_last && loss.is_nothing(),
            items,
            loss,
        }
    }
}

#[cold]
pub(super) fn lost(delivery: Delivery, kind: RecordErrorKind, message: &str) -> Recorded {
    Recorded::Lost(delivery, RecordError::new(kind, message))
}
