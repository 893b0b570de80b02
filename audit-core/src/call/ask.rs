//! What a caller asks of a runtime: a decision, or an explanation.

use std::panic::Location;

use crate::decision::{Decision, Effect};
use crate::event::Site;
use crate::explain::Explanation;
use crate::request::Action;
use crate::runtime::{Runtime, State};
use crate::scope::{InForce, with_current};

use super::gather::{Purpose, gather, gather_async};
use super::gathered::Gathered;
use super::judge::{Judged, Judging};
use super::source::Call;

static NO_SCOPE: InForce = InForce::empty();

impl Runtime {
    /// Judges an action, under the scope in force. Every observer sees the decision before this returns.
    ///
    /// A decision that can't be made (a resolver that fails, panics, or can only be awaited) is indeterminate
    /// and blocks; [`Decision::error`] says why.
    ///
    /// It is answered in every mode, and the decision says which one holds for the action: `enforce` where nobody says
    /// one. In `off` it is asked about as in `shadow`.
    #[track_caller]
    #[inline]
    pub fn evaluate(&self, action: &Action<'_>) -> Decision<'static> {
        self.decide(&Call::new(action).at(Site::from(Location::caller())))
    }

    /// Judges an action, awaiting the resolvers that can be awaited, under the scope in force when first polled.
    #[track_caller]
    pub fn evaluate_async<'a>(
        &'a self,
        action: &'a Action<'a>,
    ) -> impl Future<Output = Decision<'static>> + Send + 'a {
        let call = Call::new(action).at(Site::from(Location::caller()));
        async move { self.decide_async(&call).await }
    }

    /// Whether policy allows an action.
    #[track_caller]
    #[must_use = "an answer that nobody looks at protects nothing"]
    pub fn allow(&self, action: &Action<'_>) -> bool {
        let call = Call::new(action).at(Site::from(Location::caller()));
        self.ask(&call, |judged| judged.decision.permits())
    }

    /// Whether policy blocks an action, or can't answer.
    #[track_caller]
    #[must_use = "an answer that nobody looks at protects nothing"]
    pub fn block(&self, action: &Action<'_>) -> bool {
        let call = Call::new(action).at(Site::from(Location::caller()));
        self.ask(&call, |judged| judged.decision.effect == Effect::Block)
    }

    /// Whether policy wants an action approved first.
    #[track_caller]
    #[must_use = "an answer that nobody looks at protects nothing"]
    pub fn requires_approval(&self, action: &Action<'_>) -> bool {
        let call = Call::new(action).at(Site::from(Location::caller()));
        self.ask(&call, |judged| {
            judged.decision.effect == Effect::RequireApproval
        })
    }

    /// Judges a call: an action, or a function with its arguments.
    #[inline]
    pub fn decide(&self, call: &Call<'_>) -> Decision<'static> {
        self.ask(call, |judged| judged.decision.clone().into_owned())
    }

    /// Judges a call, awaiting the resolvers that can be awaited, under the scope in force when first polled.
    pub async fn decide_async(&self, call: &Call<'_>) -> Decision<'static> {
        let take =
            |judged: Judged<'_>| (judged.decision.clone().into_owned(), judged.into_receipt());
        let (decision, receipt) = if self.resolvers().any_async() {
            self.ask_async(call, take).await
        } else {
            self.ask_at_once(call, take)
        };
        if let Some(receipt) = receipt {
            // Whether it is kept is the recorder's to say: whoever asks by hand gets his answer.
            let _kept = receipt.await;
        }
        decision
    }

    /// Says why an action would be judged as it would, without judging it: no observer is told.
    pub fn explain(&self, action: &Action<'_>) -> Explanation {
        self.explain_call(&Call::new(action))
    }

    /// Says why a call would be judged as it would, by the very path that [`Runtime::decide`] takes.
    pub fn explain_call(&self, call: &Call<'_>) -> Explanation {
        self.judging(call, Purpose::Explain, false, |judging, gathered| {
            judging.explain(gathered)
        })
    }

    /// Says why an action would be judged as it would, awaiting the resolvers that can be awaited.
    pub async fn explain_async(&self, action: &Action<'_>) -> Explanation {
        self.explain_call_async(&Call::new(action)).await
    }

    /// Says why a call would be judged as it would, awaiting the resolvers that can be awaited.
    pub async fn explain_call_async(&self, call: &Call<'_>) -> Explanation {
        self.judging_async(call, Purpose::Explain, |judging, gathered| {
            judging.explain(gathered)
        })
        .await
    }

    /// Judges, and takes from the decision what is asked for, once its record is kept where that is to be waited for.
    #[inline]
    fn ask<R>(&self, call: &Call<'_>, take: impl FnOnce(&Judged<'_>) -> R) -> R {
        let judge = |judging: &Judging<'_>, gathered: &mut Gathered<'_>| {
            judging.judge(gathered, |judged| (take(&judged), judged.into_receipt()))
        };
        let (answer, receipt) = self.judging(call, Purpose::Judge, true, judge);
        if let Some(receipt) = receipt {
            // Whether it is kept is the recorder's to say: whoever asks by hand gets his answer.
            let _kept = receipt.wait_long(None);
        }
        answer
    }

    /// Judges on this thread, which must not be kept waiting.
    fn ask_at_once<R>(&self, call: &Call<'_>, take: impl FnOnce(Judged<'_>) -> R) -> R {
        self.judging(call, Purpose::Judge, false, |judging, gathered| {
            judging.judge(gathered, take)
        })
    }

    /// The same, awaiting the resolvers that can be awaited.
    pub(crate) async fn ask_async<R>(
        &self,
        call: &Call<'_>,
        take: impl FnOnce(Judged<'_>) -> R,
    ) -> R {
        self.judging_async(call, Purpose::Judge, |judging, gathered| {
            judging.judge(gathered, take)
        })
        .await
    }

    /// Gathers on this thread, under the scope in force.
    #[inline]
    fn judging<R>(
        &self,
        call: &Call<'_>,
        purpose: Purpose,
        may_block: bool,
        then: impl FnOnce(&Judging<'_>, &mut Gathered<'_>) -> R,
    ) -> R {
        let state = self.state();
        let started_nanos = self.clock().monotonic_nanos();
        with_current(|in_force| {
            let in_force = in_force.map_or(&NO_SCOPE, |in_force| &**in_force);
            let at = (started_nanos, may_block);
            self.judging_in(&state, in_force, at, call, purpose, then)
        })
    }

    /// Judges a call under this scope, and tells everybody. `at` is when it began, and whether its thread may be kept
    /// waiting.
    #[inline]
    pub(crate) fn ask_in<R>(
        &self,
        state: &State,
        in_force: Option<&InForce>,
        at: (u64, bool),
        call: &Call<'_>,
        take: impl FnOnce(Judged<'_>) -> R,
    ) -> R {
        let in_force = in_force.unwrap_or(&NO_SCOPE);
        let judge =
            |judging: &Judging<'_>, gathered: &mut Gathered<'_>| judging.judge(gathered, take);
        self.judging_in(state, in_force, at, call, Purpose::Judge, judge)
    }

    #[inline]
    fn judging_in<R>(
        &self,
        state: &State,
        in_force: &InForce,
        (started_nanos, may_block): (u64, bool),
        call: &Call<'_>,
        purpose: Purpose,
        then: impl FnOnce(&Judging<'_>, &mut Gathered<'_>) -> R,
    ) -> R {
        let (ambient, in_place) = (&in_force.ambient, &state.in_place);
        let resolvers = self.resolvers();
        let time = self.clock().wall_at(started_nanos);
        let mut gathered = Gathered::new(call, ambient, resolvers, &in_place.modes);
        gather(&mut gathered, call, ambient, resolvers, in_place, purpose);
        let judging = Judging {
            runtime: self,
            state,
            call,
            captures: &in_force.captures,
            started_nanos,
            time,
            may_block,
        };
        then(&judging, &mut gathered)
    }

    /// Gathers, awaiting, under the scope in force when first polled. State and scope are held by this call, so
    /// that it ends with what it began with.
    async fn judging_async<R>(
        &self,
        call: &Call<'_>,
        purpose: Purpose,
        then: impl FnOnce(&Judging<'_>, &mut Gathered<'_>) -> R,
    ) -> R {
        let in_force = with_current(|in_force| in_force.cloned().unwrap_or_default());
        let state = State::clone(&self.state());
        let started_nanos = self.clock().monotonic_nanos();
        let time = self.clock().wall_at(started_nanos);
        let (ambient, in_place) = (&in_force.ambient, &state.in_place);
        let resolvers = self.resolvers();
        let mut gathered = Gathered::new(call, ambient, resolvers, &in_place.modes);
        gather_async(&mut gathered, call, ambient, resolvers, in_place, purpose).await;
        let judging = Judging {
            runtime: self,
            state: &state,
            call,
            captures: &in_force.captures,
            started_nanos,
            time,
            may_block: false,
        };
        then(&judging, &mut gathered)
    }
}
