use std::rc::Rc;

use audit_core::runnable;

#[runnable("transfer")]
async fn transfer() -> u64 {
    let kept = Rc::new(7);
    std::future::ready(()).await;
    *kept
}

fn main() {}
