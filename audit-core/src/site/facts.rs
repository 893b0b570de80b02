//! [`AnnotatedSite`]: the static facts of one annotated function.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::contain::contain;
use crate::decision::Mode;
use crate::delivery::{Delivery, Unrecordable};
use crate::event::Site;
use crate::health::count;
use crate::redaction::Redaction;
use crate::value::Text;
use crate::word::named;

use super::places::{Places, RawArgument};

named! {
    /// Which attribute stands on a function.
    SiteKind as "kind of site" {
        /// `#[audit]`: judged and recorded, never refused.
        Audit = "audit",
        /// `#[admit]`: judged, recorded, and refused where policy says so.
        Admit = "admit",
    }
}

named! {
    /// Whether an argument can become a field, as far as its type shows before any call.
    Captures as "capture" {
        /// Its type can be captured.
        Known = "known",
        /// Its type can never be captured.
        Never = "never",
        /// Its type says so when the function is called.
        AtFirstCall = "at_first_call",
    }
}

named! {
    /// What an admitted function does where no runtime is in force.
    Uninstalled as "answer where nothing is installed" {
        /// It is refused: a forgotten `install` does not open the gate.
        Refuse = "refuse",
        /// It runs, is counted, and the first time is warned of.
        Run = "run",
    }
}

/// An argument that becomes a field where the schema declares one of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: &'static str,
    /// Its type as written.
    pub type_text: &'static str,
    /// Whether it can be captured.
    pub capture: Captures,
}

/// What the attribute wrote down, read through [`AnnotatedSite`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct SiteFacts {
    /// Which attribute it is.
    pub kind: SiteKind,
    /// The function's name.
    pub function: &'static str,
    /// Its module.
    pub module: &'static str,
    /// Its source file.
    pub file: &'static str,
    /// The line of its name, from 1.
    pub line: u32,
    /// Whether it is judged when its future is first polled.
    pub asynchronous: bool,
    /// The action's type, if the attribute names one.
    pub action: Option<&'static str>,
    /// The arguments that become fields where the schema declares them, as name, type and capture; empty where
    /// `fields` is given. [`AnnotatedSite::arguments`] reads them.
    pub(crate) arguments: &'static [RawArgument],
    /// The fields named by the attribute, if it names them.
    pub fields: Option<&'static [&'static str]>,
    /// Fields kept out of records.
    pub redactions: &'static [(&'static str, Redaction)],
    /// Whether the attribute names the runtime.
    pub supplies_runtime: bool,
    /// Whether the attribute says who acts.
    pub supplies_actor: bool,
    /// Whether the attribute says for which tenant.
    pub supplies_tenant: bool,
    /// Whether the attribute names the object.
    pub supplies_resource: bool,
    /// The parts of the system's state that the attribute gives.
    pub supplies_snapshot: &'static [&'static str],
    /// What it does where no runtime is in force.
    pub uninstalled: Uninstalled,
    /// How surely its records are kept, if the attribute says so.
    pub delivery: Option<Delivery>,
    /// What it does if its decision can't be recorded, if the attribute says so.
    pub on_unrecordable: Option<Unrecordable>,
    /// How long it waits for a durable record, in milliseconds, if the attribute says so.
    pub durable_timeout_ms: Option<u64>,
}

/// Nothing said.
const NO_FACTS: SiteFacts = SiteFacts {
    kind: SiteKind::Audit,
    function: "",
    module: "",
    file: "",
    line: 0,
    asynchronous: false,
    action: None,
    arguments: &[],
    fields: None,
    redactions: &[],
    supplies_runtime: false,
    supplies_actor: false,
    supplies_tenant: false,
    supplies_resource: false,
    supplies_snapshot: &[],
    uninstalled: Uninstalled::Refuse,
    delivery: None,
    on_unrecordable: None,
    durable_timeout_ms: None,
};

/// The static facts of one annotated function. [`sites`](crate::sites) lists them all.
pub struct AnnotatedSite {
    facts: SiteFacts,
    plan: Places,
    /// Whether an argument may be of a type that keeps it out of records, though it is no field.
    marks_arguments: bool,
    ran_uninstalled: AtomicU64,
    ran_unrecorded: AtomicU64,
    /// One bit for each of the first 64 arguments that turned out not to be captured.
    uncapturable: AtomicU64,
}

impl AnnotatedSite {
    /// Of an `#[audit]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn audit(
        function: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        asynchronous: bool,
        arguments: &'static [(&'static str, &'static str, u8)],
    ) -> Self {
        let kind = SiteKind::Audit;
        Self::of(kind, function, module, file, line, asynchronous, arguments)
    }

    /// Of an `#[admit]`.
    #[doc(hidden)]
    #[must_use]
    pub const fn admit(
        function: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        asynchronous: bool,
        arguments: &'static [(&'static str, &'static str, u8)],
    ) -> Self {
        let kind = SiteKind::Admit;
        Self::of(kind, function, module, file, line, asynchronous, arguments)
    }

    const fn of(
        kind: SiteKind,
        function: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        asynchronous: bool,
        arguments: &'static [RawArgument],
    ) -> Self {
        Self {
            facts: SiteFacts {
                kind,
                function,
                module,
                file,
                line,
                asynchronous,
                arguments,
                ..NO_FACTS
            },
            plan: Places::new(),
            marks_arguments: false,
            ran_uninstalled: AtomicU64::new(0),
            ran_unrecorded: AtomicU64::new(0),
            uncapturable: AtomicU64::new(0),
        }
    }

    /// The same with an action's type.
    #[doc(hidden)]
    #[must_use]
    pub const fn action(mut self, action: &'static str) -> Self {
        self.facts.action = Some(action);
        self
    }

    /// The same with fields.
    #[doc(hidden)]
    #[must_use]
    pub const fn fields(mut self, fields: &'static [&'static str]) -> Self {
        self.facts.fields = Some(fields);
        self
    }

    /// The same with fields that are kept out of records.
    #[doc(hidden)]
    #[must_use]
    pub const fn redactions(mut self, redactions: &'static [(&'static str, Redaction)]) -> Self {
        self.facts.redactions = redactions;
        self
    }

    /// The same with arguments whose types may keep them out of records.
    #[doc(hidden)]
    #[must_use]
    pub const fn marks_arguments(mut self) -> Self {
        self.marks_arguments = true;
        self
    }

    /// Whether an argument may be of a type that keeps it out of records, though it is no field.
    pub(crate) const fn may_mark_arguments(&self) -> bool {
        self.marks_arguments
    }

    /// The same with expressions for actor, tenant, resource and snapshot.
    #[doc(hidden)]
    #[must_use]
    pub const fn supplies(
        mut self,
        actor: bool,
        tenant: bool,
        resource: bool,
        snapshot: &'static [&'static str],
    ) -> Self {
        self.facts.supplies_actor = actor;
        self.facts.supplies_tenant = tenant;
        self.facts.supplies_resource = resource;
        self.facts.supplies_snapshot = snapshot;
        self
    }

    /// The same with an expression for the runtime.
    #[doc(hidden)]
    #[must_use]
    pub const fn supplies_runtime(mut self) -> Self {
        self.facts.supplies_runtime = true;
        self
    }

    /// The same, running where no runtime is in force.
    #[doc(hidden)]
    #[must_use]
    pub const fn runs_uninstalled(mut self) -> Self {
        self.facts.uninstalled = Uninstalled::Run;
        self
    }

    /// The same with what is said about the delivery of records.
    #[doc(hidden)]
    #[must_use]
    pub const fn delivered(
        mut self,
        delivery: Delivery,
        on_unrecordable: Option<Unrecordable>,
        durable_timeout_ms: Option<u64>,
    ) -> Self {
        self.facts.delivery = Some(delivery);
        self.facts.on_unrecordable = on_unrecordable;
        self.facts.durable_timeout_ms = durable_timeout_ms;
        self
    }

    /// The arguments that become fields where the schema declares them; none where the attribute names fields.
    pub fn arguments(&self) -> impl Iterator<Item = Argument> + use<> {
        self.facts
            .arguments
            .iter()
            .map(|&(name, type_text, capture)| Argument {
                name,
                type_text,
                capture: match capture {
                    0 => Captures::Known,
                    1 => Captures::Never,
                    _ => Captures::AtFirstCall,
                },
            })
    }

    /// The place as events name it. Made when asked for: a static of it would double what each function takes.
    #[inline]
    pub(crate) fn place(&self) -> Site<'static> {
        Site {
            function: Some(Text::borrowed(self.facts.function)),
            module: Some(Text::borrowed(self.facts.module)),
            file: Text::borrowed(self.facts.file),
            line: self.facts.line,
        }
    }

    /// Calls with the place and name of each argument that a policy asks for, in the order of its schema.
    #[inline]
    pub(crate) fn each_argument<'d>(
        &self,
        serial: u32,
        declared: impl FnOnce() -> &'d [Arc<str>],
        mut call: impl FnMut(usize, &'static str),
    ) {
        let arguments = self.facts.arguments;
        self.plan.each(serial, arguments, declared, |place| {
            if let Some(argument) = arguments.get(place) {
                call(place, argument.0);
            }
        });
    }

    /// How often it ran because no runtime was in force.
    pub fn ran_uninstalled(&self) -> u64 {
        self.ran_uninstalled.load(Ordering::Relaxed)
    }

    /// Counts such a call. Returns whether it was the first.
    pub(crate) fn count_uninstalled(&self) -> bool {
        self.ran_uninstalled.fetch_add(1, Ordering::Relaxed) == 0
    }

    /// An argument that the schema asks for can't be captured: said once.
    #[cold]
    pub(crate) fn note_uncapturable(&self, place: usize) {
        let bit = 1_u64 << place.min(63);
        if self.uncapturable.fetch_or(bit, Ordering::Relaxed) & bit == 0
            && let Some(argument) = self.facts.arguments.get(place)
        {
            let (name, type_text, _) = *argument;
            let _contained = contain(|| {
                tracing::warn!(
                    target: "audit::health",
                    site = %self,
                    "{self}: argument `{name}` of type `{type_text}` can't be captured, so field `{name}` is missing: \
                     implement `audit_core::Capture` or name it with `fields({name} = ..)`"
                );
            });
        }
    }

    /// Whether its attribute asks for a record that is kept.
    #[inline]
    pub(crate) fn demands_record(&self) -> bool {
        self.delivery == Some(Delivery::Durable)
            || self.on_unrecordable == Some(Unrecordable::Refuse)
    }

    /// Whether it is refused, where that is enforced, if its decision can't be recorded as surely as that. Without a word to
    /// that, what is admitted must have its durable record, whoever asked for one: the attribute or the recorder.
    pub(crate) fn refuses_unrecorded(&self, delivery: Delivery) -> bool {
        self.kind == SiteKind::Admit
            && match self.on_unrecordable {
                Some(said) => said == Unrecordable::Refuse,
                None => delivery == Delivery::Durable || self.delivery == Some(Delivery::Durable),
            }
    }

    /// How often it ran although the record that its attribute asks for could not be kept.
    pub fn ran_unrecorded(&self) -> u64 {
        self.ran_unrecorded.load(Ordering::Relaxed)
    }

    /// Counts such a call. Returns whether it is worth a word.
    pub(crate) fn count_unrecorded(&self) -> bool {
        count(&self.ran_unrecorded)
    }

    /// The mode it never goes above, and is judged in where nobody says one.
    #[inline]
    pub(crate) fn ceiling(&self) -> Mode {
        match self.kind {
            SiteKind::Audit => Mode::Shadow,
            SiteKind::Admit => Mode::Enforce,
        }
    }

    /// The crate it is in.
    pub fn crate_name(&self) -> &'static str {
        self.facts.module.split("::").next().unwrap_or_default()
    }
}

impl Deref for AnnotatedSite {
    type Target = SiteFacts;

    #[inline]
    fn deref(&self) -> &SiteFacts {
        &self.facts
    }
}

impl fmt::Debug for AnnotatedSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Display for AnnotatedSite {
    /// As messages name it: `#[admit] deploy (src/service.rs:12)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "#[{}] {} ({}:{})",
            self.kind, self.function, self.file, self.line
        )
    }
}
