//! What is recorded of a policy of the bus that is set.

use crate::caller::HOST;
use crate::event::EventKind;
use crate::place::{Contents, Place};
use crate::recorder::Terms;
use crate::value::{Fields, Text, Value};

use super::BusPolicy;

/// Tells recorder and observers in force here for whom which policy was set in place of which: an event of kind `policy`. One that
/// is put back where there was none leaves none. Only whoever holds the bus itself can set one; who acts for him is in the scope.
pub(in crate::bus) fn tell(name: &str, before: Option<&BusPolicy>, after: Option<&BusPolicy>) {
    if !Place::is_watched() {
        return;
    }
    let place = Place::here(false);
    // Nobody waits for it, and what is lost the recorder has counted.
    let _kept = place.record(&Terms::default(), || {
        const NAME: &str = "bus_policy.set";
        let mut event = place.event(EventKind::Policy, Text::from(NAME));
        let mut data = Fields::new().with("for", name.to_owned()).with("by", HOST);
        let fields =
            |policy: Option<&BusPolicy>| policy.map(|policy| Value::from(policy.to_fields()));
        data.set("before", fields(before));
        data.set("after", fields(after));
        place.redact(Some(NAME), &mut event, Contents::data(data));
        event
    });
}
