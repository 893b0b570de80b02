use std::rc::Rc;

use audit_core::subscribe;

#[subscribe("account.*")]
async fn on_account() {
    let kept = Rc::new(7);
    std::future::ready(()).await;
    drop(kept);
}

fn main() {}
