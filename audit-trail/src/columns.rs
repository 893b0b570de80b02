//! [`Columns`]: what can be asked of a record, drawn from its exact bytes.

use std::borrow::Cow;

use audit_core::{Effect, EventId, EventKind, Timestamp};
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What can be asked of a record, drawn from its exact bytes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Columns<'b> {
    /// When it happened, in nanoseconds since 1970, UTC.
    pub time: i64,
    /// What kind of fact it states.
    pub kind: EventKind,
    /// What happened, such as the action's type.
    pub name: Cow<'b, str>,
    /// Whether `name` is the type of an action.
    pub is_action: bool,
    /// Who acted.
    pub actor: Option<Cow<'b, str>>,
    /// For which tenant.
    pub tenant: Option<Cow<'b, str>>,
    /// The object it was done to.
    pub resource: Option<Cow<'b, str>>,
    /// What the policy answered.
    pub effect: Option<Cow<'b, str>>,
    /// The rule that decided.
    pub rule: Option<Cow<'b, str>>,
    /// What was done with the answer.
    pub mode: Option<Cow<'b, str>>,
    /// What became of it, as this record tells.
    pub outcome: Option<Cow<'b, str>>,
    /// The record's identifier.
    pub id: [u8; 16],
    /// The call it belongs to.
    pub call: Option<[u8; 16]>,
    /// What deciding took, or the call: nanoseconds.
    pub took: Option<i64>,
    /// Whether an outcome is to follow: the decision of an annotated call, or an operation on the bus.
    pub expects_outcome: bool,
}

/// What an operation on the bus says besides what all events do.
#[derive(Deserialize)]
struct Operation<'b> {
    #[serde(borrow)]
    data: Judged<'b>,
}

#[derive(Default, Deserialize)]
struct Judged<'b> {
    #[serde(borrow)]
    verdict: Option<Cow<'b, str>>,
    #[serde(borrow)]
    rule: Option<Cow<'b, str>>,
}

/// The parts of an envelope that are asked for; a reader passes over the rest without keeping it.
#[derive(Deserialize)]
struct Envelope<'b> {
    #[serde(borrow)]
    id: Cow<'b, str>,
    #[serde(borrow)]
    time: Cow<'b, str>,
    kind: EventKind,
    #[serde(borrow)]
    name: Cow<'b, str>,
    #[serde(borrow)]
    call: Option<Cow<'b, str>>,
    #[serde(borrow)]
    actor: Option<Actor<'b>>,
    #[serde(borrow)]
    tenant: Option<Cow<'b, str>>,
    #[serde(borrow)]
    resource: Option<Cow<'b, str>>,
    action: Option<IgnoredAny>,
    #[serde(borrow)]
    decision: Option<Decision<'b>>,
    #[serde(borrow)]
    outcome: Option<Outcome<'b>>,
    #[serde(borrow)]
    site: Option<Site<'b>>,
    component: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Actor<'b> {
    #[serde(borrow)]
    id: Option<Id<'b>>,
}

/// An identifier is a text mostly; whatever else it may be has no place in an index.
#[derive(Deserialize)]
#[serde(untagged)]
enum Id<'b> {
    Text(#[serde(borrow)] Cow<'b, str>),
    Number(serde_json::Number),
    Other(IgnoredAny),
}

#[derive(Deserialize)]
struct Decision<'b> {
    #[serde(borrow)]
    effect: Cow<'b, str>,
    #[serde(borrow)]
    matched_rule: Option<Cow<'b, str>>,
    #[serde(borrow)]
    mode: Cow<'b, str>,
    duration_ns: i64,
}

#[derive(Deserialize)]
struct Outcome<'b> {
    #[serde(borrow)]
    status: Cow<'b, str>,
    duration_ns: i64,
}

#[derive(Deserialize)]
struct Site<'b> {
    #[serde(borrow)]
    function: Option<Cow<'b, str>>,
}

impl<'b> Columns<'b> {
    /// Reads a record's bytes.
    ///
    /// # Errors
    /// They are no event's JSON.
    pub fn read(body: &'b [u8]) -> Result<Self, serde_json::Error> {
        let envelope: Envelope<'b> = serde_json::from_slice(body)?;
        // What a component did on the bus has no site in the program.
        let is_of_bus = envelope.component.is_some() && envelope.site.is_none();
        let is_call = match envelope.kind {
            EventKind::Decision => true,
            EventKind::Outcome => !is_of_bus,
            _ => false,
        };
        let is_operation = envelope.kind == EventKind::Operation;
        let (decision, outcome) = (envelope.decision, envelope.outcome);
        let took = match (&decision, &outcome) {
            (Some(decision), _) => Some(decision.duration_ns),
            (None, Some(outcome)) => Some(outcome.duration_ns),
            (None, None) => None,
        };
        let annotated = envelope.site.is_some_and(|site| site.function.is_some());
        let (effect, rule, mode) = match decision {
            Some(decision) => (
                Some(decision.effect),
                decision.matched_rule,
                Some(decision.mode),
            ),
            None if is_operation => {
                let (effect, rule) = judged(body);
                (effect, rule, None)
            }
            None => (None, None, None),
        };
        Ok(Self {
            time: parsed::<Timestamp>(&envelope.time)?.as_nanos(),
            kind: envelope.kind,
            name: envelope.name,
            is_action: is_call || envelope.action.is_some(),
            actor: envelope.actor.and_then(|actor| match actor.id? {
                Id::Text(id) => Some(id),
                Id::Number(id) => Some(Cow::Owned(id.to_string())),
                Id::Other(_) => None,
            }),
            tenant: envelope.tenant,
            resource: envelope.resource,
            effect,
            rule,
            mode,
            outcome: outcome.map(|outcome| outcome.status),
            id: *parsed::<EventId>(&envelope.id)?.as_bytes(),
            call: match envelope.call {
                Some(call) => Some(*parsed::<EventId>(&call)?.as_bytes()),
                None => None,
            },
            took,
            expects_outcome: is_operation || annotated && envelope.kind == EventKind::Decision,
        })
    }

    /// Whether another record tells how this one ended: that of a call, or of an operation on the bus.
    pub fn is_beginning(&self) -> bool {
        matches!(self.kind, EventKind::Decision | EventKind::Operation)
    }

    /// The same, independent of the record's bytes.
    pub fn into_owned(self) -> Columns<'static> {
        let owned = |text: Option<Cow<'_, str>>| text.map(|text| Cow::Owned(text.into_owned()));
        Columns {
            name: Cow::Owned(self.name.into_owned()),
            actor: owned(self.actor),
            tenant: owned(self.tenant),
            resource: owned(self.resource),
            effect: owned(self.effect),
            rule: owned(self.rule),
            mode: owned(self.mode),
            outcome: owned(self.outcome),
            time: self.time,
            kind: self.kind,
            is_action: self.is_action,
            id: self.id,
            call: self.call,
            took: self.took,
            expects_outcome: self.expects_outcome,
        }
    }
}

/// The effect and the rule of an operation on the bus, whose verdict is `allow` or `deny`.
fn judged(body: &[u8]) -> (Option<Cow<'_, str>>, Option<Cow<'_, str>>) {
    let operation: Option<Operation<'_>> = serde_json::from_slice(body).ok();
    let judged = operation
        .map(|operation| operation.data)
        .unwrap_or_default();
    let effect = judged.verdict.map(|verdict| match &*verdict {
        "deny" => Cow::Borrowed(Effect::Block.as_str()),
        _ => verdict,
    });
    (effect, judged.rule)
}

/// A part that is written as text and means something else.
fn parsed<T>(text: &str) -> Result<T, serde_json::Error>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(serde::de::Error::custom)
}
