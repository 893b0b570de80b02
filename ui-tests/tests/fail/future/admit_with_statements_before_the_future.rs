//! What stands before the future runs when it is made, before anybody was asked.

use audit_core::{admit, Refused};

use std::pin::Pin;

#[admit]
fn refund(to: String) -> Pin<Box<dyn Future<Output = Result<(), Refused>> + Send>> {
    let to = to.trim().to_owned();
    Box::pin(async move {
        drop(to);
        Ok(())
    })
}

#[admit]
fn pay() -> impl Future<Output = Result<(), Refused>> {
    println!("paying");
    async { Ok(()) }
}

fn main() {}
