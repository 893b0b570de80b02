//! Which resolvers and evaluators are being asked on this thread: one that calls what needs it would wait for itself
//! without end.

use std::cell::RefCell;

thread_local! {
    /// The places of those that are being asked, the innermost last.
    static ASKED: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A resolver or evaluator that is being asked on this thread, until dropped.
pub(crate) struct Asking(());

impl Asking {
    /// `None` if it is being asked already.
    #[inline]
    pub(crate) fn begin<T: ?Sized>(asked: &T) -> Option<Self> {
        let place = std::ptr::from_ref(asked).addr();
        let begun = ASKED.try_with(|asked| {
            let mut list = asked.borrow_mut();
            let idle = !list.contains(&place);
            idle.then(|| list.push(place))
        });
        // Where the thread ends and keeps no list any more, nobody asks twice.
        begun.unwrap_or(Some(())).map(Self)
    }
}

impl Drop for Asking {
    #[inline]
    fn drop(&mut self) {
        // Drops nest as calls and polls do.
        let _over = ASKED.try_with(|asked| asked.borrow_mut().pop());
    }
}
