//! From a suite as it is written to its [`Case`]s: names become fixtures, rows become cases.

mod blank;
mod expect;
mod part;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use audit_core::{Action, Actor, Mode, Place, Request, Snapshot, Text, Timestamp};
use foldhash::fast::RandomState;

use super::placed::Placed;
use super::read::{Draft, Suite, Table};
use super::slot::Said;
use super::yaml::Node;
use crate::mistake::{Mistake, listed, quoted};

use blank::Blank;

pub(crate) use expect::{Expect, paths};
pub(crate) use part::CHANGE;
#[cfg(test)]
pub(crate) use tests::cases_of;

/// One case, ready to be asked.
#[derive(Debug)]
pub(crate) struct Case {
    /// Its name, once in a suite.
    pub(crate) name: String,
    /// Where it, or its row, is written.
    pub(crate) place: Place,
    pub(crate) action: Arc<Placed<Action<'static>>>,
    pub(crate) actor: Arc<Placed<Actor<'static>>>,
    pub(crate) snapshot: Arc<Placed<Snapshot<'static>>>,
    pub(crate) tenant: Option<Text<'static>>,
    pub(crate) clock: Option<Timestamp>,
    /// Above which the call is never judged, whatever the policy says.
    pub(crate) mode: Mode,
    /// Whether it means what the schema does not declare.
    pub(crate) undeclared: bool,
    pub(crate) expect: Expect,
}

impl Case {
    /// The question to the policy, in a call of this mode.
    pub(crate) fn request(&self, mode: Mode) -> Request<'_> {
        let request = Request::new(&self.action.part, &self.actor.part, &self.snapshot.part);
        let mut request = request.in_mode(mode, false);
        request.tenant = self.tenant.as_deref();
        request.time = self.clock;
        request
    }
}

/// Every case of a suite, in the order of the file.
pub(crate) fn plan(suite: &Suite<'_>, mistakes: &mut Vec<Mistake>) -> Vec<Case> {
    let mut planning = Planning {
        suite,
        mistakes,
        cases: Vec::new(),
        names: HashMap::default(),
    };
    suite.drafts.iter().for_each(|draft| planning.draft(draft));
    planning.cases
}

struct Planning<'p, 'n> {
    suite: &'p Suite<'n>,
    mistakes: &'p mut Vec<Mistake>,
    cases: Vec<Case>,
    /// The names given, and the lines they are given on.
    names: HashMap<String, u32, RandomState>,
}

impl<'n> Planning<'_, 'n> {
    fn draft(&mut self, draft: &Draft<'n>) {
        let mut blank = Blank::new(self.suite.clock, draft.sound);
        // None of its keys changes what another says: that only columns do.
        for said in &draft.said {
            self.put(&mut blank, said);
        }
        // Without a name the case has a mistake already, and none to tell others by.
        let Some(name) = blank.name.take() else {
            return;
        };
        match &draft.table {
            None => self.finish(blank, name.to_string(), draft.place),
            Some(table) => self.rows(table, &blank, &name),
        }
    }

    fn rows(&mut self, table: &Table<'n>, blank: &Blank, name: &str) {
        let width = table.columns.len();
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by_key(|place| {
            let column = table.columns.get(*place);
            column.is_some_and(|(slot, _)| slot.comes_after())
        });
        for (number, row) in (1..).zip(table.rows) {
            let Some(cells) = self.cells(row, table) else {
                continue;
            };
            let mut blank = blank.clone();
            for place in &order {
                if let (Some((slot, place)), Some(node)) =
                    (table.columns.get(*place), cells.get(*place))
                {
                    let said = Said {
                        slot: *slot,
                        place: *place,
                        node,
                    };
                    self.put(&mut blank, &said);
                }
            }
            let name = match blank.name.take() {
                Some(row) => format!("{name}: {row}"),
                None => format!("{name} #{number}"),
            };
            self.finish(blank, name, row.place);
        }
    }

    /// The cells of a row, one for each column.
    fn cells(&mut self, row: &'n Node, table: &Table<'n>) -> Option<&'n [Node]> {
        let Some(cells) = row.items() else {
            self.mistakes.push(row.misfit("a row, which is a list"));
            return None;
        };
        let width = table.columns.len();
        if cells.len() == width {
            return Some(cells);
        }
        let message = format!(
            "the row has {}, expected {width}, one for each column",
            counted_cells(cells.len())
        );
        self.mistakes.push(Mistake::at(row.place, message));
        None
    }

    fn put(&mut self, blank: &mut Blank, said: &Said<'n>) {
        if let Err(mistake) = blank.put(said, &self.suite.fixtures) {
            blank.sound = false;
            self.mistakes.push(mistake);
        }
    }

    fn finish(&mut self, blank: Blank, name: String, place: Place) {
        if let Some(line) = self.names.get(&name) {
            let message = format!(
                "the case {} is there already, on line {line}",
                quoted(&name)
            );
            self.mistakes.push(Mistake::at(place, message));
            return;
        }
        self.names.insert(name.clone(), place.line);
        if !blank.sound {
            return;
        }
        match blank.case(name, place) {
            Ok(case) => self.cases.push(case),
            Err(mistake) => self.mistakes.push(mistake),
        }
    }
}

fn counted_cells(count: usize) -> String {
    match count {
        1 => "1 cell".to_owned(),
        _ => format!("{count} cells"),
    }
}

/// `unknown actor `clark`, the suite has ..`.
fn unknown(noun: &str, word: &str, known: impl Iterator<Item = impl AsRef<str>>) -> String {
    let mut known: Vec<String> = known.map(|name| name.as_ref().to_owned()).collect();
    known.sort();
    format!(
        "unknown {noun} {}, the suite has {}",
        quoted(word),
        listed(known.iter().map(String::as_str))
    )
}
