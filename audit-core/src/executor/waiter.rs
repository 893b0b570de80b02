//! [`Waiters`]: who waits for something, each once.

use std::future::poll_fn;
use std::task::{Context, Poll, Waker};

/// Who waits, and for what, each by a number of his: however often he is polled, and by whom, he stands here once.
#[derive(Debug)]
pub(crate) struct Waiters<G = ()> {
    number: u64,
    waiting: Vec<(u64, G, Waker)>,
}

impl<G> Default for Waiters<G> {
    fn default() -> Self {
        Self {
            number: 0,
            waiting: Vec::new(),
        }
    }
}

impl<G> Waiters<G> {
    /// Lets somebody wait, who is given his number the first time. Hands back the waker that is not needed any more, to be dropped
    /// where nothing is locked: it may be the last that knows of a task.
    #[must_use]
    pub(crate) fn put(&mut self, his: &mut Option<u64>, goal: G, waker: &Waker) -> Option<Waker> {
        let known = his.and_then(|his| self.waiting.iter_mut().find(|one| one.0 == his));
        if let Some((_, _, known)) = known {
            let is_same = known.will_wake(waker);
            return (!is_same).then(|| std::mem::replace(known, waker.clone()));
        }
        self.number += 1;
        *his = Some(self.number);
        self.waiting.push((self.number, goal, waker.clone()));
        None
    }

    /// Takes somebody out who waits no more, to be dropped likewise.
    #[must_use]
    pub(crate) fn remove(&mut self, his: u64) -> Option<Waker> {
        let place = self.waiting.iter().position(|one| one.0 == his)?;
        Some(self.waiting.swap_remove(place).2)
    }

    /// Takes those out who have what they wait for, to be woken.
    #[must_use]
    pub(crate) fn take(&mut self, has: impl Fn(&G) -> bool) -> Vec<Waker> {
        if self.waiting.is_empty() {
            return Vec::new();
        }
        let taken = self.waiting.extract_if(.., |(_, goal, _)| has(goal));
        taken.map(|(_, _, waker)| waker).collect()
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.waiting.len()
    }
}

/// Looks by a number of its own until there is an answer, and then, or when it is given up, takes leave.
pub(crate) async fn wait<R>(
    mut look: impl FnMut(&mut Option<u64>, &mut Context<'_>) -> Poll<R>,
    leave: impl FnMut(u64),
) -> R {
    let mut his = Leaving(None, leave);
    poll_fn(|context| look(&mut his.0, context)).await
}

/// Takes leave when it goes.
struct Leaving<L: FnMut(u64)>(Option<u64>, L);

impl<L: FnMut(u64)> Drop for Leaving<L> {
    fn drop(&mut self) {
        if let Some(his) = self.0 {
            (self.1)(his);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::Wake;

    use super::*;

    struct Other;

    impl Wake for Other {
        fn wake(self: Arc<Self>) {}
    }

    #[test]
    fn whoever_waits_stands_there_once_by_whatever_waker_he_is_polled_and_not_once_he_gave_up() {
        let waiters = RefCell::new(Waiters::default());
        {
            let mut waiting = pin!(wait(
                |his, context| {
                    drop(waiters.borrow_mut().put(his, (), context.waker()));
                    Poll::<()>::Pending
                },
                |his| drop(waiters.borrow_mut().remove(his)),
            ));
            for _ in 0..100 {
                let waker = Waker::from(Arc::new(Other));
                let polled = waiting.as_mut().poll(&mut Context::from_waker(&waker));
                assert!(polled.is_pending());
            }
            assert_eq!(waiters.borrow().len(), 1);
        }
        assert_eq!(waiters.borrow().len(), 0);
    }
}
