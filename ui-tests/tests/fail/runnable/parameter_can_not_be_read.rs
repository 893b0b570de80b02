use audit_core::{component, runnable};

struct Transfer;

struct Accounts;

#[component("accounts")]
impl Accounts {
    #[runnable("transfer")]
    fn transfer(&self, transfer: &Transfer, note: String) {
        let _ = (transfer, note);
    }
}

#[runnable("cancel")]
fn cancel(transfer: Transfer) {
    let _ = transfer;
}

fn main() {}
