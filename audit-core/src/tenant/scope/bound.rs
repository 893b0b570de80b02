//! [`Bound`]: the tenant of a scope, as both paths are told that it comes and goes.

use std::sync::Arc;
use std::thread::panicking;

use crate::observability::{EventFields, ObservabilityEvent, emit, emit_end, is_enabled};
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
    /// Whether something unwinds already, which this scope did not raise.
    was_panicking: bool,
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
            was_panicking: panicking(),
        })))
    }

    /// Tells that it was entered.
    #[inline]
    pub(super) fn begin(&self) {
        if let Some(facts) = &self.0 {
            facts.begin();
        }
    }

    /// Tells that it was left for good: by a panic if one unwinds now that did not before, else as `cut_off` says.
    #[inline]
    pub(super) fn end(&mut self, cut_off: Option<&'static str>) {
        if let Some(facts) = self.0.take() {
            facts.end(cut_off);
        }
    }
}

impl Drop for Bound {
    #[inline]
    fn drop(&mut self) {
        self.end(None);
    }
}

impl Facts {
    #[cold]
    fn begin(&self) {
        self.tell("context_bound", None);
        if self.is_observed {
            emit(ObservabilityEvent::ScopeEntered, || self.fields(None));
        }
    }

    #[cold]
    fn end(&self, cut_off: Option<&'static str>) {
        let panic = (panicking() && !self.was_panicking).then_some("panic");
        let exception = panic.or(cut_off);
        self.tell("context_released", exception);
        if !self.is_observed {
            return;
        }
        if exception.is_some() {
            emit_end(ObservabilityEvent::ScopeException, || {
                self.fields(exception)
            });
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
