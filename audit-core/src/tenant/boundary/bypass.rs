//! [`Bypass`]: work across tenants, on purpose.

use std::error::Error;
use std::fmt;
use std::panic::Location;

use crate::delivery::Delivery;
use crate::event::{EventKind, Site};
use crate::place::Place;
use crate::recorder::{RecordError, Terms};
use crate::value::{Fields, Text, Value};

use super::super::fact::record_under;

/// Leave to work across tenants: with a reason, from one place in the program, each use recorded.
///
/// It is a value that is passed on, never in force by itself, so nobody inherits one.
///
/// ```
/// use audit_core::tenant::Bypass;
/// assert!(Bypass::new("nightly reconciliation, FIN-112").is_ok());
/// assert!(Bypass::new("  ").is_err());
/// ```
#[derive(Clone, Debug)]
pub struct Bypass {
    reason: Text<'static>,
    site: Site<'static>,
}

impl Bypass {
    /// Leave for this reason, given at the caller's place in the program.
    ///
    /// # Errors
    /// The reason is empty.
    #[track_caller]
    pub fn new(reason: impl Into<Text<'static>>) -> Result<Self, BypassError> {
        let reason = reason.into();
        if reason.trim().is_empty() {
            return Err(BypassError(Why::NoReason));
        }
        Ok(Self {
            reason,
            site: Site::from(Location::caller()),
        })
    }

    /// Why.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Records a use of it as `enforcement_bypass`: on which model, if on one, in which operation, with what else there is to know of
    /// it, such as `count`, none of it a secret. Call it before what it is about; who enforces does not go on after an error.
    ///
    /// A recorder takes it as `buffered` at least, whatever its plan says of best effort. Where there is none, a sink that gets events of
    /// this kind is enough.
    ///
    /// # Errors
    /// Nobody keeps it, or the record is lost.
    pub fn used(
        &self,
        model: Option<&str>,
        operation: &str,
        context: Fields<'static>,
    ) -> Result<(), BypassError> {
        const NAME: &str = "enforcement_bypass";
        let place = Place::here(false);
        let terms = Terms {
            // At least so surely, whatever is planned for the rest.
            delivery: match place.planned(NAME) {
                Some(Delivery::Durable) => None,
                _ => Some(Delivery::Buffered),
            },
            ..Terms::default()
        };
        let kept = record_under(&terms, &place, NAME, Some(&self.site), || {
            Fields::new()
                .with("model_qualname", model.map(str::to_owned))
                .with("operation", operation.to_owned())
                .with("operation_context", Value::from(context))
                .with("reason", self.reason.clone())
        });
        match kept {
            Ok(kept) if kept.id().is_some() => Ok(()),
            Ok(_) if place.is_kept_elsewhere(EventKind::Tenant) => Ok(()),
            Ok(_) => Err(BypassError(Why::Unwatched)),
            Err(error) => Err(BypassError(Why::Lost(error))),
        }
    }
}

/// Why a bypass can't be given or used.
#[derive(Debug)]
pub struct BypassError(Why);

#[derive(Debug)]
enum Why {
    NoReason,
    Unwatched,
    Lost(RecordError),
}

impl fmt::Display for BypassError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Why::NoReason => "a bypass has no reason, expected why the work goes across tenants",
            Why::Unwatched => {
                "nobody records this bypass: set a recorder with `set_recorder`, or register a sink"
            }
            Why::Lost(_) => "the record of this bypass is lost",
        })
    }
}

impl Error for BypassError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match &self.0 {
            Why::Lost(error) => Some(error),
            _ => None,
        }
    }
}
