//! Three tables for each state of the process.

use audit_benches::measure::{Contender, Depth, Figure};

use crate::subject::{Form, Subject, ask, plain};

/// Picks one form of a subject.
type Pick = fn(&Subject) -> Form;

/// The forms of a call that are timed.
const FORMS: [(&str, Pick); 3] = [
    ("Synchronous call", |subject| subject.call),
    ("Future that is ready at its first poll", |subject| {
        subject.ready
    }),
    ("Future that is pending once", |subject| subject.pending),
];

/// How an entry's form becomes a contender.
pub(crate) type Make = fn(String, Form) -> Contender<'static>;

/// A row: a subject in a state.
#[derive(Clone)]
pub(crate) struct Entry {
    /// The function and its attribute.
    pub(crate) subject: Subject,
    /// What sets the row apart from others of the same subject.
    pub(crate) state: &'static str,
    /// How it is called.
    pub(crate) make: Make,
    /// Whether it must not allocate, whatever its form.
    pub(crate) free: bool,
}

impl Entry {
    /// Called as it is, with nothing to prepare and nothing to share.
    pub(crate) fn simple(subject: Subject, state: &'static str) -> Self {
        Self {
            subject,
            state,
            make: |name, form| Contender::new(name, move || ask(form)),
            free: false,
        }
    }

    fn title(&self) -> String {
        let Self { subject, state, .. } = self;
        if state.is_empty() {
            subject.name.to_owned()
        } else {
            format!("{}, {state}", subject.name)
        }
    }
}

/// The row with which all others are compared.
pub(crate) fn bare() -> Entry {
    Entry::simple(plain::subject(), "")
}

/// Stops the run unless every form of every subject gives the same answer.
pub(crate) fn agree(subjects: &[Subject]) {
    for subject in subjects {
        for (title, form) in FORMS {
            assert_eq!(ask(form(subject)), Ok(4_950), "{}: {title}", subject.name);
        }
    }
}

/// Prints a table for each form.
pub(crate) fn report(depth: Depth, when: &str, entries: impl Fn() -> Vec<Entry>) {
    for (title, form) in FORMS {
        let entries = entries();
        let contenders = entries
            .iter()
            .map(|entry| (entry.make)(entry.title(), form(&entry.subject)))
            .collect();
        let figures = depth.report(&format!("{title}, {when}"), contenders);
        for (
            entry,
            Figure {
                name, allocations, ..
            },
        ) in entries.iter().zip(&figures)
        {
            assert!(
                !entry.free || *allocations < 0.5,
                "{title}, {when}: {name} allocates {allocations} times"
            );
        }
    }
}
