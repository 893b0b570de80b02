//! [`draft`]: one entry of `cases`.

use std::collections::HashMap;

use audit_core::Place;

use super::keys::Keys;
use super::{Draft, Table};
use crate::mistake::{Mistake, quoted};
use crate::suite::slot::{Expected, Said, Slot};
use crate::suite::yaml::Node;

const EXPECT: &str = "expect";
const TABLE: &str = "table";
const COLUMNS: &str = "columns";
const ROWS: &str = "rows";

/// One case or table of cases.
pub(super) fn draft<'n>(node: &'n Node, mistakes: &mut Vec<Mistake>) -> Option<Draft<'n>> {
    let before = mistakes.len();
    let accepted: Vec<&str> = Slot::words().chain([EXPECT, TABLE]).collect();
    let keys = Keys::of(node, "the case", &accepted, mistakes)?;
    let name = keys.required("name", mistakes);
    let mut said: Vec<Said<'n>> = Slot::words()
        .filter_map(|word| {
            let (key, value) = keys.entry(word)?;
            Some(Said {
                slot: Slot::of_key(word)?,
                place: key.place,
                node: value,
            })
        })
        .collect();
    if let Some(expect) = keys.get(EXPECT) {
        said.extend(expectations(expect, mistakes));
    }
    let table = keys
        .get(TABLE)
        .map(|node| table(node, &said, mistakes))
        // A broken table has no rows, and its case is none without them.
        .map(|table| {
            table.unwrap_or(Table {
                columns: Vec::new(),
                rows: &[],
            })
        });
    name?;
    Some(Draft {
        place: node.place,
        said,
        table,
        sound: mistakes.len() == before,
    })
}

fn expectations<'n>(node: &'n Node, mistakes: &mut Vec<Mistake>) -> Vec<Said<'n>> {
    let Some(entries) = node.entries() else {
        mistakes.push(node.misfit("a map of expectations such as `{effect: allow}`"));
        return Vec::new();
    };
    let mut said = Vec::with_capacity(entries.len());
    for (key, node) in entries {
        let word = key.text().map_or("", |text| text);
        match Expected::of_word(word, key.place) {
            Ok(expected) => said.push(Said {
                slot: Slot::Expect(expected),
                place: key.place,
                node,
            }),
            Err(mistake) => mistakes.push(mistake),
        }
    }
    said
}

fn table<'n>(node: &'n Node, said: &[Said<'n>], mistakes: &mut Vec<Mistake>) -> Option<Table<'n>> {
    let keys = Keys::of(node, "the table", &[COLUMNS, ROWS], mistakes)?;
    let columns = keys.required(COLUMNS, mistakes);
    let rows = keys.required(ROWS, mistakes);
    let columns = columns.and_then(|node| heads(node, said, mistakes));
    let rows = rows.and_then(|node| {
        let rows = node.items().filter(|rows| !rows.is_empty());
        if rows.is_none() {
            mistakes.push(node.misfit("a list of rows, at least one"));
        }
        rows
    });
    Some(Table {
        columns: columns?,
        rows: rows?,
    })
}

/// The heads of the columns; `None` if one of them is mistaken, as then no cell can be read.
fn heads<'n>(
    node: &'n Node,
    said: &[Said<'n>],
    mistakes: &mut Vec<Mistake>,
) -> Option<Vec<(Slot<'n>, Place)>> {
    let Some(items) = node.items().filter(|items| !items.is_empty()) else {
        mistakes.push(node.misfit("a list of columns, at least one"));
        return None;
    };
    // The name of the case stands before that of the row, so both may be said.
    let others = said.iter().filter(|said| said.slot != Slot::Name);
    let mut known: HashMap<Slot<'_>, u32> =
        others.map(|said| (said.slot, said.place.line)).collect();
    let before = mistakes.len();
    let mut columns = Vec::with_capacity(items.len());
    for item in items {
        let Some(word) = item.text() else {
            mistakes.push(item.misfit("the name of a column, a text"));
            continue;
        };
        match Slot::of_column(word, item.place) {
            Err(mistake) => mistakes.push(mistake),
            Ok(slot) => {
                if let Some(line) = known.insert(slot, item.place.line) {
                    let message = format!("{} is said on line {line} too", quoted(word));
                    let hint = "say it in one place: for all rows, or in each".to_owned();
                    mistakes.push(Mistake::at(item.place, message).helped(hint));
                }
                columns.push((slot, item.place));
            }
        }
    }
    (mistakes.len() == before).then_some(columns)
}
