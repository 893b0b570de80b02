//! [`Marks`]: which parts of a payload are kept out of records, found while it is captured.

use std::cell::{Cell, RefCell};

use crate::redaction::{Redaction, Spots};

/// Which parts of a payload are kept out of records, found while it is captured. Costs nothing where nothing is marked.
#[derive(Default)]
pub(super) struct Marks {
    found: RefCell<Vec<Mark>>,
    /// Whether a marked part is being captured.
    inside: Cell<bool>,
}

/// One part that is kept out.
struct Mark {
    /// The way to it, the last step first.
    places: Vec<usize>,
    how: Redaction,
    is_name: bool,
}

impl Marks {
    /// How many were found so far.
    pub(super) fn count(&self) -> usize {
        self.found.borrow().len()
    }

    /// What is captured now is marked.
    pub(super) fn open(&self) -> bool {
        self.inside.replace(true)
    }

    /// What was captured is marked like this; before it, something around it was or was not.
    pub(super) fn close(&self, how: Redaction, before: bool) {
        self.inside.set(before);
        self.found.borrow_mut().push(Mark {
            places: Vec::new(),
            how,
            is_name: false,
        });
    }

    /// What was found since lies in this place of what is around it.
    pub(super) fn lead(&self, since: usize, place: usize) {
        for mark in self.found.borrow_mut().iter_mut().skip(since) {
            mark.places.push(place);
        }
    }

    /// Takes what was found since, in the name of a field.
    pub(super) fn take_name(&self, since: usize) -> Option<Redaction> {
        let mut found = self.found.borrow_mut();
        let since = since.min(found.len());
        found.drain(since..).map(|mark| mark.how).max()
    }

    /// The name of the field in this place is marked.
    pub(super) fn add_name(&self, place: usize, how: Redaction) {
        self.found.borrow_mut().push(Mark {
            places: vec![place],
            how,
            is_name: true,
        });
    }

    /// Whether what fails now may quote what is marked.
    pub(super) fn may_be_quoted(&self) -> bool {
        self.inside.get() || self.count() > 0
    }

    /// What was found, by its place in the whole.
    pub(super) fn into_spots(self) -> Spots {
        let mut spots = Spots::none();
        for mark in self.found.into_inner() {
            let spot = spots.at(mark.places.into_iter().rev());
            if mark.is_name {
                spot.add_name(mark.how);
            } else {
                spot.add(mark.how);
            }
        }
        spots
    }
}
