//! What never returns is refused by what never returns.

use audit_core::{admit, Refused};

fn decline(_: Refused) -> u64 {
    0
}

#[admit(on_refuse = decline)]
fn refund() -> ! {
    loop {}
}

fn main() {}
