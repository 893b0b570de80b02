//! The doors that generated code enters by, once it has read that somebody may want to know of the call.

use crate::explain::Explanation;
use crate::site::AnnotatedSite;

use super::enter::{Arrival, Capturing, Supplying};
use super::entered::{Entered, EnteredUnseen};
use super::future::Beginning;

/// Runs the body of a synchronous function. A bound rather than a call in place: a closure that is called where
/// it is written can't return what it borrows mutably.
#[inline(always)]
pub fn run<R>(body: impl FnOnce() -> R) -> R {
    body()
}

/// Judges a call of a synchronous function whose result is seen.
pub fn enter<'a>(
    site: &'static AnnotatedSite,
    capture: &Capturing<'_, 'a>,
    supply: Option<&Supplying<'_, 'a>>,
) -> Entered {
    Entered::new(Arrival::new(site, capture, supply).enter())
}

/// Judges a call of a synchronous function whose result is not seen.
pub fn enter_unseen<'a>(
    site: &'static AnnotatedSite,
    capture: &Capturing<'_, 'a>,
    supply: Option<&Supplying<'_, 'a>>,
) -> EnteredUnseen {
    EnteredUnseen::new(Arrival::new(site, capture, supply).enter())
}

/// Judges a call of an asynchronous function, now or, where a resolver must be awaited, before its body runs.
pub fn enter_async<'a>(
    site: &'static AnnotatedSite,
    capture: &Capturing<'_, 'a>,
    supply: Option<&Supplying<'_, 'a>>,
) -> Beginning {
    Beginning::new(Arrival::new(site, capture, supply).enter_async())
}

/// Says how policy would judge a call, without running it; `None` where no runtime is in force.
pub fn explain<'a>(
    site: &'static AnnotatedSite,
    capture: &Capturing<'_, 'a>,
    supply: Option<&Supplying<'_, 'a>>,
) -> Option<Explanation> {
    Arrival::new(site, capture, supply).explain()
}

/// The same, awaiting the resolvers that can be awaited.
pub fn explain_async<'a>(
    site: &'static AnnotatedSite,
    capture: &Capturing<'_, 'a>,
    supply: Option<&Supplying<'_, 'a>>,
) -> impl Future<Output = Option<Explanation>> + Send + use<> {
    let waiting = Arrival::new(site, capture, supply).to_waiting();
    async move {
        match waiting {
            Some(waiting) => Some(waiting.explain().await),
            None => None,
        }
    }
}
