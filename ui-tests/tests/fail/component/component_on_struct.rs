use audit_core::component;

#[component("accounts")]
struct Accounts;

fn main() {
    let _ = Accounts;
}
