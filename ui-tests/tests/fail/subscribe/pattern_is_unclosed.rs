#![deny(deprecated)]

use audit_core::{component, subscribe};

#[subscribe("account.[ab")]
fn on_account() {}

struct Audit;

#[component("audit")]
impl Audit {
    #[subscribe("account.[0-9")]
    #[subscribe("account.[[]")]
    fn on_account(&self) {}
}

fn main() {
    on_account();
    Audit.on_account();
}
