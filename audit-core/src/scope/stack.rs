//! The scopes in force on a thread, innermost last.
//!
//! Reading the innermost one is the hottest thing a call does, so it costs no shared counter: each place
//! on the stack is a cell of its own, reached through a thread-local `Rc`, and a nested scope takes the
//! next place instead of disturbing the one that is being read.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::InForce;

/// One place on the stack. Places are kept for the next scope of the same depth.
type Place = Rc<RefCell<Option<Arc<InForce>>>>;

struct Stack {
    places: RefCell<Vec<Place>>,
    depth: Cell<usize>,
}

thread_local! {
    static STACK: Stack = const { Stack { places: RefCell::new(Vec::new()), depth: Cell::new(0) } };
}

impl Stack {
    fn innermost(&self) -> Option<Place> {
        let depth = self.depth.get().checked_sub(1)?;
        self.places.try_borrow().ok()?.get(depth).map(Rc::clone)
    }

    fn enter(&self, in_force: Arc<InForce>) {
        let depth = self.depth.get();
        let mut places = self.places.borrow_mut();
        let fresh = || Rc::new(RefCell::new(None));
        if places.len() <= depth {
            places.resize_with(depth + 1, fresh);
        }
        if let Some(place) = places.get_mut(depth) {
            // Whoever still reads what was here before keeps reading it.
            if Rc::strong_count(place) > 1 {
                *place = fresh();
            }
            *place.borrow_mut() = Some(in_force);
        }
        self.depth.set(depth + 1);
    }

    fn leave(&self) -> Option<Arc<InForce>> {
        let place = self.innermost();
        self.depth.set(self.depth.get().saturating_sub(1));
        place?.try_borrow_mut().ok()?.take()
    }
}

/// Calls with what is in force on this thread; `None` outside any scope, and while the thread ends.
#[inline]
pub(crate) fn with_current<R>(read: impl FnOnce(Option<&Arc<InForce>>) -> R) -> R {
    let place = STACK.try_with(Stack::innermost).ok().flatten();
    match place {
        None => read(None),
        Some(place) => {
            let in_force = place.borrow();
            read(in_force.as_ref())
        }
    }
}

/// A scope that is in force until this is dropped.
pub(super) struct Entered {
    /// False on a thread that is ending and keeps no scopes any more.
    entered: bool,
}

impl Entered {
    pub(super) fn new(in_force: Arc<InForce>) -> Self {
        Self {
            entered: STACK.try_with(|stack| stack.enter(in_force)).is_ok(),
        }
    }

    /// Ends the scope and hands back what was in force.
    pub(super) fn leave(mut self) -> Option<Arc<InForce>> {
        self.end()
    }

    fn end(&mut self) -> Option<Arc<InForce>> {
        if std::mem::take(&mut self.entered) {
            STACK.try_with(Stack::leave).ok().flatten()
        } else {
            None
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // Dropped outside the stack's own borrow: a runtime in it may run foreign code when it goes.
        drop(self.end());
    }
}
