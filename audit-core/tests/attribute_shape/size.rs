//! How large a future is, and how deep its type.

use std::future::Future;
use std::mem::size_of_val;
use std::pin::Pin;
use std::task::{Context, Poll};

use audit_core::{Refused, admit, audit};

use crate::world::{World, block_on, once};

/// What the functions below await: eight bytes.
struct Ready(u64);

impl Future for Ready {
    type Output = u64;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u64> {
        Poll::Ready(self.0)
    }
}

async fn bare(a: u64, b: u64) -> u64 {
    a + Ready(b).await
}

#[audit]
async fn audited(a: u64, b: u64) -> u64 {
    a + Ready(b).await
}

#[admit]
async fn admitted(a: u64, b: u64) -> Result<u64, Refused> {
    Ok(a + Ready(b).await)
}

#[audit(fields(a, b), ret, err, actor = "alice", tenant = "acme", resource = format!("{a}"))]
async fn with_everything(a: u64, b: u64) -> Result<u64, String> {
    Ok(a + Ready(b).await)
}

#[test]
fn a_future_of_40_bytes_becomes_one_of_128_at_most() {
    let sizes = [
        size_of_val(&bare(1, 2)),
        size_of_val(&audited(1, 2)),
        size_of_val(&admitted(1, 2)),
        size_of_val(&with_everything(1, 2)),
    ];
    println!("bare, audited, admitted, with everything: {sizes:?}");
    assert_eq!(sizes[0], 40, "the case the promise is about: {sizes:?}");
    assert!(sizes[1..].iter().all(|size| *size <= 128), "{sizes:?}");
    assert_eq!(block_on(bare(1, 2)) + block_on(audited(1, 2)), 6);
}

/// Four functions that await each other, bare and audited.
macro_rules! chain {
    ($(#[$attribute:meta])* $module:ident) => {
        mod $module {
            $(#[$attribute])*
            pub(super) async fn one(a: u64, b: u64) -> u64 {
                crate::world::once().await;
                a + b
            }
            $(#[$attribute])*
            pub(super) async fn two(a: u64, b: u64) -> u64 {
                one(a, b).await + b
            }
            $(#[$attribute])*
            pub(super) async fn three(a: u64, b: u64) -> u64 {
                two(a, b).await + a
            }
            $(#[$attribute])*
            pub(super) async fn four(a: u64, b: u64) -> u64 {
                three(a, b).await + b
            }
        }
    };
}

chain!(bare_chain);
chain!(
    #[audit_core::audit]
    audited_chain
);

#[test]
fn a_chain_of_four_grows_by_a_wrapper_a_level_and_stores_no_argument_twice() {
    let bare = size_of_val(&bare_chain::four(1, 2));
    let audited = size_of_val(&audited_chain::four(1, 2));
    println!("a chain of four: bare {bare}, audited {audited}");
    assert!(audited <= bare + 4 * 88, "bare {bare}, audited {audited}");
    assert_eq!(
        block_on(bare_chain::four(1, 2)),
        World::new().block_on(audited_chain::four(1, 2))
    );
}

/// Thirty functions, each awaiting the one before it.
macro_rules! deep {
    ($last:ident) => {
        #[audit]
        async fn $last(depth: u64) -> u64 {
            once().await;
            depth
        }
    };
    ($name:ident $next:ident $($rest:ident)*) => {
        deep!($next $($rest)*);
        #[audit]
        async fn $name(depth: u64) -> u64 {
            $next(depth + 1).await
        }
    };
}

deep!(a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9);

#[test]
fn thirty_functions_that_await_each_other_compile_and_run() {
    let world = World::new();
    assert_eq!(world.block_on(a0(0)), 29);
    assert_eq!(world.events().len(), 60);
}
