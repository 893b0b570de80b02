//! Whether a record is what a query asks for, told from its bytes.

use audit_core::{EventId, Status};

use crate::columns::Columns;

use super::candidate::Candidate;
use super::condition::Condition;
use super::path::FieldPath;
use super::pattern::Pattern;
use super::question::{Query, Term};

impl Query {
    /// Whether a record is asked for, as far as its bytes tell: the call of a decision has no outcome here yet, and is
    /// open if one is to follow.
    pub fn matches(&self, columns: &Columns<'_>, body: &[u8]) -> bool {
        let has_places = self.first.is_some() || self.last.is_some();
        let seq = has_places.then(|| {
            let seq = FieldPath::from("seq").value_in(body);
            seq.and_then(|seq| seq.as_u64())
        });
        let seq = match seq {
            Some(None) => return false,
            Some(Some(seq)) => seq,
            None => 0,
        };
        self.matches_candidate(&Candidate::new(seq, columns, body))
    }

    /// Whether a record is asked for, by its bytes and by what its store knows of its call.
    pub fn matches_candidate(&self, record: &Candidate<'_>) -> bool {
        self.matches_columns(record) && self.matches_fields(record.body)
    }

    /// Whether all holds that an index can tell.
    pub(crate) fn matches_columns(&self, record: &Candidate<'_>) -> bool {
        let (time, took) = (record.columns.time, record.columns.took);
        let in_bounds = self.first.is_none_or(|first| record.seq >= first)
            && self.last.is_none_or(|last| record.seq <= last)
            && self.since.is_none_or(|since| time >= since.as_nanos())
            && self.until.is_none_or(|until| time < until.as_nanos())
            && self
                .took_least
                .is_none_or(|least| took.is_some_and(|took| took >= least))
            && self
                .took_most
                .is_none_or(|most| took.is_some_and(|took| took <= most));
        in_bounds && self.holds(false, |condition| column(condition, record))
    }

    /// Whether all holds that only the record itself can tell.
    pub(crate) fn matches_fields(&self, body: &[u8]) -> bool {
        self.holds(true, |condition| match condition {
            Condition::Field(path, test) => test.passes(path.value_in(body).as_ref()),
            _ => false,
        })
    }

    /// Whether a condition asks for something that only the record itself can tell.
    pub(crate) fn has_fields(&self) -> bool {
        self.terms().iter().any(is_field)
    }

    /// Whether it matters to this query how calls ended.
    pub(crate) fn has_outcomes(&self) -> bool {
        let is_outcome =
            |condition: &Condition| matches!(condition, Condition::Outcome(_) | Condition::Open);
        self.terms().iter().any(|term| is_outcome(&term.condition))
    }

    fn holds(&self, fields: bool, holds: impl Fn(&Condition) -> bool) -> bool {
        self.groups().all(|group| match group.first() {
            Some(first) if is_field(first) == fields => {
                group.iter().any(|term| holds(&term.condition)) != first.is_excluded
            }
            _ => true,
        })
    }
}

fn is_field(term: &Term) -> bool {
    matches!(term.condition, Condition::Field(..))
}

fn column(condition: &Condition, record: &Candidate<'_>) -> bool {
    let columns = record.columns;
    let is = |word: &str, column: Option<&str>| column == Some(word);
    let fits =
        |pattern: &Pattern, column: Option<&str>| column.is_some_and(|text| pattern.matches(text));
    match condition {
        Condition::Kind(kind) => columns.kind == *kind,
        Condition::Name(name) => name.matches(&columns.name),
        Condition::Actor(actor) => fits(actor, columns.actor.as_deref()),
        Condition::Tenant(tenant) => fits(tenant, columns.tenant.as_deref()),
        Condition::Action(action) => columns.is_action && action.matches(&columns.name),
        Condition::Resource(resource) => fits(resource, columns.resource.as_deref()),
        Condition::Effect(effect) => is(effect.as_str(), columns.effect.as_deref()),
        Condition::Rule(rule) => fits(rule, columns.rule.as_deref()),
        Condition::Outcome(status) => is(Status::as_str(*status), record.outcome),
        Condition::Open => record.is_open,
        Condition::Mode(mode) => is(mode.as_str(), columns.mode.as_deref()),
        Condition::Id(id) => EventId::as_bytes(id) == &columns.id,
        Condition::Call(call) => columns.call.as_ref() == Some(EventId::as_bytes(call)),
        Condition::Field(..) => false,
    }
}
