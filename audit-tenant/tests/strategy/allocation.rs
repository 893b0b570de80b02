//! What an answer costs that is known at once.

use audit_tenant::{ChainStrategy, HeaderStrategy, HostStrategy, TenantStrategy};

use crate::support::head;

#[test]
fn strategies_that_know_at_once_take_nothing_from_the_heap_to_say_that_there_is_no_tenant() {
    let strategy = ChainStrategy::first()
        .then(HeaderStrategy::new())
        .then(HostStrategy::new(["example.com"]).unwrap());
    let request = head(&[("host", b"example.com:8443")]);
    let taken = allocation_counter::measure(|| {
        assert!(matches!(
            strategy.find(&request),
            audit_tenant::Answer::Now(Ok(None))
        ));
    });
    assert_eq!(taken.count_total, 0);
}
