use audit_core::runnable;

struct Receipt;

#[runnable("transfer")]
fn transfer() -> Receipt {
    Receipt
}

#[runnable("cancel")]
async fn cancel() -> Result<Receipt, String> {
    Ok(Receipt)
}

fn main() {}
