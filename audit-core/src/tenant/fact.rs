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
    record_under(&Terms::default(), place, name, site, data)
}

/// The same under these terms.
///
/// # Errors
/// It is lost.
pub(super) fn record_under(
    terms: &Terms,
    place: &Place,
    name: &'static str,
    site: Option<&Site<'static>>,
    data: impl FnOnce() -> Fields<'static>,
) -> Result<Kept, RecordError> {
    place.record(terms, || {
        let mut event = place.event(EventKind::Tenant, Text::from(name));
        event.site = site.map(|site| Cow::Owned(site.clone()));
        place.redact(None, &mut event, Contents::data(Value::from(data())));
        event
    })
}
