//! The scope of a handler, carried on.

use std::sync::{Arc, Mutex};

use audit_core::bus::{Bus, Handle, PublishError, current};
use audit_core::{InScope, Scope};

use crate::itself::fork;
use crate::support::now;

#[test]
fn a_task_that_goes_on_in_the_scope_of_a_handler_may_publish_without_end() {
    let (bus, spawned) = (Bus::new(), Arc::new(Mutex::new(None)));
    let place = Arc::clone(&spawned);
    let handler = move |_: &_| {
        let session = async {
            let bus = current().unwrap();
            assert_eq!(bus.caller(), "host");
            for _ in 0..100_002 {
                bus.publish("b", ()).await?;
            }
            Ok::<_, PublishError>(())
        };
        *place.lock().unwrap() = Some(Box::pin(session.in_scope(Scope::current())));
    };
    bus.subscribe("a", handler).unwrap().keep();
    now(bus.publish("a", ())).unwrap();
    let session = spawned.lock().unwrap().take().unwrap();
    now(session).unwrap();
}

#[test]
fn what_a_handler_awaits_in_its_own_scope_is_counted_with_it() {
    // The outermost, and those that it may lead to, in two handlers each.
    let handled = 2 * 100_001;
    let roads: [fn(&Handle) -> Result<_, PublishError>; 2] = [
        |bus| now(bus.publish("a", ()).in_scope(Scope::current())),
        |bus| now(async { bus.publish_nowait("a", ()) }.in_scope(Scope::current())),
    ];
    for (number, road) in roads.into_iter().enumerate() {
        let (count, refused) = fork(false, road);
        assert_eq!(count, handled, "road {number}");
        assert!(
            refused
                .iter()
                .any(|error| matches!(error, PublishError::TooMany { .. }))
        );
    }
}
