use audit_core::component;

struct Accounts;

#[component("accounts")]
impl Accounts {
    #[runnable("transfer")]
    fn transfer(&self, amount: u64) -> Result<u64, String> {
        let twice: String = amount * 2;
        Ok(twice)
    }
}

fn main() {}
