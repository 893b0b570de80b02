//! Entering an annotated function: from its arguments to a decision that everybody was told of, to the way on.

use std::sync::Arc;

use crate::call::{Annotation, Call, Function, Supplied};
use crate::capture::{Marked, Taken};
use crate::contain::contain;
use crate::decision::{DecisionError, FailureKind, Stage};
use crate::explain::Explanation;
use crate::global::default_runtime;
use crate::request::Action;
use crate::runtime::{Runtime, State};
use crate::scope::{InForce, with_current};
use crate::site::{AnnotatedSite, SiteKind};
use crate::value::{Fields, Text};

use super::onward::{Onward, uninstalled};
use super::passage::Passage;
use super::waiting::Waiting;

/// Captures one argument or field by its place in the list of the site.
pub(super) type Capturing<'c, 'a> = dyn Fn(u32) -> Option<Taken<'a>> + 'c;

/// Beside the place of an argument: it is asked for only if its type keeps it out of records. After the last there is none.
const MARKED: u32 = 1 << 31;
/// What such an argument is called, which is no field.
const NO_FIELD: &str = "(no field)";

/// Evaluates what an attribute says about actor, tenant, resource, snapshot and runtime.
pub(super) type Supplying<'c, 'a> = dyn Fn(&mut Supplied<'a>) + 'c;

/// One call at the door.
pub(super) struct Arrival<'c, 'a> {
    site: &'static AnnotatedSite,
    capture: &'c Capturing<'c, 'a>,
    supply: Option<&'c Supplying<'c, 'a>>,
}

impl<'c, 'a> Arrival<'c, 'a> {
    pub(super) fn new(
        site: &'static AnnotatedSite,
        capture: &'c Capturing<'c, 'a>,
        supply: Option<&'c Supplying<'c, 'a>>,
    ) -> Self {
        Self {
            site,
            capture,
            supply,
        }
    }

    /// Judges the call on this thread, which waits for the record of its decision where that is asked for. Whatever goes
    /// wrong in judging never reaches an audited function, and refuses an admitted one.
    pub(super) fn enter(&self) -> Passage {
        let judge = |runtime: &Runtime, in_force: Option<&Arc<InForce>>, supplied| {
            self.judge(runtime, in_force, supplied, true)
        };
        let mut passage = self.guarded(judge).wait();
        passage.resume();
        passage
    }

    /// The same for a function that can wait: a resolver that must be awaited is awaited later.
    pub(super) fn enter_async(&self) -> Passage {
        self.guarded(|runtime, in_force, supplied| {
            // Where the answer is known already, nothing is to be awaited for it.
            let lacks_runtime = supplied.as_deref().is_some_and(Supplied::lacks_runtime);
            if !runtime.resolvers().any_async()
                || lacks_runtime
                || self.is_off(runtime, &runtime.state())
            {
                return self.judge(runtime, in_force, supplied, false);
            }
            let supplied = self.complete(supplied);
            let waiting = self.waiting(runtime.clone(), supplied.as_deref());
            Passage::later(self.site, waiting.judge())
        })
    }

    /// Says why the call would be judged as it would.
    pub(super) fn explain(&self) -> Option<Explanation> {
        let (runtime, supplied) = self.explained()?;
        let state = runtime.state();
        let explain = |call: &Call<'_>| runtime.explain_call(call);
        Some(self.with_call(&runtime, &state, supplied.as_deref(), explain))
    }

    /// Everything that is needed to explain it asynchronously, without a lifetime.
    pub(super) fn to_waiting(&self) -> Option<Waiting> {
        let (runtime, supplied) = self.explained()?;
        Some(self.waiting(runtime, supplied.as_deref()))
    }

    /// Whom to ask for an explanation, and what the attribute says besides the fields.
    fn explained(&self) -> Option<(Runtime, Option<Box<Supplied<'a>>>)> {
        let supplied = self.supplied();
        let named = supplied
            .as_deref()
            .and_then(|supplied| supplied.runtime.clone());
        let runtime = named.or_else(crate::global::runtime)?;
        Some((runtime, self.complete(supplied)))
    }

    /// The call with values of its own.
    fn waiting(&self, runtime: Runtime, supplied: Option<&Supplied<'a>>) -> Waiting {
        let (mut function, mut marked, failed) = self.function();
        if let Some(resource) = supplied.and_then(|supplied| supplied.resource.as_ref()) {
            function = function.on(resource.clone());
        }
        let unasked = self.unasked(None, failed.is_some(), &mut marked);
        Waiting {
            site: self.site,
            runtime,
            function: Function::owned(function, self.site.fields),
            supplied: supplied.map(Supplied::to_owned),
            failed,
            marked,
            unasked: unasked.map(|unasked| unasked.into_owned()),
        }
    }

    /// Finds the runtime and judges under guard.
    #[inline]
    fn guarded(
        &self,
        judge: impl FnOnce(&Runtime, Option<&Arc<InForce>>, Option<Box<Supplied<'a>>>) -> Passage,
    ) -> Passage {
        let passage = contain(|| {
            let mut supplied = self.supplied();
            let named = supplied
                .as_mut()
                .and_then(|supplied| supplied.runtime.take());
            with_current(|in_force| {
                let scoped = in_force.and_then(|in_force| in_force.runtime.as_ref());
                match named.as_ref().or(scoped).or_else(|| default_runtime()) {
                    Some(runtime) => judge(runtime, in_force, supplied),
                    None => uninstalled(self.site, supplied.as_deref()),
                }
            })
        });
        passage.unwrap_or_else(|panic| Passage::broken(self.site, &panic))
    }

    /// What the attribute says besides the fields, of which the runtime alone is evaluated yet. Boxed, as most
    /// attributes say nothing and would move a large nothing along.
    #[inline]
    fn supplied(&self) -> Option<Box<Supplied<'a>>> {
        self.supply
            .map(|supply| Box::new(Supplied::runtime_of(supply)))
    }

    /// Evaluates what the attribute says besides runtime and fields.
    fn complete(&self, mut supplied: Option<Box<Supplied<'a>>>) -> Option<Box<Supplied<'a>>> {
        if let (Some(supplied), Some(supply)) = (&mut supplied, self.supply) {
            supplied.complete(supply);
        }
        supplied
    }

    #[inline]
    fn judge(
        &self,
        runtime: &Runtime,
        in_force: Option<&Arc<InForce>>,
        supplied: Option<Box<Supplied<'a>>>,
        may_block: bool,
    ) -> Passage {
        let state = runtime.state();
        let refuses_unjudged = self.site.kind == SiteKind::Admit
            && supplied.as_deref().is_some_and(Supplied::lacks_runtime);
        if !refuses_unjudged && self.is_off(runtime, &state) {
            return Passage::OPEN;
        }
        let started_nanos = runtime.clock().monotonic_nanos();
        let supplied = self.complete(supplied);
        let scope = in_force.map(|in_force| &**in_force);
        self.with_call(runtime, &state, supplied.as_deref(), |call| {
            runtime.ask_in(&state, scope, (started_nanos, may_block), call, |judged| {
                Onward {
                    site: self.site,
                    runtime,
                    state: &state,
                    in_force,
                    may_block,
                }
                .go(judged)
            })
        })
    }

    /// Whether nobody has to be asked about the call, as far as its action's type is known.
    #[inline]
    fn is_off(&self, runtime: &Runtime, state: &State) -> bool {
        let by_name = || (!runtime.resolvers().action_type.is_set()).then_some(self.site.function);
        let kind = self.site.action.or_else(by_name);
        state.in_place.modes.of(kind).is_skipped()
    }

    /// Makes the call: a complete action, or the function with all its arguments where a resolver wants them.
    #[inline]
    fn with_call<R>(
        &self,
        runtime: &Runtime,
        state: &State,
        supplied: Option<&Supplied<'a>>,
        then: impl FnOnce(&Call<'_>) -> R,
    ) -> R {
        let site = self.site;
        let resource = supplied.and_then(|supplied| supplied.resource.as_ref());
        if runtime.resolvers().any_before_action() {
            let (mut function, mut marked, failed) = self.function();
            if let Some(resource) = resource {
                function = function.on(resource.clone());
            }
            let unasked = self.unasked(None, failed.is_some(), &mut marked);
            let annotation = Annotation {
                site,
                supplied,
                failed: failed.as_ref(),
                marked: &marked,
                unasked: unasked.as_deref(),
            };
            return then(&Call::of(function).annotated(annotation));
        }
        let kind = site.action.unwrap_or(site.function);
        let mut action = Action::new(Text::borrowed(kind));
        let mut marked = Marked::new();
        let failed = self.fill(kind, state, (action.fields_mut(), &mut marked));
        let failed = failed.err();
        if let Some(resource) = resource {
            action = action.on(resource.clone());
        }
        let unasked = self.unasked(Some(action.fields()), failed.is_some(), &mut marked);
        let annotation = Annotation {
            site,
            supplied,
            failed: failed.as_ref(),
            marked: &marked,
            unasked: unasked.as_deref(),
        };
        then(&Call::new(&action).annotated(annotation))
    }

    /// Captures the fields: those the attribute names, else the arguments that the schema declares.
    #[inline]
    fn fill(
        &self,
        kind: &str,
        state: &State,
        (fields, marked): (&mut Fields<'a>, &mut Marked),
    ) -> Result<(), DecisionError> {
        let site = self.site;
        let mut stage = Stage::Action;
        let captured = contain(|| {
            if let Some(names) = site.fields {
                return self.capture_all(names, (fields, marked));
            }
            let declared = || {
                // While the evaluator is asked, a panic is its own.
                stage = Stage::Evaluate;
                let declared = state.in_place.evaluator.action_fields(kind);
                let declared = declared.unwrap_or_default();
                stage = Stage::Action;
                declared
            };
            site.each_argument(state.in_place.serial, declared, |place, name| {
                self.capture(place, name, (&mut *fields, &mut *marked));
            });
        });
        captured.map_err(|panic| DecisionError::new(stage, FailureKind::Panicked, panic))
    }

    #[inline]
    fn capture(
        &self,
        place: usize,
        name: &'static str,
        (fields, marked): (&mut Fields<'a>, &mut Marked),
    ) {
        let taken: Option<Taken<'a>> = u32::try_from(place).ok().and_then(self.capture);
        match taken {
            Some(Taken { value, how }) => {
                fields.push(Text::borrowed(name), value);
                if let Some(how) = how {
                    marked.push((name, how));
                }
            }
            None => self.site.note_uncapturable(place),
        }
    }

    /// The arguments that are kept out of records although they are no fields: an error may quote them. Without fields all that the
    /// attribute names were captured.
    #[inline]
    fn unasked(
        &self,
        fields: Option<&Fields<'_>>,
        failed: bool,
        marked: &mut Marked,
    ) -> Option<Box<Fields<'a>>> {
        let named = fields.filter(|_| !self.site.redactions.is_empty());
        if named.is_none() && !self.site.may_mark_arguments() && !failed {
            return None;
        }
        self.find_unasked(named, failed, marked)
    }

    #[cold]
    fn find_unasked(
        &self,
        fields: Option<&Fields<'_>>,
        failed: bool,
        marked: &mut Marked,
    ) -> Option<Box<Fields<'a>>> {
        let (site, mut unasked) = (self.site, Fields::new());
        let mut add = |taken: Taken<'a>| {
            if let Some(how) = taken.how {
                unasked.push(Text::borrowed(NO_FIELD), taken.value);
                marked.push((NO_FIELD, how));
            }
        };
        let may_mark = site.may_mark_arguments();
        for place in (MARKED..).take_while(|_| may_mark) {
            // Each for itself. Of one that panics nobody knows what it keeps out of records.
            match contain(|| (self.capture)(place)) {
                Ok(None) => break,
                Ok(Some(taken)) => add(taken),
                Err(_) => add(Taken::unknown(None)),
            }
        }
        // One that panicked hides those behind it, which would be fields.
        let lost = site.fields.unwrap_or_default().iter().copied().enumerate();
        for (place, name) in lost.take_while(|_| failed) {
            self.find_named(place, name, &mut add);
        }
        for (place, argument) in site.arguments().enumerate() {
            let is_named = site
                .redactions
                .iter()
                .any(|(name, _)| *name == argument.name);
            if is_named && fields.is_some_and(|fields| fields.get(argument.name).is_none()) {
                self.find_named(place, argument.name, &mut add);
            }
        }
        (!unasked.is_empty()).then(|| Box::new(unasked))
    }

    /// What an attribute or its own type keeps out of records, though it is no field.
    fn find_named(&self, place: usize, name: &str, add: &mut dyn FnMut(Taken<'a>)) {
        let named = self.site.redactions.iter();
        let how = named
            .filter(|(known, _)| *known == name)
            .map(|(_, how)| *how);
        let how = how.max();
        let place = u32::try_from(place).unwrap_or(MARKED);
        match contain(|| (self.capture)(place)) {
            Ok(Some(taken)) => add(Taken::new(taken.value, taken.how.max(how))),
            Err(_) if how.is_some() => add(Taken::unknown(how)),
            _ => {}
        }
    }

    fn capture_all(
        &self,
        names: &[&'static str],
        (fields, marked): (&mut Fields<'a>, &mut Marked),
    ) {
        for (place, name) in names.iter().enumerate() {
            self.capture(place, name, (&mut *fields, &mut *marked));
        }
    }

    /// The function with all that it can capture, where resolvers may want to see it.
    fn function(&self) -> (Function<'a>, Marked, Option<DecisionError>) {
        let site = self.site;
        let (mut fields, mut marked) = (Fields::new(), Marked::new());
        let captured = contain(|| match site.fields {
            Some(names) => self.capture_all(names, (&mut fields, &mut marked)),
            None => {
                for (place, argument) in site.arguments().enumerate() {
                    self.capture(place, argument.name, (&mut fields, &mut marked));
                }
            }
        });
        let failed = captured
            .err()
            .map(|panic| DecisionError::new(Stage::Action, FailureKind::Panicked, panic));
        let mut function = Function::new(site.function, fields);
        if let Some(action) = site.action {
            function = function.action_type(action);
        }
        if let Some(names) = site.fields {
            function = function.fields(names);
        }
        (function, marked, failed)
    }
}
