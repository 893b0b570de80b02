use audit_core::subscribe;

#[subscribe("account.*")]
fn counted() -> u64 {
    7
}

struct Odd;

#[subscribe("account.*")]
async fn failed() -> Result<(), Odd> {
    Err(Odd)
}

fn main() {}
