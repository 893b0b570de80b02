//! An attribute looks at the arguments and leaves them to the body.

use audit_core::audit;

fn length(text: String) -> usize {
    text.len()
}

#[audit(fields(length = length(text)))]
fn print(text: String) -> String {
    text
}

fn main() {}
