//! What stands for `...` can't be passed on. (Defining such a function is unstable in itself.)

#![allow(unused)]

use audit_core::audit;

#[audit]
unsafe extern "C" fn log(format: *const u8, _: ...) {}

fn main() {}
