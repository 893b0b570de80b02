//! [`Waiting`]: a call whose resolvers must be awaited before it can be judged.

use crate::call::{Annotation, Call, Function, Judged, Supplied};
use crate::capture::Marked;
use crate::decision::DecisionError;
use crate::explain::Explanation;
use crate::runtime::{Runtime, State};
use crate::scope::with_current;
use crate::site::AnnotatedSite;
use crate::value::Fields;

use super::onward::Onward;
use super::passage::Passage;

/// A call at the door with values of its own, so that it can be awaited.
pub(super) struct Waiting {
    pub(super) site: &'static AnnotatedSite,
    pub(super) runtime: Runtime,
    pub(super) function: Function<'static>,
    pub(super) supplied: Option<Supplied<'static>>,
    pub(super) failed: Option<DecisionError>,
    pub(super) marked: Marked,
    /// Arguments that are kept out of records and are no fields.
    pub(super) unasked: Option<Fields<'static>>,
}

impl Waiting {
    /// Says why the call would be judged as it would.
    pub(super) async fn explain(self) -> Explanation {
        self.runtime.explain_call_async(&self.call()).await
    }

    /// Judges the call, under the scope in force when first polled.
    pub(super) async fn judge(self) -> Passage {
        let in_force = with_current(|in_force| in_force.cloned());
        let state = State::clone(&self.runtime.state());
        let onward = Onward {
            site: self.site,
            runtime: &self.runtime,
            state: &state,
            in_force: in_force.as_ref(),
            may_block: false,
        };
        let take = |judged: Judged<'_>| onward.go(judged);
        self.runtime.ask_async(&self.call(), take).await
    }

    fn call(&self) -> Call<'_> {
        let annotation = Annotation {
            site: self.site,
            supplied: self.supplied.as_ref(),
            failed: self.failed.as_ref(),
            marked: &self.marked,
            unasked: self.unasked.as_ref(),
        };
        Call::of(self.function.clone()).annotated(annotation)
    }
}
