//! Braces that a function needs are not called needless, whatever stands around them.

#![deny(warnings)]

use std::pin::Pin;

use audit_core::{Refused, admit, audit};

#[audit]
fn sync() -> u64 { 7 }

#[audit]
#[track_caller]
fn tracked() -> u64 { 7 }

#[audit]
async fn later() -> u64 { 7 }

#[audit]
fn unboxed() -> impl Future<Output = u64> { async { 7 } }

#[audit]
fn boxed() -> Pin<Box<dyn Future<Output = u64>>> { Box::pin(async move { 7 }) }

#[admit]
fn admitted() -> Result<u64, Refused> { Ok(7) }

#[admit]
async fn admitted_later() -> Result<u64, Refused> { Ok(7) }

fn decline(_: Refused) {}

#[admit(on_refuse = decline)]
fn nothing() {}

#[admit(on_refuse = decline)]
async fn nothing_later() {}

fn main() {
    assert_eq!(sync() + tracked(), 14);
    assert!(admitted().is_err());
    nothing();
    drop((later(), unboxed(), boxed(), admitted_later(), nothing_later()));
}
