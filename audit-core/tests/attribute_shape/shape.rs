//! Functions that return when they are done, of every shape there is.

use std::fmt::Debug;
use std::panic::Location;

use audit_core::{Refused, Status, admit, audit};

use crate::world::World;

struct Store<T, const N: usize> {
    items: [T; N],
}

impl<T: Clone + Debug + PartialEq, const N: usize> Store<T, N>
where
    T: Default,
{
    #[audit(action = "refund")]
    fn new() -> Self {
        Self {
            items: std::array::from_fn(|_| T::default()),
        }
    }

    #[admit(action = "refund")]
    fn get_mut(&mut self, index: usize) -> Result<&mut T, Refused> {
        Ok(&mut self.items[index])
    }

    #[audit(action = "refund")]
    fn first_mut(&mut self) -> Option<&mut T> {
        let first = self.items.iter_mut().next()?;
        Some(first)
    }

    #[audit(action = "refund")]
    fn by_value(self) -> [T; N] {
        self.items
    }

    #[audit(action = "refund", fields(len = self.items.len()))]
    fn boxed(self: Box<Self>, with: impl Fn(&T) -> bool) -> usize {
        self.items.iter().filter(|item| with(item)).count()
    }

    #[audit(action = "refund")]
    fn iter<'a>(&'a self, skip: usize) -> impl Iterator<Item = &'a T> + 'a {
        self.items.iter().skip(skip)
    }

    #[admit(action = "refund")]
    fn try_iter(&self, skip: usize) -> Result<impl Iterator<Item = &T> + use<'_, T, N>, Refused> {
        Ok(self.items.iter().skip(skip))
    }
}

#[test]
fn methods_with_generics_and_every_receiver_work() {
    let world = World::new();
    world.run(|| {
        let mut store = Store::<u64, 3>::new();
        *store.get_mut(1).unwrap() += 5;
        *store.first_mut().unwrap() += 1;
        assert_eq!(store.iter(1).copied().collect::<Vec<_>>(), [5, 0]);
        assert_eq!(store.try_iter(0).unwrap().count(), 3);
        assert_eq!(
            Box::new(Store { items: store.items }).boxed(|item| *item > 0),
            2
        );
        assert_eq!(store.by_value(), [1, 5, 0]);
    });
    assert_eq!(world.statuses(), [Status::Completed; 7]);
}

trait Gate {
    const LIMIT: u64;

    fn check(&self, amount: u64) -> Result<u64, Refused>;

    #[audit(action = "refund")]
    fn by_default(&self, amount: u64) -> u64 {
        amount.min(Self::LIMIT)
    }
}

struct Low;

impl Gate for Low {
    const LIMIT: u64 = 3;

    #[admit(action = "refund")]
    fn check(&self, amount: u64) -> Result<u64, Refused> {
        Ok(amount.min(Self::LIMIT))
    }
}

struct Other;

impl Gate for Other {
    const LIMIT: u64 = 9;

    fn check(&self, amount: u64) -> Result<u64, Refused> {
        Ok(amount)
    }

    #[audit(action = "transfer")]
    fn by_default(&self, amount: u64) -> u64 {
        amount * 2
    }
}

#[test]
fn trait_implementations_and_defaults_are_judged_each_under_its_own_attribute() {
    let world = World::new();
    world.run(|| {
        assert_eq!(Low.check(5).unwrap(), 3);
        assert!(Low.check(5000).is_err());
        assert_eq!(Low.by_default(5), 3);
        assert_eq!(Other.by_default(5), 10);
        assert!(Other.check(5000).is_ok());
    });
    let events = world.events().into_iter();
    let names: Vec<_> = events
        .filter(|event| event.decision.is_some())
        .map(|event| event.name.to_string())
        .collect();
    assert_eq!(names, ["refund", "refund", "refund", "transfer"]);
}

/// A trait with a generic associated type.
trait Lend {
    type Item<'a>
    where
        Self: 'a;

    fn lend<'a>(&'a mut self, amount: u64) -> Result<Self::Item<'a>, Refused>;
}

impl Lend for Vec<u64> {
    type Item<'a> = &'a mut [u64];

    #[admit(action = "refund")]
    fn lend<'a>(&'a mut self, amount: u64) -> Result<Self::Item<'a>, Refused> {
        self.push(amount);
        Ok(&mut self[..])
    }
}

#[test]
fn generic_associated_types_are_lent_through_the_wrapper() {
    let mut items = vec![1];
    let world = World::new();
    let lent = world.run(|| items.lend(2)).unwrap();
    lent[0] = 9;
    assert_eq!(items, [9, 2]);
}

#[test]
fn foreign_conventions_are_kept() {
    #[audit(action = "refund")]
    extern "C" fn raw(amount: u64) -> u64 {
        amount
    }
    #[audit(action = "refund")]
    extern "system" fn system(amount: u64) -> u64 {
        amount
    }
    let world = World::new();
    assert_eq!(world.run(|| raw(1) + system(2)), 3);
    assert_eq!(world.statuses().len(), 2);
}

#[audit(action = "refund")]
#[track_caller]
fn tracked(amount: u64) -> (u64, &'static Location<'static>) {
    (amount, Location::caller())
}

#[admit(action = "refund")]
#[track_caller]
fn tracked_admitted(amount: u64) -> Result<(u64, u32), Refused> {
    Ok((amount, Location::caller().line()))
}

#[test]
fn a_tracked_function_knows_its_callers_line() {
    let world = World::new();
    world.run(|| {
        let (line, (amount, place)) = (line!(), tracked(1));
        assert_eq!((amount, place.file(), place.line()), (1, file!(), line));
        let (line, answer) = (line!(), tracked_admitted(2));
        assert_eq!(answer.unwrap(), (2, line));
        assert!(tracked_admitted(5000).is_err());
    });
    assert_eq!(
        world.statuses(),
        [Status::Completed, Status::Completed, Status::Refused]
    );
}

#[audit(action = "refund")]
#[must_use]
#[inline]
#[doc = "Kept."]
#[cfg(test)]
#[deprecated(note = "as a test")]
fn adorned(#[cfg(not(test))] gone: u64, #[cfg(test)] amount: u64) -> u64 {
    amount
}

#[test]
fn other_attributes_are_kept_and_arguments_come_and_go_with_cfg() {
    let world = World::new();
    #[allow(deprecated)]
    let amount = world.run(|| adorned(7));
    assert_eq!(amount, 7);
    assert_eq!(world.statuses(), [Status::Completed]);
}

#[admit(action = "refund", explain = explain_both)]
#[audit(action = "transfer", ret)]
fn both(amount: u64) -> Result<u64, Refused> {
    Ok(amount)
}

#[audit(action = "transfer")]
#[admit(action = "refund")]
async fn both_async(amount: u64) -> Result<u64, Refused> {
    crate::world::once().await;
    Ok(amount)
}

/// An attribute wraps what the ones above it made, so the one beside the function is asked first.
#[test]
fn both_attributes_on_one_function_judge_it_twice_the_lower_one_around_the_upper() {
    let world = World::new();
    let names = || -> Vec<_> {
        let events = world.events().into_iter();
        events.map(|event| event.name.to_string()).collect()
    };
    assert!(world.run(|| both(5000)).is_err());
    assert_eq!(names(), ["transfer", "refund", "refund", "transfer"]);
    assert!(world.block_on(both_async(5000)).is_err());
    assert_eq!(
        names(),
        ["refund", "refund"],
        "refused before the inner one is asked"
    );
    assert!(world.block_on(both_async(1)).is_ok());
    assert_eq!(names(), ["refund", "transfer", "transfer", "refund"]);
    assert!(world.run(|| explain_both(5000)).is_some());
}

#[test]
fn a_closure_argument_may_be_called_and_consumed() {
    #[audit(action = "refund")]
    fn with<F: FnOnce(u64) -> String>(amount: u64, work: F) -> String {
        work(amount)
    }
    #[audit(action = "refund")]
    fn with_dyn(amount: u64, work: &mut dyn FnMut(u64)) {
        work(amount);
    }
    let (world, mut seen) = (World::new(), Vec::new());
    assert_eq!(world.run(|| with(3, |amount| amount.to_string())), "3");
    world.run(|| with_dyn(4, &mut |amount| seen.push(amount)));
    assert_eq!(seen, [4]);
}

#[test]
fn a_function_that_never_returns_is_judged() {
    #[audit(action = "refund")]
    fn never(amount: u64) -> ! {
        panic!("{amount}")
    }
    let world = World::new();
    let caught = crate::world::caught(|| world.run(|| -> u64 { never(7) }));
    assert_eq!(*caught.unwrap_err().downcast::<String>().unwrap(), "7");
    assert_eq!(world.statuses(), [Status::Panicked]);
}

#[test]
fn arguments_are_dropped_when_and_as_the_bare_function_drops_them() {
    use std::cell::RefCell;
    struct Noted<'n>(&'static str, &'n RefCell<Vec<&'static str>>);
    impl Drop for Noted<'_> {
        fn drop(&mut self) {
            self.1.borrow_mut().push(self.0);
        }
    }
    fn bare(_: Noted<'_>, one: Noted<'_>, _two: Noted<'_>) -> usize {
        let _local = Noted("local", one.1);
        one.0.len()
    }
    #[audit(action = "refund")]
    fn audited(_: Noted<'_>, one: Noted<'_>, _two: Noted<'_>) -> usize {
        let _local = Noted("local", one.1);
        one.0.len()
    }
    let notes = RefCell::default();
    let of = |name| Noted(name, &notes);
    bare(of("unnamed"), of("one"), of("two"));
    let expected = notes.take();
    World::new().run(|| audited(of("unnamed"), of("one"), of("two")));
    assert_eq!(notes.take(), expected);
    audited(of("unnamed"), of("one"), of("two"));
    assert_eq!(notes.take(), expected);
}
