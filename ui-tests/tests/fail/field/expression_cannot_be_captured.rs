//! The value of an expression is held to the same.

use audit_core::audit;

struct Order {
    lines: Lines,
}

struct Lines;

fn lines(order: &Order) -> &Lines {
    &order.lines
}

#[audit(fields(place = order.lines, made = lines(order), new = Lines))]
fn refund(order: &Order) {}

fn main() {}
