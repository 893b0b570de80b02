//! [`Bound`]: the tenant of a scope, as both paths are told that it comes and goes.

use std::sync::Arc;

use crate::observability::{EventFields, ObservabilityEvent, emit_end, is_enabled};
use crate::place::Place;
use crate::request::TenantId;
use crate::scope::{InForce, with_nearest};
use crate::value::Fields;

use super::super::fact::record;

/// The tenant that a scope binds, from its beginning until its end was told. Nothing where nobody is told.
pub(super) struct Bound(Option<Box<Facts>>);

/// What the end needs to know of the beginning.
struct Facts {
    /// What kind of scope it is.
    class: &'static str,
    tenant: TenantId,
    /// Another one, bound around it.
    outer: Option<TenantId>,
    /// Where it is recorded, if anybody wants to know.
    place: Option<Place>,
    is_observed: bool,
}

impl Bound {
    pub(super) const fn nothing() -> Self {
        Self(None)
    }

    /// Whether anybody would be told of a scope with this in force.
    #[inline]
    pub(super) fn is_told(in_force: &InForce) -> bool {
        is_enabled() || Place::is_watched_in(in_force)
    }

    /// The tenant of a scope that is about to be entered here.
    #[cold]
    pub(super) fn of(class: &'static str, in_force: &Arc<InForce>) -> Self {
        let Some(tenant) = in_force.ambient.tenant.clone() else {
            return Self::nothing();
        };
        let around = with_nearest(|outer| outer.and_then(|outer| outer.ambient.tenant.clone()));
        Self(Some(Box::new(Facts {
            class,
            outer: around.filter(|outer| *outer != tenant),
            tenant,
            place: Place::is_watched_in(in_force).then(|| Place::of(Arc::clone(in_force), false)),
            is_observed: is_enabled(),
        })))
    }

    /// Tells that it was entered.
    #[inline]
    pub(super) fn begin(&self) {
        if let Some(facts) = &self.0 {
            facts.begin();
        }
    }

    /// Tells that it was left for good: as `cut_off` says, else because all was done.
    #[inline]
    pub(super) fn end(&mut self, cut_off: Option<&'static str>) {
        if let Some(facts) = self.0.take() {
            facts.end(cut_off);
        }
    }
}

/// Whoever binds a tenant says how that ends. Where nobody does, something unwinds.
impl Drop for Bound {
    #[inline]
    fn drop(&mut self) {
        self.end(Some("panic"));
    }
}

impl Facts {
    #[cold]
    fn begin(&self) {
        self.tell("context_bound", None);
        if self.is_observed {
            // Whatever was switched meanwhile: the end will be told.
            emit_end(ObservabilityEvent::ScopeEntered, || self.fields(None));
        }
    }

    #[cold]
    fn end(&self, cut_off: Option<&'static str>) {
        self.tell("context_released", cut_off);
        if !self.is_observed {
            return;
        }
        if cut_off.is_some() {
            emit_end(ObservabilityEvent::ScopeException, || self.fields(cut_off));
        }
        emit_end(ObservabilityEvent::ScopeExited, || self.fields(None));
    }

    fn tell(&self, name: &'static str, exception: Option<&'static str>) {
        let Some(place) = &self.place else {
            return;
        };
        // What can't be taken is counted, and told of, by whoever did not take it.
        let _counted = record(place, name, None, || {
            let mut data = Fields::new();
            if let Some(outer) = &self.outer {
                data.set("outer_tenant_id", outer.as_text().into_owned());
            }
            if let Some(exception) = exception {
                data.set("exception_type", exception);
            }
            data
        });
    }

    fn fields(&self, exception: Option<&'static str>) -> EventFields<'_> {
        EventFields {
            tenant_id: Some(&self.tenant),
            scope_class: Some(self.class),
            exception_type: exception,
            ..EventFields::default()
        }
    }
}
