//! A decision nobody looks at protects nothing.

#![deny(unused_must_use)]

use audit_core::{Action, Runtime};

fn refund(runtime: &Runtime) {
    runtime.evaluate(&Action::new("refund").with("amount", 50));
}

fn main() {}
