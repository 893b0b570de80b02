//! As `async-trait` writes it.

use audit_core::admit;

use std::pin::Pin;

struct PayError;

#[admit]
fn refund<'a>(to: &'a str) -> Pin<Box<dyn Future<Output = Result<(), PayError>> + Send + 'a>> {
    Box::pin(async move {
        let _ = to;
        Ok(())
    })
}

fn main() {}
