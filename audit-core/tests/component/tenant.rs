//! Several assemblies in one process, each on a bus of its own.

use audit_core::bus::{Bus, Runnable};
use audit_core::component::{Assembly, ComponentFacts, Parts};

use crate::change::Driven;
use crate::stage::{Latch, made, named};
use crate::support::now;

named!(Orders = ComponentFacts::new("orders", "1.0"));
named!(Other = ComponentFacts::new("other", "1.0"));

#[test]
fn code_of_one_assembly_may_change_another_whose_component_of_the_same_name_is_being_started() {
    let (latch, theirs) = (
        Latch::default(),
        now(Assembly::builder(Bus::new()).boot()).unwrap(),
    );
    let changed = theirs.clone();
    let own = made::<Orders>(move |_| {
        let changed = changed.clone();
        let change = Runnable::new_async(move |(): ()| {
            let changed = changed.clone();
            async move {
                let other = made::<Other>(|_| Ok(Parts::new()));
                changed.add(other).await.map_err(|error| error.to_string())
            }
        });
        Ok(Parts::new().runnable("change", change))
    });
    let assembly = now(Assembly::builder(Bus::new()).component(own).boot()).unwrap();
    let shut = latch.clone();
    let slow = made::<Orders>(move |_| {
        let shut = shut.clone();
        Ok(Parts::new().activate(move || async move { shut.lifted().await }))
    });
    let adding = theirs.clone();
    let mut adding = Driven::new(async move { adding.add(slow).await });
    assert!(adding.go().is_none());
    let bus = assembly.bus().handle();
    let mut changing = Driven::new(async move { bus.invoke::<_, ()>("orders.change", ()).await });
    // It waits for its turn, as anybody else would.
    assert!(changing.go().is_none());
    latch.lift();
    adding.go().unwrap().unwrap();
    changing.go().unwrap().unwrap();
    assert_eq!(theirs.health().len(), 2);
}
