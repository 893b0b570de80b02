//! [`Call`]: what is to be judged, as the caller knows it.

use std::time::Duration;

use crate::decision::{DecisionError, Mode};
use crate::event::Site;
use crate::mode::CallMode;
use crate::recorder::Terms;
use crate::redaction::Redaction;
use crate::request::Action;
use crate::runtime::{BoxError, CallContext, Resolvers};
use crate::site::AnnotatedSite;
use crate::value::{Fields, Text};

use super::Supplied;

/// Makes an action's fields from a function's captured arguments.
pub type ActionBuilder<'a> = dyn Fn(&Fields<'_>) -> Result<Fields<'static>, BoxError> + Sync + 'a;

/// What is to be judged, as the caller knows it: a complete action, or a function with its arguments.
///
/// ```
/// use audit_core::{Action, Call, Fields, Function};
/// let complete = Action::new("refund").with("amount", 250);
/// let call = Call::new(&complete);
///
/// let function = Function::new("refund", Fields::new().with("order_id", "77").with("amount", 250));
/// let call = Call::of(function.action_type("payments.refund")).in_shadow();
/// ```
#[derive(Clone, Debug)]
pub struct Call<'a> {
    pub(super) source: Source<'a>,
    /// The mode it never goes above, and is judged in where nobody says one.
    pub(super) ceiling: Mode,
    pub(super) context: Option<CallContext>,
    pub(super) place: Place<'a>,
    /// The annotated function, and what its attribute says about the call.
    pub(super) annotation: Option<Annotation<'a>>,
}

/// Where in the program a call is judged.
#[derive(Clone, Debug)]
pub(super) enum Place<'a> {
    Unknown,
    Here(Site<'a>),
    Annotated(&'static AnnotatedSite),
}

/// The annotated function that is being called, and what its attribute says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Annotation<'a> {
    pub(crate) site: &'static AnnotatedSite,
    pub(crate) supplied: Option<&'a Supplied<'a>>,
    /// Why its fields could not be captured.
    pub(crate) failed: Option<&'a DecisionError>,
    /// Fields whose types keep them out of records, and how.
    pub(crate) marked: &'a [(&'static str, Redaction)],
    /// Arguments that are kept out of records and are no fields: nothing may quote them.
    pub(crate) unasked: Option<&'a Fields<'a>>,
}

/// Under which terms what becomes of calls of an annotated function is recorded.
pub(crate) fn terms_of(site: &AnnotatedSite, may_block: bool) -> Terms {
    Terms {
        delivery: site.delivery,
        timeout: site.durable_timeout_ms.map(Duration::from_millis),
        may_block,
        ..Terms::default()
    }
}

/// Where a call's action comes from.
#[derive(Clone, Debug)]
pub(super) enum Source<'a> {
    Action(&'a Action<'a>),
    Function(Box<Function<'a>>),
}

impl<'a> Call<'a> {
    /// Under which terms its decision is recorded.
    #[inline]
    pub(super) fn terms(&self, may_block: bool) -> Terms {
        match &self.annotation {
            Some(annotation) => terms_of(annotation.site, may_block),
            None => Terms {
                may_block,
                ..Terms::default()
            },
        }
    }

    /// A complete action.
    #[inline]
    pub fn new(action: &'a Action<'a>) -> Self {
        Self {
            source: Source::Action(action),
            ceiling: Mode::Enforce,
            context: None,
            place: Place::Unknown,
            annotation: None,
        }
    }

    /// A function with its arguments.
    pub fn of(function: Function<'a>) -> Self {
        Self {
            source: Source::Function(Box::new(function)),
            ceiling: Mode::Enforce,
            context: None,
            place: Place::Unknown,
            annotation: None,
        }
    }

    /// The caller will run whatever the answer is: the decision never says `mode: enforce` or `applied: true`.
    #[must_use]
    pub fn in_shadow(mut self) -> Self {
        self.ceiling = Mode::Shadow;
        self
    }

    /// What the resolvers work with. The context resolver is then not asked.
    #[must_use]
    pub fn with_context(mut self, context: CallContext) -> Self {
        self.context = Some(context);
        self
    }

    /// Where in the program this is asked.
    #[inline]
    #[must_use]
    pub fn at(mut self, site: Site<'a>) -> Self {
        self.place = Place::Here(site);
        self
    }

    /// The same call, of an annotated function.
    #[inline]
    pub(crate) fn annotated(mut self, annotation: Annotation<'a>) -> Self {
        self.ceiling = annotation.site.ceiling();
        self.place = Place::Annotated(annotation.site);
        self.annotation = Some(annotation);
        self
    }

    /// Where in the program it is judged, where that has to be made first.
    #[inline]
    pub(super) fn annotated_place(&self) -> Option<Site<'static>> {
        match &self.place {
            Place::Annotated(site) => Some(site.place()),
            Place::Unknown | Place::Here(_) => None,
        }
    }

    /// Where in the program it is judged, if that is known to the call itself.
    #[inline]
    pub(super) fn own_place(&self) -> Option<&Site<'a>> {
        match &self.place {
            Place::Here(site) => Some(site),
            Place::Unknown | Place::Annotated(_) => None,
        }
    }

    /// Why an expression of an attribute gave nothing.
    #[inline]
    pub(super) fn failed(&self) -> Option<&'a DecisionError> {
        let annotation = self.annotation?;
        let supplied = annotation
            .supplied
            .and_then(|supplied| supplied.error.as_ref());
        supplied.or(annotation.failed)
    }

    /// Whether it is one of an admitted function whose runtime is not to be had. The one in force records that, and its
    /// mode opens no gate.
    #[inline]
    pub(super) fn lacks_runtime(&self) -> bool {
        self.ceiling == Mode::Enforce && self.supplied().is_some_and(Supplied::lacks_runtime)
    }

    /// Whether it is one of a function that is refused once its rules are enforced.
    #[inline]
    pub(super) fn is_enforceable(&self) -> bool {
        self.is_annotated() && self.ceiling == Mode::Enforce
    }

    /// The mode it is judged in, as far as that is known without its rules.
    #[inline]
    pub(super) fn mode(&self, said: CallMode) -> Mode {
        if self.lacks_runtime() {
            Mode::Enforce
        } else {
            said.under(self.ceiling)
        }
    }

    /// Whether nobody is asked about it, as it is off. What a program asks for itself is answered.
    #[inline]
    pub(super) fn is_skipped(&self, said: CallMode) -> bool {
        said.is_skipped() && self.is_annotated() && !self.lacks_runtime()
    }

    /// Whether an attribute's function is called.
    #[inline]
    pub(super) fn is_annotated(&self) -> bool {
        self.annotation.is_some()
    }

    /// Whether its fields could not be captured.
    pub(super) fn captured_badly(&self) -> bool {
        self.annotation
            .is_some_and(|annotation| annotation.failed.is_some())
    }

    /// The fields that an attribute keeps out of records.
    #[inline]
    pub(super) fn redactions(&self) -> &'static [(&'static str, Redaction)] {
        self.annotation
            .map_or(&[], |annotation| annotation.site.redactions)
    }

    /// The fields that their types keep out of records.
    #[inline]
    pub(super) fn marked(&self) -> &'a [(&'static str, Redaction)] {
        self.annotation.map_or(&[], |annotation| annotation.marked)
    }

    /// What an attribute gives of the system's state and its types keep out of records.
    #[inline]
    pub(super) fn marked_snapshot(&self) -> &'a [(&'static str, Redaction)] {
        self.supplied().map_or(&[], |supplied| &supplied.marked)
    }

    /// Whether the call itself keeps anything out of records.
    #[inline]
    pub(super) fn keeps_out(&self) -> bool {
        !self.redactions().is_empty()
            || !self.marked().is_empty()
            || !self.marked_snapshot().is_empty()
    }

    /// Whether the function says itself which fields its action has.
    pub(super) fn names_fields(&self) -> bool {
        match &self.source {
            Source::Action(_) => true,
            Source::Function(function) => function.fields.is_some(),
        }
    }

    /// The arguments, where it is not a complete action.
    pub(super) fn arguments(&self) -> Option<&Fields<'a>> {
        match &self.source {
            Source::Action(_) => None,
            Source::Function(function) => Some(&function.arguments),
        }
    }

    /// Arguments that are kept out of records and are no fields.
    pub(super) fn unasked(&self) -> Option<&'a Fields<'a>> {
        self.annotation.and_then(|annotation| annotation.unasked)
    }

    /// What the expressions of an attribute say.
    #[inline]
    pub(super) fn supplied(&self) -> Option<&'a Supplied<'a>> {
        self.annotation.and_then(|annotation| annotation.supplied)
    }
}

/// A function that is being called, with its captured arguments.
///
/// Its action's type is the one named here, else the action-type resolver's, else the function's name. Its
/// fields are, in this order: what the builder makes; what the runtime's action resolver makes; the arguments
/// named by [`Function::fields`]; the arguments that the schema declares for the action; else none, as what
/// nobody asked for is not recorded.
pub struct Function<'a> {
    pub(super) name: Text<'a>,
    pub(super) arguments: Fields<'a>,
    pub(super) action_type: Option<Text<'a>>,
    pub(super) resource: Option<Text<'a>>,
    pub(super) fields: Option<&'a [&'a str]>,
    pub(super) builder: Option<&'a ActionBuilder<'a>>,
}

impl<'a> Function<'a> {
    /// A function and its arguments by name.
    pub fn new(name: impl Into<Text<'a>>, arguments: Fields<'a>) -> Self {
        Self {
            name: name.into(),
            arguments,
            action_type: None,
            resource: None,
            fields: None,
            builder: None,
        }
    }

    /// The action's type.
    #[must_use]
    pub fn action_type(mut self, action_type: impl Into<Text<'a>>) -> Self {
        self.action_type = Some(action_type.into());
        self
    }

    /// The object the action is done to.
    #[must_use]
    pub fn on(mut self, resource: impl Into<Text<'a>>) -> Self {
        self.resource = Some(resource.into());
        self
    }

    /// The arguments that become fields; an empty list means none.
    #[must_use]
    pub fn fields(mut self, names: &'a [&'a str]) -> Self {
        self.fields = Some(names);
        self
    }

    /// What makes the fields from the arguments.
    #[must_use]
    pub fn built_by(mut self, builder: &'a ActionBuilder<'a>) -> Self {
        self.builder = Some(builder);
        self
    }
}

impl Function<'_> {
    /// The action's type, where it is known before any resolver is asked.
    pub(super) fn known_type(&self, resolvers: &Resolvers) -> Option<&str> {
        match &self.action_type {
            Some(named) => Some(named),
            None if resolvers.action_type.is_set() => None,
            None => Some(&self.name),
        }
    }
}

impl Function<'static> {
    /// A function that names its action and fields by itself, with values of its own.
    pub(crate) fn owned(function: Function<'_>, names: Option<&'static [&'static str]>) -> Self {
        Self {
            name: function.name.into_owned(),
            arguments: function.arguments.into_owned(),
            action_type: function.action_type.map(Text::into_owned),
            resource: function.resource.map(Text::into_owned),
            fields: names,
            builder: None,
        }
    }
}

impl Clone for Function<'_> {
    fn clone(&self) -> Self {
        Self {
            name: self.name.clone(),
            arguments: self.arguments.clone(),
            action_type: self.action_type.clone(),
            resource: self.resource.clone(),
            fields: self.fields,
            builder: self.builder,
        }
    }
}

impl std::fmt::Debug for Function<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("action_type", &self.action_type)
            .finish_non_exhaustive()
    }
}
