use audit_core::subscribe;

#[subscribe("account.[ab")]
fn on_account() {}

fn main() {
    on_account();
}
