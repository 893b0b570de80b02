//! Resolvers: where action, actor, tenant, snapshot and context of a call come from.

use std::any::Any;
use std::borrow::Cow;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::contain::{Chain, contain, discard};
use crate::decision::{DecisionError, FailureKind, Stage};
use crate::request::{Actor, Ambient, Snapshot, TenantId};
use crate::site::AnnotatedSite;
use crate::value::{Fields, Text};

use super::asking::Asking;

/// Whatever error a resolver returns.
pub type BoxError = Box<dyn Error + Send + Sync>;

/// What a context resolver found, for the resolvers after it.
pub type CallContext = Arc<dyn Any + Send + Sync>;

/// A call's context, whose destructor is not ours: it is dropped under guard.
#[derive(Clone, Debug)]
pub(crate) struct Guarded(Option<CallContext>);

impl Guarded {
    #[inline]
    pub(crate) fn new(context: Option<CallContext>) -> Self {
        Self(context)
    }

    #[inline]
    pub(crate) fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl Drop for Guarded {
    #[inline]
    fn drop(&mut self) {
        if let Some(context) = self.0.take() {
            discard(context);
        }
    }
}

/// What a resolver knows of the call it resolves for.
#[derive(Clone, Debug)]
pub struct ResolveContext<'a> {
    pub(crate) function: Option<Text<'a>>,
    pub(crate) action_type: Option<Text<'a>>,
    pub(crate) arguments: Cow<'a, Fields<'a>>,
    pub(crate) ambient: Cow<'a, Ambient>,
    /// Who the actor resolver found.
    pub(crate) actor: Option<Cow<'a, Actor<'static>>>,
    pub(crate) context: Guarded,
}

impl ResolveContext<'_> {
    /// The name of the annotated function; `None` where an action is judged without one.
    pub fn function(&self) -> Option<&str> {
        self.function.as_deref()
    }

    /// The action's type, once it is known.
    pub fn action_type(&self) -> Option<&str> {
        self.action_type.as_deref()
    }

    /// The function's captured arguments until the action is built, the action's fields from then on.
    pub fn fields(&self) -> &Fields<'_> {
        &self.arguments
    }

    /// Who acts, for which tenant and in which trace, as the scope in force says.
    pub fn ambient(&self) -> &Ambient {
        &self.ambient
    }

    /// Who acts: as the actor resolver found, if it was asked before, else as the scope says.
    pub fn actor(&self) -> Option<&Actor<'static>> {
        self.actor.as_deref().or(self.ambient.actor.as_deref())
    }

    /// What the context resolver found, if it is a `T`.
    pub fn context<T: Any>(&self) -> Option<&T> {
        self.context.0.as_deref()?.downcast_ref()
    }

    fn into_owned(self) -> ResolveContext<'static> {
        ResolveContext {
            function: self.function.map(Text::into_owned),
            action_type: self.action_type.map(Text::into_owned),
            arguments: Cow::Owned(self.arguments.into_owned().into_owned()),
            ambient: Cow::Owned(self.ambient.into_owned()),
            actor: self.actor.map(|actor| Cow::Owned(actor.into_owned())),
            context: self.context,
        }
    }
}

type Answer<T> = Result<T, BoxError>;
/// Leaves what it found in place: an answer moved through a box and three results would cost more than
/// most resolvers take.
type Waited<T> =
    Box<dyn Fn(&ResolveContext<'_>, &mut Option<T>) -> Result<(), BoxError> + Send + Sync>;
type Awaited<T> = Pin<Box<dyn Future<Output = Answer<T>> + Send>>;
type Async<T> = Box<dyn Fn(ResolveContext<'static>) -> Awaited<T> + Send + Sync>;

/// One resolver, synchronous, asynchronous, both or neither.
pub(crate) struct Resolver<T> {
    stage: Stage,
    sync: Option<Waited<T>>,
    future: Option<Async<T>>,
}

impl<T> Resolver<T> {
    const fn none(stage: Stage) -> Self {
        Self {
            stage,
            sync: None,
            future: None,
        }
    }

    pub(super) fn set(
        &mut self,
        resolve: impl Fn(&ResolveContext<'_>) -> Answer<T> + Send + Sync + 'static,
    ) {
        self.sync = Some(Box::new(move |context, found| {
            *found = Some(resolve(context)?);
            Ok(())
        }));
    }

    pub(super) fn set_async<F>(
        &mut self,
        resolve: impl Fn(ResolveContext<'static>) -> F + Send + Sync + 'static,
    ) where
        F: Future<Output = Answer<T>> + Send + 'static,
    {
        self.future = Some(Box::new(move |context| Box::pin(resolve(context))));
    }

    pub(crate) fn is_set(&self) -> bool {
        self.sync.is_some() || self.future.is_some()
    }

    fn is_async(&self) -> bool {
        self.future.is_some()
    }

    /// The step, if a call that can't wait can't take it.
    fn only_async(&self) -> Option<Stage> {
        (self.is_async() && self.sync.is_none()).then_some(self.stage)
    }

    /// Asks the resolver, if there is one. One that can only be awaited is an error, never "nothing".
    #[inline]
    pub(crate) fn resolve(
        &self,
        context: &ResolveContext<'_>,
        found: &mut Option<T>,
    ) -> Result<(), DecisionError> {
        match (&self.sync, &self.future) {
            (Some(resolve), _) => {
                let _asking = Asking::begin(self).ok_or_else(|| self.asked_already())?;
                match contain(|| resolve(context, found)) {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(self.failed(error)),
                    Err(panic) => Err(DecisionError::new(self.stage, FailureKind::Panicked, panic)),
                }
            }
            (None, None) => Ok(()),
            (None, Some(_)) => Err(DecisionError::new(
                self.stage,
                FailureKind::AsyncOnly,
                format_args!(
                    "the {} resolver can only be awaited: evaluate with `evaluate_async`",
                    self.stage
                ),
            )),
        }
    }

    /// Asks the resolver, awaiting it where it can be awaited.
    pub(crate) async fn resolve_async(
        &self,
        context: &ResolveContext<'_>,
        found: &mut Option<T>,
    ) -> Result<(), DecisionError> {
        let Some(resolve) = &self.future else {
            return self.resolve(context, found);
        };
        let owned = context.clone().into_owned();
        let begun = {
            let _asking = Asking::begin(self).ok_or_else(|| self.asked_already())?;
            contain(|| resolve(owned))
        };
        let outcome = match begun {
            Ok(future) => {
                let resolver = self;
                Contained { resolver, future }.await
            }
            Err(panic) => Err(panic),
        };
        match outcome {
            Ok(Ok(answer)) => {
                *found = Some(answer);
                Ok(())
            }
            Ok(Err(error)) => Err(self.failed(error)),
            Err(panic) => Err(DecisionError::new(self.stage, FailureKind::Panicked, panic)),
        }
    }

    /// What it calls, on this thread, needs it in turn.
    #[cold]
    fn asked_already(&self) -> DecisionError {
        DecisionError::new(
            self.stage,
            FailureKind::Failed,
            format_args!(
                "the {} resolver is being asked already: what it calls needs it in turn",
                self.stage
            ),
        )
    }

    /// What a resolver that returned an error said.
    #[cold]
    fn failed(&self, error: BoxError) -> DecisionError {
        DecisionError::new(self.stage, FailureKind::Failed, Chain(error))
    }
}

/// A resolver's future whose panic becomes a text.
struct Contained<'r, T> {
    resolver: &'r Resolver<T>,
    future: Awaited<T>,
}

impl<T> Future for Contained<'_, T> {
    type Output = Result<Answer<T>, String>;

    fn poll(
        mut self: Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        // A future is not polled within itself: nobody else can hold this place.
        let _asking = Asking::begin(self.resolver);
        match contain(|| self.future.as_mut().poll(cx)) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => std::task::Poll::Ready(Err(panic)),
        }
    }
}

/// All resolvers of a runtime. Each is asked at most once a call, in this order.
pub(crate) struct Resolvers {
    pub(crate) context: Resolver<CallContext>,
    pub(crate) action_type: Resolver<Text<'static>>,
    pub(crate) action: Resolver<Fields<'static>>,
    pub(crate) tenant: Resolver<Option<TenantId>>,
    pub(crate) actor: Resolver<Actor<'static>>,
    pub(crate) snapshot: Resolver<Snapshot<'static>>,
}

impl Resolvers {
    pub(super) const fn none() -> Self {
        Self {
            context: Resolver::none(Stage::Context),
            action_type: Resolver::none(Stage::ActionType),
            action: Resolver::none(Stage::Action),
            tenant: Resolver::none(Stage::Tenant),
            actor: Resolver::none(Stage::Actor),
            snapshot: Resolver::none(Stage::Snapshot),
        }
    }

    /// Whether there is any.
    #[inline]
    pub(crate) fn any(&self) -> bool {
        self.context.is_set()
            || self.action_type.is_set()
            || self.action.is_set()
            || self.tenant.is_set()
            || self.actor.is_set()
            || self.snapshot.is_set()
    }

    /// Whether any of them works with a function's arguments before its action is built.
    #[inline]
    pub(crate) fn any_before_action(&self) -> bool {
        self.context.is_set() || self.action_type.is_set() || self.action.is_set()
    }

    /// Those that a call of this site would ask and that can only be awaited.
    pub(crate) fn only_async(&self, site: &AnnotatedSite) -> impl Iterator<Item = Stage> {
        let asked = |unless: bool, stage: Option<Stage>| if unless { None } else { stage };
        let stages = [
            self.context.only_async(),
            asked(site.action.is_some(), self.action_type.only_async()),
            self.action.only_async(),
            asked(site.supplies_tenant, self.tenant.only_async()),
            asked(site.supplies_actor, self.actor.only_async()),
            self.snapshot.only_async(),
        ];
        stages.into_iter().flatten()
    }

    /// Whether any of them may be awaited.
    pub(crate) fn any_async(&self) -> bool {
        self.context.is_async()
            || self.action_type.is_async()
            || self.action.is_async()
            || self.tenant.is_async()
            || self.actor.is_async()
            || self.snapshot.is_async()
    }
}
