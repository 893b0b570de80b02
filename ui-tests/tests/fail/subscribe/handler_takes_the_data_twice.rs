use audit_core::{component, subscribe};

struct Keeper;

#[component("keeper")]
impl Keeper {
    #[subscribe("account.*")]
    fn on_account(&self, from: String, to: String) {
        let _ = (from, to);
    }
}

#[subscribe("account.*")]
async fn on_name(name: &str, again: &str) {
    let _ = (name, again);
}

fn main() {}
