//! A field holds what a policy can compare or a record can show; a type of one's own has to say what it is there.

use audit_core::Action;

struct Euros(u32);

fn refund() -> Action<'static> {
    Action::new("refund").with("amount", Euros(50))
}

fn main() {}
