//! A path that leads nowhere.

use audit_core::admit;

#[admit(on_refuse = declined)]
fn refund() -> u64 {
    7
}

#[admit(on_refuse = Shop::declined)]
async fn pay() -> u64 {
    7
}

struct Shop;

fn main() {}
