//! A record as a row: of a table for a person, and of a sheet for tools.

use std::borrow::Cow;

use audit_core::{EventId, Timestamp};
use audit_trail::{Columns, Record};

use super::cell;
use super::table::Column;

/// The columns of a table of records.
pub(super) const COLUMNS: [Column; 10] = [
    Column::text("time"),
    Column::number("seq").expecting(7),
    Column::text("kind").expecting(9).going(3),
    Column::text("name").cut_to(12).expecting(20),
    Column::text("actor").cut_to(8).expecting(20),
    Column::text("tenant").cut_to(6).expecting(8).going(2),
    Column::text("effect").expecting(16),
    Column::text("rule").cut_to(8).expecting(20).going(1),
    Column::text("outcome").expecting(9).going(4),
    Column::number("took").expecting(6).going(0),
];

/// The columns of a sheet of records.
pub(super) const FIELDS: [&str; 14] = [
    "seq", "time", "kind", "name", "actor", "tenant", "resource", "effect", "rule", "mode",
    "outcome", "took_ns", "id", "call",
];

/// What stands for the kind of a record that is no event's JSON.
const UNREADABLE: &str = "unreadable";

/// The cells of a record, as [`COLUMNS`] has them.
pub(super) fn cells(record: &Record) -> Vec<String> {
    let seq = record.seq.to_string();
    let Ok(columns) = record.columns() else {
        return vec![String::new(), seq, UNREADABLE.to_owned()];
    };
    let text = |value: &Option<Cow<'_, str>>| value.as_deref().unwrap_or_default().to_owned();
    vec![
        cell::time(Timestamp::from_nanos(columns.time)),
        seq,
        columns.kind.as_str().to_owned(),
        columns.name.clone().into_owned(),
        text(&columns.actor),
        text(&columns.tenant),
        text(&columns.effect),
        text(&columns.rule),
        outcome(record, &columns).to_owned(),
        columns.took.map(cell::duration).unwrap_or_default(),
    ]
}

/// The fields of a record, as [`FIELDS`] has them: exact, and empty where it has no such part.
pub(super) fn fields(record: &Record) -> Vec<String> {
    let seq = record.seq.to_string();
    let Ok(columns) = record.columns() else {
        let mut fields = vec![String::new(); FIELDS.len()];
        for (field, value) in fields.iter_mut().zip([seq.as_str(), "", UNREADABLE]) {
            value.clone_into(field);
        }
        return fields;
    };
    let text = |value: &Option<Cow<'_, str>>| value.as_deref().unwrap_or_default().to_owned();
    vec![
        seq,
        Timestamp::from_nanos(columns.time).to_string(),
        columns.kind.as_str().to_owned(),
        columns.name.clone().into_owned(),
        text(&columns.actor),
        text(&columns.tenant),
        text(&columns.resource),
        text(&columns.effect),
        text(&columns.rule),
        text(&columns.mode),
        outcome(record, &columns).to_owned(),
        columns
            .took
            .map(|took| took.to_string())
            .unwrap_or_default(),
        EventId::from_bytes(columns.id).to_string(),
        columns
            .call
            .map(|call| EventId::from_bytes(call).to_string())
            .unwrap_or_default(),
    ]
}

/// What became of it, as the trail knows or the record tells; `open` of a call that has not ended yet.
fn outcome<'r>(record: &Record, columns: &'r Columns<'_>) -> &'r str {
    match (record.outcome, &columns.outcome) {
        (Some(status), _) => status.as_str(),
        (None, Some(outcome)) => outcome,
        (None, None) if record.is_open => "open",
        (None, None) => "",
    }
}
