//! A future is as `Send` as the body makes it, and the message leads to the body.

use audit_core::audit;

use std::rc::Rc;

async fn wait() {}

#[audit]
async fn refund() {
    let shared = Rc::new(7);
    wait().await;
    drop(shared);
}

fn send<T: Send>(_: T) {}

fn caller() {
    send(refund());
}

fn main() {}
