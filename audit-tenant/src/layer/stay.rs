//! [`Stay`]: a request's stay with its tenant, from its call to the end of its response.

use audit_core::tenant::Tenure;
use audit_core::{Scope, TenantId};

/// What the layer is called where it is told of.
const CLASS: &str = "TenantLayer";

/// A request's stay with its tenant: one tenure, and what tells of the request around it.
///
/// Ended in the order of its parts, by whatever ends it.
#[derive(Debug)]
pub(super) struct Stay {
    tenure: Tenure,
    told: Told,
}

impl Stay {
    /// Begins it, in this scope.
    pub(super) fn begin(scope: Scope, tenant: Option<&TenantId>) -> Self {
        let told = Told::begin(tenant);
        Self {
            tenure: scope.tenure(CLASS),
            told,
        }
    }

    /// Does some of the request's work in it. A panic is its end.
    #[inline]
    pub(super) fn run<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let mut unfinished = Unfinished(Some(&mut self.told));
        let result = self.tenure.run(work);
        unfinished.0 = None;
        result
    }

    /// All is done. One that is dropped instead was cancelled.
    pub(super) fn finish(self) {
        self.tenure.finish();
    }
}

/// Tells of the end where a panic unwinds, after the tenure told of it.
struct Unfinished<'t>(Option<&'t mut Told>);

impl Drop for Unfinished<'_> {
    fn drop(&mut self) {
        if let Some(told) = &mut self.0 {
            told.end();
        }
    }
}

#[cfg(feature = "observability")]
use observed::Told;
#[cfg(not(feature = "observability"))]
use unobserved::Told;

#[cfg(feature = "observability")]
mod observed {
    use audit_core::TenantId;
    use audit_core::observability::{EventFields, ObservabilityEvent, emit, emit_end, is_enabled};

    /// That a request was bound, until it is told that it no longer is. Nothing where nobody is told.
    #[derive(Debug)]
    pub(super) struct Told(Option<TenantId>);

    impl Told {
        pub(super) fn begin(tenant: Option<&TenantId>) -> Self {
            let told = Self(tenant.filter(|_| is_enabled()).cloned());
            if let Some(tenant) = &told.0 {
                emit(ObservabilityEvent::RequestBound, || fields(tenant));
            }
            told
        }

        pub(super) fn end(&mut self) {
            if let Some(tenant) = self.0.take() {
                emit_end(ObservabilityEvent::RequestUnbound, || fields(&tenant));
            }
        }
    }

    impl Drop for Told {
        fn drop(&mut self) {
            self.end();
        }
    }

    fn fields(tenant: &TenantId) -> EventFields<'_> {
        EventFields {
            tenant_id: Some(tenant),
            middleware_class: Some(super::CLASS),
            ..EventFields::default()
        }
    }
}

#[cfg(not(feature = "observability"))]
mod unobserved {
    use audit_core::TenantId;

    /// Nobody is told.
    #[derive(Debug)]
    pub(super) struct Told;

    impl Told {
        pub(super) fn begin(_tenant: Option<&TenantId>) -> Self {
            Self
        }

        #[allow(clippy::unused_self, reason = "there is nothing in it")]
        pub(super) fn end(&mut self) {}
    }
}
