//! A type parameter carries a refusal where its bound says so.

use audit_core::admit;

#[admit]
fn refund<T: Default>() -> T {
    T::default()
}

fn main() {}
