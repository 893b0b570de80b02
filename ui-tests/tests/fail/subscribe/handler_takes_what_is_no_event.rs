use audit_core::{component, subscribe};

struct Transfer;

struct Keeper;

#[component("keeper")]
impl Keeper {
    #[subscribe("account.*")]
    fn borrowed(&self, transfer: &Transfer) {
        let _ = transfer;
    }
}

#[subscribe("account.*")]
fn owned(transfer: Transfer) {
    let _ = transfer;
}

fn main() {}
