//! [`Line`]: tasks that wait for room, in the order in which they came.

use std::collections::VecDeque;

use audit_core::Acknowledgement;

use super::Item;
use super::room::Amount;

/// Tasks that wait for room, with what they bring.
#[derive(Debug, Default)]
pub(super) struct Line {
    tasks: VecDeque<(Item, Acknowledgement)>,
    taken: Amount,
}

impl Line {
    /// How much waits in it.
    pub(super) fn taken(&self) -> Amount {
        self.taken
    }

    pub(super) fn push(&mut self, item: Item, acknowledgement: Acknowledgement) {
        self.taken.add(item.body.len());
        self.tasks.push_back((item, acknowledgement));
    }

    /// Takes out the first, if it is of that kind.
    pub(super) fn pop_if(
        &mut self,
        is_it: impl FnOnce(&Item, &Acknowledgement) -> bool,
    ) -> Option<(Item, Acknowledgement)> {
        let (item, acknowledgement) = self.tasks.front()?;
        if !is_it(item, acknowledgement) {
            return None;
        }
        self.taken.remove(item.body.len());
        self.tasks.pop_front()
    }
}
