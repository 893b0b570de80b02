//! [`Marks`]: which parts of a payload are kept out of records, found while it is captured.

use std::any::type_name;
use std::cell::{Cell, RefCell};

use serde::ser::Error as _;
use serde::{Serialize, Serializer};

use crate::redaction::{Redaction, Spots};

/// Serializers of serde's own that forget the name of a newtype, with what they serialize.
const FORGETFUL: [&str; 2] = ["FlatMapSerializer<", "TaggedSerializer<"];

thread_local! {
    /// Marks that were handed to a serializer of any kind, less those that came to one of ours.
    static UNDER_WAY: Cell<u64> = const { Cell::new(0) };
}

/// Marks that were handed to a serializer on this thread and came to none of ours.
pub(super) fn under_way() -> u64 {
    UNDER_WAY.get()
}

/// Waits no more for those that are under way since then, as what they mark is withheld; answers whether there were any.
pub(super) fn give_up(since: u64) -> bool {
    UNDER_WAY.replace(since) != since
}

/// Serialises a marked value: all serializers but that of records take it as it is.
///
/// # Errors
/// The serializer's own; or the value is flattened, or the content of a variant with an internal tag, where its mark would be lost.
pub(crate) fn serialize<T: Serialize + ?Sized, S: Serializer>(
    how: Redaction,
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let name = type_name::<S>();
    if FORGETFUL.iter().any(|forgetful| name.contains(forgetful)) {
        return Err(S::Error::custom(
            "a sensitive value can't be flattened, nor be all of a variant with an internal tag: mark its members instead",
        ));
    }
    UNDER_WAY.set(UNDER_WAY.get().wrapping_add(1));
    serializer.serialize_newtype_struct(how.marker(), value)
}

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
        UNDER_WAY.set(UNDER_WAY.get().wrapping_sub(1));
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
