use audit_core::component;

struct Accounts;

#[component("accounts")]
impl Accounts {
    #[requires]
    fn new() -> Option<Self> {
        Some(Self)
    }
}

fn main() {}
