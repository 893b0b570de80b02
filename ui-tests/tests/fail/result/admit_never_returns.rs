//! What never returns can't answer that it was refused.

use audit_core::admit;

#[admit]
fn refund() -> ! {
    loop {}
}

fn main() {}
