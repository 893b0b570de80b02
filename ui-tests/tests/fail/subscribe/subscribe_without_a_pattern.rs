use audit_core::subscribe;

#[subscribe]
fn on_account() {}

fn main() {
    on_account();
}
