//! [`Report`]: why an assertion failed.

use std::fmt;
use std::sync::Arc;

use crate::event::{Event, EventKind};
use crate::word::nearest;

use super::narrowing::Narrowing;
use super::wording::{asked, difference, line, number, singular, subject};

/// How many events are shown.
const SHOWN: usize = 5;

/// Why an assertion failed: what was asked, and what there was.
pub(super) struct Report<'n> {
    narrowing: &'n Narrowing,
    /// How many there had to be, if that is it.
    times: Option<usize>,
}

impl<'n> Report<'n> {
    /// Nothing meets all that was asked.
    pub(super) fn of_none(narrowing: &'n Narrowing) -> Self {
        Self {
            narrowing,
            times: None,
        }
    }

    /// There are more, or fewer.
    pub(super) fn of_number(narrowing: &'n Narrowing, times: usize) -> Self {
        Self {
            narrowing,
            times: Some(times),
        }
    }

    /// What there was, where there was nothing of the kind.
    fn others(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Narrowing { all, kind, .. } = self.narrowing;
        let is_of_kind = |event: &&Arc<Event<'static>>| event.kind == *kind;
        let of_kind = all.iter().filter(is_of_kind).count();
        match (kind, of_kind) {
            _ if all.is_empty() => return f.write_str(": there is no event at all"),
            (EventKind::Decision, 0) => f.write_str(": nothing was decided; ")?,
            (EventKind::Event, 0) => f.write_str(": nothing was published; ")?,
            _ => f.write_str("; ")?,
        }
        let mut counted: Vec<(EventKind, &str, usize)> = Vec::new();
        for event in all {
            let known = counted.iter_mut();
            let mut same =
                known.filter(|(kind, name, _)| *kind == event.kind && *name == &*event.name);
            match same.next() {
                Some((_, _, times)) => *times += 1,
                None => counted.push((event.kind, &event.name, 1)),
            }
        }
        // What is most like what was asked for comes first.
        counted.sort_by_key(|(found, ..)| found != kind);
        write!(f, "{}: ", number(all.len(), "other event"))?;
        for (place, (kind, name, times)) in counted.iter().take(SHOWN).enumerate() {
            let comma = if place > 0 { ", " } else { "" };
            write!(f, "{comma}{kind} `{}`", crate::word::one_line(name))?;
            if *times > 1 {
                write!(f, " ({times} times)")?;
            }
        }
        if counted.len() > SHOWN {
            let hidden = number(counted.len() - SHOWN, "other name");
            write!(f, " and {hidden}")?;
        }
        let wanted = self.narrowing.name.to_string();
        let names = counted.iter().filter(|(found, ..)| found == kind);
        match nearest(&wanted, names.map(|(_, name, _)| *name)) {
            Some(meant) => write!(
                f,
                "\nhelp: did you mean `{}`?",
                crate::word::one_line(meant)
            ),
            None => Ok(()),
        }
    }

    /// What was asked, step by step, and how many events each step left.
    fn steps(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Narrowing { kind, name, .. } = self.narrowing;
        let found = self.narrowing.subjects.len();
        write!(f, "\n  {} `{name}`", subject(*kind, found))?;
        for step in &self.narrowing.steps {
            let (after, before) = (step.after, step.before);
            let left = match after {
                0 => format!("none of {before}"),
                _ => format!("{after} of {before}"),
            };
            write!(f, "\n  {}: {left}", asked(&step.condition))?;
        }
        Ok(())
    }

    /// The events that meet most of what was asked, and in which way they are something else.
    fn nearest(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Narrowing { ends, subjects, .. } = self.narrowing;
        let conditions = || self.narrowing.steps.iter().map(|step| &step.condition);
        let mut ranked: Vec<_> = subjects
            .iter()
            .map(|event| {
                let unmet = conditions().filter(|condition| !condition.holds(event, ends));
                (event, unmet.collect::<Vec<_>>())
            })
            .collect();
        ranked.sort_by_key(|(_, unmet)| unmet.len());
        f.write_str("\nnearest:")?;
        for (event, unmet) in ranked.iter().take(SHOWN) {
            write!(f, "\n  {}", line(event, ends))?;
            for condition in unmet {
                write!(f, "\n    {}", difference(condition, event, ends))?;
            }
        }
        more(ranked.len(), f)
    }

    /// The events that are left.
    fn left(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let left = self.narrowing.left();
        for event in left.iter().take(SHOWN) {
            write!(f, "\n  {}", line(event, &self.narrowing.ends))?;
        }
        more(left.len(), f)
    }
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Narrowing {
            kind, name, steps, ..
        } = self.narrowing;
        let found = self.narrowing.left().len();
        match self.times {
            None if steps.is_empty() => {
                write!(f, "no {} `{name}`", singular(*kind))?;
                self.others(f)
            }
            None => {
                write!(
                    f,
                    "no {} `{name}` meets all that was asked:",
                    singular(*kind)
                )?;
                self.steps(f)?;
                self.nearest(f)
            }
            Some(0) if steps.is_empty() => {
                write!(
                    f,
                    "expected no {} `{name}`, found {found}:",
                    singular(*kind)
                )?;
                self.left(f)
            }
            Some(times) => {
                write!(
                    f,
                    "expected {} `{name}`, found {found}:",
                    subject(*kind, times)
                )?;
                self.steps(f)?;
                f.write_str("\nfound:")?;
                self.left(f)
            }
        }
    }
}

/// How many are not shown.
fn more(all: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match all.saturating_sub(SHOWN) {
        0 => Ok(()),
        hidden => write!(f, "\n  and {hidden} more"),
    }
}
