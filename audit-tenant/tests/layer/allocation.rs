//! What the layer takes from the heap.

use audit_tenant::{HeaderStrategy, TenantBody, TenantLayer};
use http::{Request, Response};
use tower_layer::Layer as _;
use tower_service::Service;

use crate::support::{answers, now, of_acme};

/// How often a service takes from the heap to answer a request, which is there already.
fn taken<R>(
    mut service: impl Service<Request<()>, Response = Response<R>, Error: std::fmt::Debug>,
) -> u64 {
    let mut asked = [of_acme(), of_acme()].into_iter();
    let mut answer = || now(service.call(asked.next().unwrap())).unwrap();
    // What is made once for all is made by the first.
    drop(answer());
    allocation_counter::measure(|| drop(answer())).count_total
}

#[test]
fn a_request_takes_from_the_heap_six_times_at_most() {
    let bare = taken(answers(String::new()));
    let layer = TenantLayer::new(HeaderStrategy::new());
    let layered = taken::<TenantBody<_>>(layer.layer(answers(String::new())));
    // The tenant's name, the extension and the map of extensions, and the scope.
    assert_eq!((bare, layered), (0, 6));
}
