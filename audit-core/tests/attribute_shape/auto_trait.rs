//! A future is `Send`, `Sync`, unwind safe and as long-lived as the bare one would be, no more and no less.

use std::cell::Cell;
use std::future::Future;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::mpsc::Receiver;

use audit_core::{Actor, Refused, admit, audit};

use crate::world::{block_on, once};

/// Whether a value's type has an auto trait, found by which method the compiler picks.
macro_rules! has {
    ($value:expr, $($bound:tt)+) => {{
        #[allow(dead_code, reason = "the compiler picks one of the two methods")]
        struct Probe<'v, T>(&'v T);
        #[allow(dead_code, reason = "the compiler picks one of the two methods")]
        trait No {
            fn has(&self) -> bool {
                false
            }
        }
        impl<T> No for Probe<'_, T> {}
        #[allow(dead_code, reason = "the compiler picks one of the two methods")]
        impl<T: $($bound)+> Probe<'_, T> {
            fn has(&self) -> bool {
                true
            }
        }
        Probe(&$value).has()
    }};
}

macro_rules! auto_traits {
    ($value:expr) => {
        [
            has!($value, Send),
            has!($value, Sync),
            has!($value, Unpin),
            has!($value, UnwindSafe),
            has!($value, RefUnwindSafe),
        ]
    };
}

/// The same function bare, audited and admitted.
macro_rules! alike {
    ($test:ident, ($($argument:ident: $type:ty),*) $body:block, ($($given:expr),*)) => {
        #[test]
        fn $test() {
            async fn bare($($argument: $type),*) -> Result<u64, Refused> $body
            #[audit(action = "refund")]
            async fn audited($($argument: $type),*) -> Result<u64, Refused> $body
            #[admit(action = "refund", ret, err, actor = Actor::new("a"), fields(a = 1))]
            async fn admitted($($argument: $type),*) -> Result<u64, Refused> $body

            let expected = auto_traits!(bare($($given),*));
            assert_eq!(auto_traits!(audited($($given),*)), expected);
            assert_eq!(auto_traits!(admitted($($given),*)), expected);
        }
    };
}

alike!(a_future_of_plain_values_is_what_it_was, (amount: u64, name: String) {
    once().await;
    Ok(amount + name.len() as u64)
}, (1, String::new()));

alike!(a_future_that_keeps_nothing_is_what_it_was, (amount: u64) {
    std::future::ready(()).await;
    Ok(amount)
}, (1));

alike!(a_future_with_a_cell_is_what_it_was, (amount: Cell<u64>) {
    std::future::ready(()).await;
    Ok(amount.get())
}, (Cell::new(1)));

alike!(a_future_with_a_receiver_is_what_it_was, (amount: Receiver<u64>) {
    let amount = amount.try_recv().unwrap_or(1);
    std::future::ready(()).await;
    Ok(amount)
}, (std::sync::mpsc::channel().1));

alike!(a_future_with_a_counted_reference_is_what_it_was, (amount: std::rc::Rc<u64>) {
    std::future::ready(()).await;
    Ok(*amount)
}, (std::rc::Rc::new(1)));

alike!(a_future_with_a_mutable_reference_is_what_it_was, (amount: &mut u64) {
    std::future::ready(()).await;
    *amount += 1;
    Ok(*amount)
}, (&mut 1));

fn is_send<T: Send>(value: T) -> T {
    value
}

fn is_static<T: 'static>(value: T) -> T {
    value
}

#[audit(action = "refund", ret)]
async fn with_cell(amount: Cell<u64>) -> u64 {
    once_sendable().await;
    amount.get()
}

async fn once_sendable() {
    std::future::ready(()).await;
}

#[admit(action = "refund", fields(amount, currency), explain = explain_owned)]
async fn owned(amount: u64, currency: String) -> Result<String, Refused> {
    once_sendable().await;
    Ok(format!("{amount}{currency}"))
}

#[audit(action = "refund")]
async fn borrowed<'a>(name: &'a str, rest: &mut Vec<u64>) -> &'a str {
    rest.push(1);
    name
}

#[test]
fn a_future_that_was_send_and_static_is_so_and_a_borrowing_one_borrows() {
    drop(is_static(is_send(owned(1, String::new()))));
    drop(is_static(is_send(explain_owned(1, String::new()))));
    drop(is_send(with_cell(Cell::new(1))));
    let (name, mut rest) = (String::from("a"), Vec::new());
    assert_eq!(block_on(is_send(borrowed(&name, &mut rest))), "a");
    assert_eq!(rest, [1]);
    let boxed: Pin<Box<dyn Future<Output = Result<String, Refused>> + Send>> =
        Box::pin(owned(1, String::new()));
    drop(boxed);
}

/// What is returned may outlive what was borrowed beside it: lifetimes are as written.
#[test]
fn a_result_lives_as_long_as_its_signature_says() {
    #[audit(action = "refund")]
    fn longer<'long>(long: &'long str, short: &str) -> &'long str {
        if short.is_empty() { "" } else { long }
    }
    let long = String::from("long");
    let kept = {
        let short = String::from("short");
        longer(&long, &short)
    };
    assert_eq!(kept, "long");
}

/// A function item may stand wherever the bare one may: its type is a plain function of any lifetime.
#[test]
fn the_type_of_the_function_itself_is_unchanged() {
    #[audit(action = "refund")]
    fn pick<'a>(of: &'a [u64], index: usize) -> Option<&'a u64> {
        of.get(index)
    }
    #[admit(action = "refund")]
    extern "C" fn raw(amount: u64) -> Result<u64, Refused> {
        Ok(amount)
    }
    let pointer: for<'a> fn(&'a [u64], usize) -> Option<&'a u64> = pick;
    assert_eq!(pointer(&[7], 0), Some(&7));
    let pointer: extern "C" fn(u64) -> Result<u64, Refused> = raw;
    assert_eq!(crate::world::World::new().run(|| pointer(1)).unwrap(), 1);
    assert_eq!(size_of_val(&pick), 0);
}

/// `&'static T` may be given where `&'a T` is asked for, through the wrapper as without it.
#[test]
fn variance_is_as_written() {
    struct Held<'a>(&'a str);
    impl<'a> Held<'a> {
        #[audit(action = "refund")]
        fn shorten<'b>(&'b self, other: &'b str) -> &'b str
        where
            'a: 'b,
        {
            if other.is_empty() { self.0 } else { other }
        }
    }
    let held = Held("static");
    let local = String::new();
    assert_eq!(held.shorten(&local), "static");
}
