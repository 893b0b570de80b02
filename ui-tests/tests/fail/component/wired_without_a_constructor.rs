use audit_core::component;
use audit_core::component::Blueprint;

struct Accounts;

#[component("accounts")]
impl Accounts {}

fn main() {
    let _ = Blueprint::wired::<Accounts>();
}
