//! [`Gathered`]: what is known of a request, first as it is judged, then as it is recorded.

use std::sync::Arc;

use crate::clock::Timestamp;
use crate::decision::DecisionError;
use crate::mode::{CallMode, Modes};
use crate::request::{Action, Actor, Ambient, Request, Snapshot};
use crate::runtime::Resolvers;
use crate::value::Fields;

use super::source::{Call, Source};

static UNTYPED: Action<'static> = Action::untyped();
static ANONYMOUS: Actor<'static> = Actor::anonymous();
static NO_FIELDS: Fields<'static> = Fields::new();

/// What was gathered for a request. After a failure it holds what was known by then.
///
/// It is large, and every part is filled in its place: moving it would cost more than judging.
pub(super) struct Gathered<'a> {
    /// The action, if it is not complete from the beginning.
    pub(super) built: Option<Action<'a>>,
    pub(super) actor: Option<Actor<'static>>,
    pub(super) snapshot: Option<Snapshot<'static>>,
    pub(super) ambient: Option<Ambient>,
    given: Given<'a>,
    /// What is said of the mode, as far as the action's type is known.
    pub(super) mode: CallMode,
    pub(super) error: Option<DecisionError>,
}

/// What is known before anything is asked.
struct Given<'a> {
    action: &'a Action<'a>,
    ambient: &'a Ambient,
}

impl<'a> Gathered<'a> {
    #[inline]
    pub(super) fn new(
        call: &'a Call<'a>,
        ambient: &'a Ambient,
        resolvers: &Resolvers,
        modes: &Modes,
    ) -> Self {
        let (action, kind) = match &call.source {
            Source::Action(complete) => (*complete, complete.kind()),
            Source::Function(function) => (&UNTYPED, function.known_type(resolvers)),
        };
        let mode = modes.of(kind);
        let given = Given { action, ambient };
        Self {
            built: None,
            actor: None,
            snapshot: None,
            ambient: None,
            given,
            mode,
            error: None,
        }
    }

    /// What is to be done.
    #[inline]
    pub(super) fn action(&self) -> &Action<'a> {
        self.built.as_ref().unwrap_or(self.given.action)
    }

    /// Who acts: as the resolver found, else as the scope says, else nobody knows.
    #[inline]
    pub(super) fn actor(&self) -> &Actor<'static> {
        let bound = || self.ambient().actor.as_deref();
        self.actor.as_ref().or_else(bound).unwrap_or(&ANONYMOUS)
    }

    #[inline]
    pub(super) fn snapshot(&self) -> &Snapshot<'static> {
        self.snapshot.as_ref().unwrap_or(&NO_FIELDS)
    }

    #[inline]
    pub(super) fn ambient(&self) -> &Ambient {
        self.ambient.as_ref().unwrap_or(self.given.ambient)
    }

    /// Names a function's action as far as its attribute does, where gathering ends before it is built.
    pub(super) fn name_action(&mut self, call: &'a Call<'a>) {
        if let Source::Function(function) = &call.source {
            let kind = function.action_type.as_ref().unwrap_or(&function.name);
            self.built = Some(Action::new(kind.reborrow()));
        }
    }

    /// Ends the gathering: adds what an attribute gives of the system's state over what was resolved, or keeps
    /// the error.
    #[inline]
    pub(super) fn close(&mut self, call: &Call<'_>, done: Result<(), DecisionError>) {
        self.error = done.err();
        let given = call
            .supplied()
            .map_or(&NO_FIELDS, |supplied| &supplied.snapshot);
        if !given.is_empty() {
            let snapshot = self.snapshot.get_or_insert_with(Snapshot::new);
            for field in given {
                snapshot.set(
                    field.name.clone().into_owned(),
                    field.value.clone().into_owned(),
                );
            }
        }
    }

    /// Whether actor or tenant are others than those of the scope.
    #[inline]
    pub(super) fn own_ambient(&self) -> Option<Ambient> {
        if self.actor.is_none() && self.ambient.is_none() {
            return None;
        }
        let actor = self.actor().clone();
        Some(Ambient {
            actor: Some(Arc::new(actor)),
            ..self.ambient().clone()
        })
    }

    /// The action, to be changed: a copy of one that is not ours.
    pub(super) fn action_mut(&mut self) -> &mut Action<'a> {
        self.built.get_or_insert_with(|| self.given.action.clone())
    }

    /// The actor that was resolved.
    pub(super) fn resolved_actor_mut(&mut self) -> Option<&mut Actor<'static>> {
        self.actor.as_mut()
    }

    /// The snapshot, if there is one.
    pub(super) fn snapshot_mut(&mut self) -> Option<&mut Snapshot<'static>> {
        self.snapshot.as_mut()
    }

    /// Puts another actor in the place of the scope's.
    pub(super) fn replace_bound_actor(&mut self, actor: Actor<'static>) {
        let ambient = self.ambient().clone();
        self.ambient = Some(Ambient {
            actor: Some(Arc::new(actor)),
            ..ambient
        });
    }

    /// The question to the evaluator, asked at this time.
    #[inline]
    pub(super) fn request(&self, time: Timestamp) -> Request<'_> {
        let mut request = Request::new(self.action(), self.actor(), self.snapshot());
        request.tenant = self.ambient().tenant.as_deref();
        request.time = Some(time);
        request
    }
}
