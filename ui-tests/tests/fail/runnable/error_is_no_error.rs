use audit_core::runnable;

struct Insufficient;

#[runnable("transfer")]
fn transfer() -> Result<u64, Insufficient> {
    Err(Insufficient)
}

fn main() {}
