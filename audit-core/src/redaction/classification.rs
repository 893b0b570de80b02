//! [`Classification`]: which fields are kept out of records, and how.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::pattern::Pattern;

use super::Redaction;

/// Which fields an evaluator wants kept out of records, and how. It judges by the values as they are.
///
/// ```
/// use audit_core::{Redaction, Classification};
/// let classification = Classification::nothing()
///     .action_field("deploy", "token", Redaction::Mask)
///     .actor_field("email", Redaction::Hash);
/// assert!(!classification.is_empty());
/// ```
// Its JSON is part of a policy's digest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Classification {
    actions: BTreeMap<Arc<str>, Named>,
    actor: Named,
    snapshot: Named,
    /// Of the fields of every action, for calls whose action is not known.
    #[serde(skip)]
    any_action: Named,
    /// Of events, by the pattern of their names. Without any, the digest is what it was before there could be one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    events: BTreeMap<Arc<str>, OfEvent>,
}

/// What is kept out of events of some names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct OfEvent {
    #[serde(skip)]
    pattern: Pattern,
    /// How all that they carry is kept out.
    #[serde(rename = "sensitive")]
    pub(crate) whole: Option<Redaction>,
    pub(crate) fields: Named,
}

/// How fields are kept out, by name.
pub(crate) type Named = BTreeMap<Arc<str>, Redaction>;

impl Classification {
    /// Nothing is kept out.
    pub const fn nothing() -> Self {
        Self {
            actions: BTreeMap::new(),
            actor: BTreeMap::new(),
            snapshot: BTreeMap::new(),
            any_action: BTreeMap::new(),
            events: BTreeMap::new(),
        }
    }

    /// This and a field of an action.
    #[must_use]
    pub fn action_field(
        mut self,
        action: impl Into<Arc<str>>,
        field: impl Into<Arc<str>>,
        how: Redaction,
    ) -> Self {
        let field = field.into();
        let fields = self.actions.entry(action.into()).or_default();
        add(fields, Arc::clone(&field), how);
        add(&mut self.any_action, field, how);
        self
    }

    /// This and a field of the actor.
    #[must_use]
    pub fn actor_field(mut self, field: impl Into<Arc<str>>, how: Redaction) -> Self {
        add(&mut self.actor, field.into(), how);
        self
    }

    /// This and a field of the snapshot.
    #[must_use]
    pub fn snapshot_field(mut self, field: impl Into<Arc<str>>, how: Redaction) -> Self {
        add(&mut self.snapshot, field.into(), how);
        self
    }

    /// This and all that events carry whose name the pattern stands for: domain events, and entries by their action's type.
    ///
    /// ```
    /// use audit_core::{Classification, Redaction};
    /// let classification = Classification::nothing()
    ///     .event("account.*".parse()?, Redaction::Mask)
    ///     .event_field("user.signed_up".parse()?, "address.street", Redaction::Drop);
    /// # Ok::<(), audit_core::PatternError>(())
    /// ```
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "what is parsed for this is given away"
    )]
    pub fn event(mut self, pattern: Pattern, how: Redaction) -> Self {
        let of_event = self.of_pattern(&pattern);
        of_event.whole = of_event.whole.max(Some(how));
        self
    }

    /// This and a field of what such events carry, or a part of one such as `address.street`.
    #[must_use]
    #[allow(
        clippy::needless_pass_by_value,
        reason = "what is parsed for this is given away"
    )]
    pub fn event_field(
        mut self,
        pattern: Pattern,
        path: impl Into<Arc<str>>,
        how: Redaction,
    ) -> Self {
        add(&mut self.of_pattern(&pattern).fields, path.into(), how);
        self
    }

    fn of_pattern(&mut self, pattern: &Pattern) -> &mut OfEvent {
        let of_event = || OfEvent {
            whole: None,
            fields: Named::new(),
            pattern: pattern.clone(),
        };
        let text = Arc::from(pattern.as_str());
        self.events.entry(text).or_insert_with(of_event)
    }

    /// What is kept out of events of this name.
    pub(crate) fn events(&self, name: &str) -> impl Iterator<Item = &OfEvent> {
        let events = self.events.values();
        events.filter(move |of_event| of_event.pattern.matches(name))
    }

    /// Whether nothing is kept out.
    pub fn is_empty(&self) -> bool {
        let nobody = self.actions.is_empty() && self.actor.is_empty();
        nobody && self.snapshot.is_empty() && self.events.is_empty()
    }

    /// How a field is kept out, `domain.field`, or a part of one such as `action.card.number`, or what holds such a part; of an
    /// action's fields those of every action count.
    ///
    /// ```
    /// use audit_core::{Redaction, Classification};
    /// let classification = Classification::nothing().action_field("pay", "card", Redaction::Mask);
    /// assert_eq!(classification.of_path("action.card.number"), Some(Redaction::Mask));
    /// assert_eq!(classification.of_path("actor.card"), None);
    /// ```
    pub fn of_path(&self, path: &str) -> Option<Redaction> {
        let (domain, field) = path.split_once('.')?;
        match domain {
            "action" => of_path(paths(&self.any_action), field),
            "actor" => of_path(paths(&self.actor), field),
            "snapshot" => of_path(paths(&self.snapshot), field),
            _ => None,
        }
    }

    /// The fields of an action; one without a type may be any.
    pub(crate) fn action(&self, action: Option<&str>) -> &Named {
        static NONE: Named = Named::new();
        match action {
            Some(action) => self.actions.get(action).unwrap_or(&NONE),
            None => &self.any_action,
        }
    }

    /// The fields that may be of any action.
    pub(crate) fn any_action(&self) -> &Named {
        &self.any_action
    }

    /// The fields of the actor.
    pub(crate) fn actor(&self) -> &Named {
        &self.actor
    }

    /// The fields of the snapshot.
    pub(crate) fn snapshot(&self) -> &Named {
        &self.snapshot
    }
}

/// The paths of fields, and how they are kept out.
pub(crate) fn paths(named: &Named) -> impl Iterator<Item = (&str, Redaction)> {
    named.iter().map(|(path, how)| (&**path, *how))
}

/// How a field is kept out, or a part of one such as `card.number` or `cards[0].number`, or what holds such a part.
pub(crate) fn of_path<'n>(
    named: impl Iterator<Item = (&'n str, Redaction)>,
    field: &str,
) -> Option<Redaction> {
    let within = |path: &str, other: &str| {
        let rest = path.strip_prefix(other);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    };
    let named = named.filter(|(known, _)| within(field, known) || within(known, field));
    named.map(|(_, how)| how).max()
}

/// Adds a field; of two redactions the stricter holds.
fn add(fields: &mut Named, field: Arc<str>, how: Redaction) {
    let known = fields.entry(field).or_insert(how);
    *known = how.max(*known);
}
