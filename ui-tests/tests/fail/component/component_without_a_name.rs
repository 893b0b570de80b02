use audit_core::component;

struct Accounts;

#[component]
impl Accounts {}

fn main() {
    let _ = Accounts;
}
