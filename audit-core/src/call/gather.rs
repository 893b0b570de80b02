//! Gathering what a request needs: context, action, tenant, actor, snapshot, each resolver asked once.

use std::borrow::Cow;

use crate::contain::{Chain, contain};
use crate::decision::{DecisionError, FailureKind, Stage};
use crate::evaluator::Evaluator;
use crate::request::{Action, Ambient};
use crate::runtime::{Guarded, InPlace, ResolveContext, Resolvers};
use crate::value::{Fields, Text};

use super::gathered::Gathered;
use super::source::{Call, Function, Source};

/// What is gathered for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A decision. Of a call that turns out to be off nothing more is asked.
    Judge,
    /// An explanation, which is given of a call that is off too.
    Explain,
}

/// The steps, once for callers that wait and once for callers that await. Each resolver is asked once.
macro_rules! gather {
    ($gathered:ident, $call:ident, $ambient:ident, $resolvers:ident, $in_place:ident, $purpose:ident, $ask:ident $(.$await:tt)?) => {
        'steps: {
            /// Lets a resolver fill a place, or ends with its error.
            macro_rules! ask {
                ($resolver:ident, $context:expr, $place:expr) => {
                    if $resolvers.$resolver.is_set()
                        && let Err(error) = $resolvers.$resolver.$ask($context, $place) $(.$await)?
                    {
                        break 'steps Err(error);
                    }
                };
            }
            if let Some(error) = $call.failed() {
                $gathered.name_action($call);
                break 'steps Err(error.clone());
            }
            let supplied = $call.supplied();
            if !$resolvers.any() && supplied.is_none() && matches!($call.source, Source::Action(_)) {
                break 'steps Ok(());
            }
            let mut context = context_of($call, $ambient);
            if context.context.is_none() {
                let mut found = None;
                ask!(context, &context, &mut found);
                context.context = Guarded::new(found);
            }
            if let Source::Function(function) = &$call.source {
                let mut kind = function.action_type.clone();
                if kind.is_none() {
                    let mut found = None;
                    ask!(action_type, &context, &mut found);
                    kind = found;
                }
                let kind = kind.unwrap_or_else(|| function.name.reborrow());
                $gathered.mode = $in_place.modes.of(Some(&kind));
                context.action_type = Some(kind.clone());
                let mut action = Action::new(kind);
                if let Some(resource) = &function.resource {
                    action = action.on(resource.reborrow());
                }
                // Known from here on, should the fields fail.
                $gathered.built = Some(action.clone());
                if $purpose == Purpose::Judge && $call.is_skipped($gathered.mode) {
                    break 'steps Ok(());
                }
                let mut fields = None;
                match function.builder {
                    Some(builder) => match build(builder, &function.arguments) {
                        Ok(built) => fields = Some(built),
                        Err(error) => break 'steps Err(error),
                    },
                    None => ask!(action, &context, &mut fields),
                }
                let fields = match fields {
                    Some(fields) => fields,
                    None => match chosen(function, &*$in_place.evaluator, action.kind().unwrap_or_default()) {
                        Ok(fields) => fields,
                        Err(error) => break 'steps Err(error),
                    },
                };
                context.arguments = Cow::Owned(fields.clone());
                $gathered.built = Some(action.with_fields(fields));
            }
            let mut tenant = supplied.and_then(|supplied| supplied.tenant.clone());
            if tenant.is_some() || $resolvers.tenant.is_set() {
                if tenant.is_none() {
                    ask!(tenant, &context, &mut tenant);
                }
                let ambient = Ambient { tenant: tenant.flatten(), ..$ambient.clone() };
                context.ambient = Cow::Owned(ambient.clone());
                $gathered.ambient = Some(ambient);
            }
            match supplied.and_then(|supplied| supplied.actor.as_ref()) {
                Some(actor) => $gathered.actor = Some(actor.clone().unwrap_or_default()),
                None => ask!(actor, &context, &mut $gathered.actor),
            }
            let context = ResolveContext { actor: $gathered.actor.as_ref().map(Cow::Borrowed), ..context };
            ask!(snapshot, &context, &mut $gathered.snapshot);
            Ok(())
        }
    };
}

/// Gathers on this thread. A resolver that can only be awaited is an error.
#[inline]
pub(super) fn gather<'a>(
    gathered: &mut Gathered<'a>,
    call: &'a Call<'a>,
    ambient: &'a Ambient,
    resolvers: &Resolvers,
    in_place: &InPlace,
    purpose: Purpose,
) {
    let done = gather!(
        gathered, call, ambient, resolvers, in_place, purpose, resolve
    );
    gathered.close(call, done);
}

/// Gathers, awaiting every resolver that can be awaited.
pub(super) async fn gather_async<'a>(
    gathered: &mut Gathered<'a>,
    call: &'a Call<'a>,
    ambient: &'a Ambient,
    resolvers: &Resolvers,
    in_place: &InPlace,
    purpose: Purpose,
) {
    let done = gather!(
        gathered,
        call,
        ambient,
        resolvers,
        in_place,
        purpose,
        resolve_async.await
    );
    gathered.close(call, done);
}

/// What the first resolver knows.
#[inline]
fn context_of<'a>(call: &'a Call<'a>, ambient: &'a Ambient) -> ResolveContext<'a> {
    let (function, action_type, arguments) = match &call.source {
        Source::Action(action) => {
            let function = call
                .annotation
                .map(|annotation| Text::from(annotation.site.function));
            (function, action.kind().map(Text::from), action.fields())
        }
        Source::Function(function) => (
            Some(function.name.reborrow()),
            function.action_type.as_ref().map(Text::reborrow),
            &function.arguments,
        ),
    };
    ResolveContext {
        function,
        action_type,
        arguments: Cow::Borrowed(arguments),
        ambient: Cow::Borrowed(ambient),
        actor: None,
        context: Guarded::new(call.context.clone()),
    }
}

/// Lets an action builder make the fields.
fn build<'a>(
    builder: &super::ActionBuilder<'_>,
    arguments: &Fields<'_>,
) -> Result<Fields<'a>, DecisionError> {
    match contain(|| builder(arguments)) {
        Ok(Ok(fields)) => Ok(fields),
        Ok(Err(error)) => Err(DecisionError::new(
            Stage::Action,
            FailureKind::Failed,
            Chain(error),
        )),
        Err(panic) => Err(DecisionError::new(
            Stage::Action,
            FailureKind::Panicked,
            panic,
        )),
    }
}

/// The arguments that were asked for by name, else those the schema declares for the action, else none.
fn chosen<'a>(
    function: &'a Function<'a>,
    evaluator: &dyn Evaluator,
    action: &str,
) -> Result<Fields<'a>, DecisionError> {
    let argument = |name: &str| {
        let named = function
            .arguments
            .iter()
            .find(|field| field.name == *name)?;
        Some((named.name.reborrow(), named.value.clone()))
    };
    if let Some(names) = function.fields {
        return Ok(names.iter().filter_map(|name| argument(name)).collect());
    }
    let declared = contain(|| evaluator.action_fields(action))
        .map_err(|panic| DecisionError::new(Stage::Evaluate, FailureKind::Panicked, panic))?;
    Ok(declared
        .into_iter()
        .flatten()
        .filter_map(|name| argument(name))
        .collect())
}
