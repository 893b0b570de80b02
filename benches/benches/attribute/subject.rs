//! The function under every attribute, in the forms that are measured.

use std::fmt;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

/// What the function answers.
pub(crate) type Answer = Result<u64, Error>;

/// A form of the function, as every form is called.
pub(crate) type Form = fn(&str, u64, &str) -> Answer;

/// The function under one attribute.
#[derive(Clone, Copy)]
pub(crate) struct Subject {
    /// The attribute.
    pub(crate) name: &'static str,
    /// Synchronous.
    pub(crate) call: Form,
    /// Asynchronous, made and polled once.
    pub(crate) ready: Form,
    /// Asynchronous, made and polled twice, as it is pending at first.
    pub(crate) pending: Form,
    /// Bytes of the future that is pending once.
    pub(crate) one: usize,
    /// Bytes of a future of four such functions, each awaiting the next.
    pub(crate) chain: usize,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Error {
    /// No such currency.
    Currency,
    /// Refused by policy. Only our own contenders can be.
    #[allow(
        dead_code,
        reason = "made by `ours.rs` alone, which may be switched off"
    )]
    Refused,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Currency => "no such currency",
            Self::Refused => "refused",
        })
    }
}

impl std::error::Error for Error {}

/// The body: a few instructions, so that what is left is the attribute.
#[inline(always)]
pub(crate) fn settle(order_id: &str, amount: u64, currency: &str) -> Answer {
    let fee = match currency {
        "EUR" => amount / 100,
        "USD" => amount / 80,
        _ => return Err(Error::Currency),
    };
    Ok(amount - fee + u64::from(order_id.is_empty()))
}

/// Pending once.
#[derive(Default)]
pub(crate) struct Turn {
    taken: bool,
}

impl Future for Turn {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.taken, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

/// Polls to the end, without a runtime.
#[inline(always)]
pub(crate) fn finish<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
    }
}

/// Calls a form as every form is called.
#[inline(always)]
pub(crate) fn ask(form: Form) -> Answer {
    form(black_box("order-1042"), black_box(5_000), black_box("EUR"))
}

/// Writes a module with all forms of the function under one attribute, and its [`Subject`].
///
/// The names of the arguments come from the caller, so that an attribute may mention them.
macro_rules! subject {
    (
        $name:literal $(#[$($attribute:tt)*])*
        mod $module:ident($order_id:ident, $amount:ident, $currency:ident)
    ) => {
        pub(crate) mod $module {
            use std::future::ready;
            use $crate::subject::{Answer, Subject, Turn, finish, settle};

            $(#[$($attribute)*])*
            #[inline(never)]
            fn refund($order_id: &str, $amount: u64, $currency: &str) -> Answer {
                settle($order_id, $amount, $currency)
            }

            $(#[$($attribute)*])*
            #[inline(never)]
            async fn refund_ready($order_id: &str, $amount: u64, $currency: &str) -> Answer {
                ready(()).await;
                settle($order_id, $amount, $currency)
            }

            $(#[$($attribute)*])*
            #[inline(never)]
            async fn refund_pending($order_id: &str, $amount: u64, $currency: &str) -> Answer {
                Turn::default().await;
                settle($order_id, $amount, $currency)
            }

            $(#[$($attribute)*])*
            async fn second($order_id: &str, $amount: u64, $currency: &str) -> Answer {
                refund_pending($order_id, $amount, $currency).await
            }

            $(#[$($attribute)*])*
            async fn third($order_id: &str, $amount: u64, $currency: &str) -> Answer {
                second($order_id, $amount, $currency).await
            }

            $(#[$($attribute)*])*
            async fn fourth($order_id: &str, $amount: u64, $currency: &str) -> Answer {
                third($order_id, $amount, $currency).await
            }

            /// All forms.
            pub(crate) fn subject() -> Subject {
                Subject {
                    name: $name,
                    call: refund,
                    ready: |order_id, amount, currency| finish(refund_ready(order_id, amount, currency)),
                    pending: |order_id, amount, currency| finish(refund_pending(order_id, amount, currency)),
                    one: size_of_val(&refund_pending("", 0, "")),
                    chain: size_of_val(&fourth("", 0, "")),
                }
            }
        }
    };
}
pub(crate) use subject;

subject!("bare" mod plain(order_id, amount, currency));
