//! What is decided, step by step, without files and without waiting.

use std::time::Duration;

use proptest::prelude::*;

use super::machine::{READ_AGAIN, Step, Watch};

const SETTLE: Duration = Duration::from_millis(500);

fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// A watch over something that was read as `a`.
fn watch() -> Watch<char> {
    Watch::new(SETTLE, Some('a'))
}

#[test]
fn what_is_known_is_left_alone() {
    let mut watch = watch();
    assert_eq!(watch.step(ms(0), &'a'), Step::Rest);
    assert_eq!(watch.step(ms(90_000), &'a'), Step::Rest);
}

#[test]
fn a_change_is_read_once_it_stayed_for_as_long_as_it_has_to_and_then_known() {
    let mut watch = watch();
    assert_eq!(watch.step(ms(1_000), &'b'), Step::Settle);
    assert_eq!(watch.step(ms(1_499), &'b'), Step::Settle);
    assert_eq!(watch.step(ms(1_500), &'b'), Step::Read);
    assert!(watch.read(ms(1_500), &'b', 'b'));
    assert_eq!(watch.step(ms(1_501), &'b'), Step::Rest);
}

#[test]
fn each_further_change_begins_the_wait_anew() {
    let mut watch = watch();
    assert_eq!(watch.step(ms(0), &'b'), Step::Settle);
    assert_eq!(watch.step(ms(400), &'c'), Step::Settle);
    assert_eq!(watch.step(ms(800), &'d'), Step::Settle);
    assert_eq!(watch.step(ms(1_299), &'d'), Step::Settle);
    assert_eq!(watch.step(ms(1_300), &'d'), Step::Read);
}

#[test]
fn a_change_that_is_taken_back_was_none() {
    let mut watch = watch();
    assert_eq!(watch.step(ms(0), &'b'), Step::Settle);
    assert_eq!(watch.step(ms(900), &'a'), Step::Rest);
    assert_eq!(watch.step(ms(901), &'b'), Step::Settle, "it begins anew");
}

#[test]
fn what_changed_while_it_was_read_is_not_taken_and_settles_again() {
    let mut watch = watch();
    watch.step(ms(0), &'b');
    assert_eq!(watch.step(ms(500), &'b'), Step::Read);
    assert!(!watch.read(ms(510), &'b', 'c'));
    assert_eq!(watch.step(ms(1_009), &'c'), Step::Settle);
    assert_eq!(watch.step(ms(1_010), &'c'), Step::Read);
    assert!(watch.read(ms(1_010), &'c', 'c'));
}

#[test]
fn what_was_read_is_read_once_more_a_while_later_and_then_no_more() {
    let mut watch = watch();
    watch.step(ms(0), &'b');
    assert!(watch.read(ms(500), &'b', 'b'));
    let again = ms(500) + READ_AGAIN;
    assert_eq!(
        watch.step(again.checked_sub(ms(1)).unwrap(), &'b'),
        Step::Rest
    );
    assert_eq!(watch.step(again, &'b'), Step::Read);
    assert!(watch.read(again, &'b', 'b'));
    assert_eq!(watch.step(again + again, &'b'), Step::Rest);
}

#[test]
fn without_a_time_to_settle_a_change_is_read_at_once_and_what_is_not_known_at_all_is_a_change() {
    let mut watch = Watch::new(Duration::ZERO, None);
    assert_eq!(watch.step(ms(0), &'a'), Step::Read);
}

proptest! {
    /// Whatever is seen when: what is taken was seen the same at every look for as long as it has to settle, and before
    /// and after reading; and what stays is taken in the end.
    #[test]
    fn only_what_stayed_as_it_was_is_taken(
        looks in prop::collection::vec((0_u64..300, 0_u8..3, 0_u8..3), 1..60),
    ) {
        let mut watch = Watch::new(SETTLE, Some(0));
        let (mut now, mut known) = (0, 0);
        let mut seen: Vec<(u64, u8)> = Vec::new();
        for (passed, before, after) in looks {
            now += passed;
            seen.push((now, before));
            if watch.step(ms(now), &before) != Step::Read {
                continue;
            }
            let taken = watch.read(ms(now), &before, after);
            prop_assert_eq!(taken, before == after);
            if !taken {
                seen.push((now, after));
                continue;
            }
            if before != known {
                let since = seen.iter().rev().take_while(|(_, seen)| *seen == before).last();
                prop_assert!(now - since.unwrap().0 >= 500, "{:?}", seen);
            }
            known = before;
        }
        let last = seen.last().unwrap().1;
        if last != known {
            watch.step(ms(now), &last);
            prop_assert_eq!(watch.step(ms(now + 500), &last), Step::Read);
        }
    }
}
