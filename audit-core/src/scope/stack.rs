//! The scopes in force on a thread, innermost last.
//!
//! Reading the innermost one is the hottest thing a call does, so it costs no shared counter: each place
//! on the stack is a cell of its own, reached through a thread-local `Rc`, and a nested scope takes the
//! next place instead of disturbing the one that is being read.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use super::InForce;
use super::consequence::Consequences;
use super::deed::Deed;
use crate::caller::Caller;
use crate::clock::EventId;
use crate::sync::thread_local;

/// One place on the stack. Places are kept for the next scope of the same depth.
type Place = Rc<RefCell<Option<Standing>>>;

/// What stands at a place.
pub(super) enum Standing {
    /// What is in force.
    InForce(Arc<InForce>),
    /// A handler is at work, in what is in force around it. Nobody has looked yet.
    Deed(Deed),
}

struct Stack {
    places: RefCell<Vec<Place>>,
    depth: Cell<usize>,
}

thread_local! {
    static STACK: Stack = const { Stack { places: RefCell::new(Vec::new()), depth: Cell::new(0) } };
}

impl Stack {
    fn innermost(&self) -> Option<Place> {
        self.place(self.depth.get().checked_sub(1)?)
    }

    fn place(&self, number: usize) -> Option<Place> {
        self.places.try_borrow().ok()?.get(number).map(Rc::clone)
    }

    /// Makes a scope of a handler at work, and of those around it.
    #[cold]
    fn look_at(&self, number: usize) {
        let Some(place) = self.place(number) else {
            return;
        };
        if let Some(Standing::InForce(_)) = &*place.borrow() {
            return;
        }
        let around = number.checked_sub(1).and_then(|number| {
            self.look_at(number);
            let place = self.place(number)?;
            match &*place.borrow() {
                Some(Standing::InForce(in_force)) => Some(Arc::clone(in_force)),
                _ => None,
            }
        });
        let mut standing = place.borrow_mut();
        if let Some(Standing::Deed(deed)) = &*standing {
            *standing = Some(Standing::InForce(deed.in_force(around.as_deref())));
        }
    }

    /// Who uses the bus here, and how deep in handlers.
    fn caller(&self) -> Option<(Arc<Caller>, u16)> {
        let place = self.innermost()?;
        match &*place.borrow() {
            Some(Standing::InForce(in_force)) => in_force.caller.clone(),
            Some(Standing::Deed(deed)) => Some(deed.caller()),
            None => None,
        }
    }

    /// All who use the bus here, the innermost first: each is in code of the next.
    fn callers(&self) -> Vec<Arc<Caller>> {
        let places = (0..self.depth.get())
            .rev()
            .filter_map(|number| self.place(number));
        let callers = places.filter_map(|place| match &*place.borrow() {
            Some(Standing::InForce(in_force)) => Some(Arc::clone(&in_force.caller.as_ref()?.0)),
            Some(Standing::Deed(deed)) => Some(deed.caller().0),
            None => None,
        });
        callers.collect()
    }

    /// How deep in handlers.
    #[inline]
    fn handling_depth(&self) -> u16 {
        let Some(number) = self.depth.get().checked_sub(1) else {
            return 0;
        };
        let Ok(places) = self.places.try_borrow() else {
            return 0;
        };
        let Some(place) = places.get(number) else {
            return 0;
        };
        match &*place.borrow() {
            Some(Standing::InForce(in_force)) => {
                in_force.caller.as_ref().map_or(0, |(_, depth)| *depth)
            }
            Some(Standing::Deed(deed)) => deed.depth(),
            None => 0,
        }
    }

    fn enter(&self, standing: Standing) {
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
            *place.borrow_mut() = Some(standing);
        }
        self.depth.set(depth + 1);
    }

    fn leave(&self) -> Option<Standing> {
        let innermost = self.depth.get().checked_sub(1)?;
        self.depth.set(innermost);
        let places = self.places.try_borrow().ok()?;
        places.get(innermost)?.try_borrow_mut().ok()?.take()
    }
}

/// Whether no scope is in force on this thread.
#[inline]
pub(super) fn is_empty() -> bool {
    STACK
        .try_with(|stack| stack.depth.get() == 0)
        .unwrap_or(true)
}

/// Calls with what is in force on this thread; `None` outside any scope, and while the thread ends.
#[inline]
pub(crate) fn with_current<R>(read: impl FnOnce(Option<&Arc<InForce>>) -> R) -> R {
    let place = STACK.try_with(Stack::innermost).ok().flatten();
    let Some(place) = place else {
        return read(None);
    };
    let is_deed = matches!(&*place.borrow(), Some(Standing::Deed(_)));
    if is_deed {
        let _gone = STACK.try_with(|stack| stack.look_at(stack.depth.get().saturating_sub(1)));
    }
    match &*place.borrow() {
        Some(Standing::InForce(in_force)) => read(Some(in_force)),
        _ => read(None),
    }
}

/// Calls with the innermost scope that somebody looked at or entered, whatever handlers are at work in it: enough for what these
/// don't change, and cheaper.
pub(crate) fn with_nearest<R>(read: impl FnOnce(Option<&InForce>) -> R) -> R {
    let place = STACK.try_with(|stack| {
        let depth = stack.depth.get();
        (0..depth).rev().find_map(|number| {
            let place = stack.place(number)?;
            let is_scope = matches!(&*place.borrow(), Some(Standing::InForce(_)));
            is_scope.then_some(place)
        })
    });
    match place.ok().flatten() {
        None => read(None),
        Some(place) => match &*place.borrow() {
            Some(Standing::InForce(in_force)) => read(Some(in_force)),
            _ => read(None),
        },
    }
}

/// Who uses the bus on this thread, if somebody is in force, and how deep in handlers.
pub(crate) fn current_caller() -> Option<(Arc<Caller>, u16)> {
    STACK.try_with(Stack::caller).ok().flatten()
}

/// With what is counted what is published on this thread, if a publication led to it: the nearest around that says so.
pub(crate) fn consequences_here() -> Option<Consequences> {
    let read = STACK.try_with(|stack| {
        let places = (0..stack.depth.get()).rev();
        let mut places = places.filter_map(|number| stack.place(number));
        places.find_map(|place| match &*place.borrow() {
            Some(Standing::InForce(in_force)) => in_force.consequences.clone(),
            Some(Standing::Deed(deed)) => deed.consequences(),
            None => None,
        })
    });
    read.ok().flatten()
}

/// All who use the bus on this thread, the innermost first: the code of each waits for that of the one before.
pub(crate) fn callers_here() -> Vec<Arc<Caller>> {
    STACK.try_with(Stack::callers).unwrap_or_default()
}

/// How deep in handlers of the bus this thread is.
#[inline]
pub(crate) fn handling_depth() -> u16 {
    STACK.try_with(Stack::handling_depth).unwrap_or(0)
}

/// What led to the event that the innermost handler handles: the cause in force around it.
pub(crate) fn cause_around() -> Option<EventId> {
    let read = STACK.try_with(|stack| {
        let around = stack.depth.get().checked_sub(2)?;
        stack.look_at(around);
        let place = stack.place(around)?;
        match &*place.borrow() {
            Some(Standing::InForce(in_force)) => in_force.ambient.cause,
            _ => None,
        }
    });
    read.ok().flatten()
}

/// A scope that is in force until this is dropped.
pub(crate) struct Entered {
    /// False on a thread that is ending and keeps no scopes any more.
    entered: bool,
}

impl Entered {
    /// Puts a scope in force on this thread.
    #[inline]
    pub(crate) fn scope(in_force: Arc<InForce>) -> Self {
        Self::new(Standing::InForce(in_force))
    }

    #[inline]
    pub(super) fn new(standing: Standing) -> Self {
        Self {
            entered: STACK.try_with(|stack| stack.enter(standing)).is_ok(),
        }
    }

    /// Ends the scope and hands back what stood there.
    pub(super) fn leave(mut self) -> Option<Standing> {
        self.end()
    }

    fn end(&mut self) -> Option<Standing> {
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
