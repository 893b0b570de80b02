//! Arguments and functions of any name: nothing that is generated meets them.

use audit_core::{Actor, Refused, admit, audit};

use crate::world::World;

#[audit(
    action = "refund",
    fields(amount = result + event, value, call = call, __call, __value = __value, door = __p),
    actor = Actor::new(format!("{self_}{__audit}")),
    ret
)]
#[allow(clippy::too_many_arguments, clippy::used_underscore_binding)]
fn every_name(
    result: u64,
    event: u64,
    self_: u64,
    __audit: u64,
    value: u64,
    call: u64,
    __call: u64,
    __value: u64,
    __p: u64,
    __site: u64,
) -> u64 {
    result + event + self_ + __audit + value + call + __call + __value + __p + __site
}

#[admit(action = "refund", fields(amount = result, __refused, __supply, __index))]
#[allow(clippy::used_underscore_binding)]
async fn every_name_async(
    result: u64,
    __refused: u64,
    __supply: u64,
    __index: u64,
    __arguments: u64,
) -> Result<u64, Refused> {
    crate::world::once().await;
    Ok(result + __refused + __supply + __index + __arguments)
}

#[test]
fn no_generated_name_meets_an_argument() {
    let world = World::new();
    assert_eq!(world.run(|| every_name(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)), 55);
    let events = world.events();
    assert_eq!(events[0].actor.as_ref().unwrap().id(), Some("34"));
    let fields = events[0].action.as_ref().unwrap().fields();
    assert_eq!(
        serde_json::to_string(fields).unwrap(),
        r#"{"amount":3,"value":5,"call":6,"__call":7,"__value":8,"door":9}"#
    );
    assert_eq!(world.block_on(every_name_async(1, 2, 3, 4, 5)).unwrap(), 15);
    assert_eq!(
        world.fields(),
        r#"{"amount":1,"__refused":2,"__supply":3,"__index":4}"#
    );
}

#[test]
fn a_body_may_have_items_and_constants_of_any_name() {
    #[audit(action = "refund", ret)]
    fn body(amount: u64) -> u64 {
        const __SITE: u64 = 1;
        #[allow(non_snake_case)]
        fn __private() -> u64 {
            __SITE
        }
        struct Entered(u64);
        let __call = Entered(amount);
        __call.0 + __private()
    }
    assert_eq!(World::new().run(|| body(1)), 2);
}

#[test]
fn a_function_may_bear_the_name_of_what_is_generated() {
    #[audit(action = "refund")]
    fn enter(amount: u64) -> u64 {
        amount
    }
    #[audit(action = "refund")]
    fn run(amount: u64) -> u64 {
        enter(amount)
    }
    let world = World::new();
    assert_eq!(world.run(|| run(3)), 3);
    assert_eq!(world.events().len(), 4);
}
