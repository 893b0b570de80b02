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
        if !self.resolvers().any_async() {
            return self.decide(call);
        }
        self.ask_async(call, |judged| judged.decision.clone().into_owned())
            .await
    }

    /// Says why an action would be judged as it would, without judging it: no observer is told.
    pub fn explain(&self, action: &Action<'_>) -> Explanation {
        self.explain_call(&Call::new(action))
    }

    /// Says why a call would be judged as it would, by the very path that [`Runtime::decide`] takes.
    pub fn explain_call(&self, call: &Call<'_>) -> Explanation {
        self.judging(call, Purpose::Explain, |judging, gathered| {
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

    /// Judges, and takes from the decision what is asked for.
    #[inline]
    pub(crate) fn ask<R>(&self, call: &Call<'_>, take: impl FnOnce(&Judged<'_>) -> R) -> R {
        self.judging(call, Purpose::Judge, |judging, gathered| {
            judging.judge(gathered, take)
        })
    }

    /// The same, awaiting the resolvers that can be awaited.
    pub(crate) async fn ask_async<R>(
        &self,
        call: &Call<'_>,
        take: impl FnOnce(&Judged<'_>) -> R,
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
        then: impl FnOnce(&Judging<'_>, &mut Gathered<'_>) -> R,
    ) -> R {
        let state = self.state();
        let started_nanos = self.clock().monotonic_nanos();
        with_current(|in_force| {
            let in_force = in_force.map_or(&NO_SCOPE, |in_force| &**in_force);
            self.judging_in(&state, in_force, started_nanos, call, purpose, then)
        })
    }

    /// Judges a call that began at this time, under this scope, and tells everybody.
    #[inline]
    pub(crate) fn ask_in<R>(
        &self,
        state: &State,
        in_force: Option<&InForce>,
        started_nanos: u64,
        call: &Call<'_>,
        take: impl FnOnce(&Judged<'_>) -> R,
    ) -> R {
        let in_force = in_force.unwrap_or(&NO_SCOPE);
        let judge =
            |judging: &Judging<'_>, gathered: &mut Gathered<'_>| judging.judge(gathered, take);
        self.judging_in(state, in_force, started_nanos, call, Purpose::Judge, judge)
    }

    #[inline]
    fn judging_in<R>(
        &self,
        state: &State,
        in_force: &InForce,
        started_nanos: u64,
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
        };
        then(&judging, &mut gathered)
    }
}
