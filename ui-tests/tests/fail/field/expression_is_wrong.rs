//! An expression in an attribute is the user's: the compiler says what is wrong with it.

use audit_core::audit;

struct Order {
    id: u64,
}

#[audit(fields(id = order.number))]
fn unknown_field(order: &Order) {}

#[audit(fields(id = ordr.id))]
fn unknown_name(order: &Order) {}

#[audit(fields(id = order.id + "1"))]
fn wrong_type(order: &Order) {}

#[audit(fields(id = number(order)))]
fn unknown_function(order: &Order) {}

fn main() {}
