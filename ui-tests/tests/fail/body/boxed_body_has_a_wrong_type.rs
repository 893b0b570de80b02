//! The same in a future that was boxed by hand.

use audit_core::audit;

use std::pin::Pin;

#[audit]
fn tail() -> Pin<Box<dyn Future<Output = u64> + Send>> {
    Box::pin(async move { "seven" })
}

#[audit]
fn unboxed() -> impl Future<Output = u64> {
    async { "seven" }
}

fn main() {}
