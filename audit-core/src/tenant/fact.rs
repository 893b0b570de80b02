//! How what happens to tenants is recorded.

use std::borrow::Cow;

use crate::event::{EventKind, Site};
use crate::place::{Contents, Kept, Place};
use crate::recorder::{RecordError, Terms};
use crate::value::{Fields, Text, Value};

/// Records an event of the kind `tenant` in this place, with this data.
///
/// # Errors
/// It is lost.
pub(super) fn record(
    place: &Place,
    name: &'static str,
    site: Option<&Site<'static>>,
    data: impl FnOnce() -> Fields<'static>,
) -> Result<Kept, RecordError> {
    place.record(&Terms::default(), || {
        let mut event = place.event(EventKind::Tenant, Text::from(name));
        event.site = site.map(|site| Cow::Owned(site.clone()));
        place.redact(None, &mut event, Contents::data(Value::from(data())));
        event
    })
}
