//! The one table of arguments: name, who takes it, form, and what it is for.

use crate::attribute::{JUDGES, Kind};

/// An argument, however it is spelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Name {
    Action,
    Fields,
    Skip,
    Actor,
    Tenant,
    Resource,
    Snapshot,
    Mask,
    Hash,
    Seal,
    Drop,
    Ret,
    Err,
    Delivery,
    Runtime,
    Explain,
    Crate,
    OnRefuse,
    Uninstalled,
    OnUnrecordable,
    DurableTimeout,
    Own,
    Pattern,
    Version,
    Depends,
    Description,
    Timeout,
    Destructive,
    Internal,
    RequiresRole,
    Queue,
    Overflow,
    Concurrency,
    Filter,
    Schema,
}

/// How an argument is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// `"…"`, first and without its name
    Lead,
    /// `ret`
    Flag,
    /// `action = "…"`, with an example of the text
    Text(&'static str),
    /// `delivery = "buffered"`: one of these
    Words(&'static [&'static str]),
    /// `actor = expr`
    Expression,
    /// `on_refuse = path`
    Path,
    /// `explain = name`
    Identifier,
    /// `queue = 1024`, with an example of the number
    Number(&'static str),
    /// `depends("a", ..)`
    Texts,
    /// `skip(a, ..)`
    Names,
    /// `fields(a, b = expr)`
    Fields,
    /// `snapshot(a = expr, ..)`
    Pairs,
}

/// One row: everything the reader needs to know of an argument.
#[derive(Debug)]
pub(super) struct Argument {
    pub(super) name: Name,
    pub(super) word: &'static str,
    /// The attributes that take it.
    takers: &'static [Kind],
    pub(super) form: Form,
    pub(super) help: &'static str,
}

const fn both(name: Name, word: &'static str, form: Form, help: &'static str) -> Argument {
    of(JUDGES, name, word, form, help)
}

/// `#[audit]` never refuses; what is about refusing belongs to `#[admit]`.
const fn admit(name: Name, word: &'static str, form: Form, help: &'static str) -> Argument {
    of(&[Kind::Admit], name, word, form, help)
}

const fn subscribe(name: Name, word: &'static str, form: Form, help: &'static str) -> Argument {
    of(&[Kind::Subscribe], name, word, form, help)
}

const fn runnable(name: Name, word: &'static str, form: Form, help: &'static str) -> Argument {
    of(&[Kind::Runnable], name, word, form, help)
}

const fn of(
    takers: &'static [Kind],
    name: Name,
    word: &'static str,
    form: Form,
    help: &'static str,
) -> Argument {
    Argument {
        name,
        word,
        takers,
        form,
        help,
    }
}

const REFUSE_OR_RUN: Form = Form::Words(&["refuse", "run"]);

/// Every argument there is.
pub(super) const TABLE: &[Argument] = &[
    both(
        Name::Action,
        "action",
        Form::Text("…"),
        "the action's type, else the function's name",
    ),
    both(
        Name::Fields,
        "fields",
        Form::Fields,
        "the action's fields, in place of the arguments",
    ),
    both(
        Name::Skip,
        "skip",
        Form::Names,
        "arguments that neither policy nor record may see",
    ),
    both(Name::Actor, "actor", Form::Expression, "who acts"),
    both(Name::Tenant, "tenant", Form::Expression, "for whom"),
    both(
        Name::Resource,
        "resource",
        Form::Expression,
        "what is acted upon",
    ),
    both(
        Name::Snapshot,
        "snapshot",
        Form::Pairs,
        "the state of the system that policy may read",
    ),
    both(
        Name::Mask,
        "mask",
        Form::Names,
        "fields that are recorded as a mask",
    ),
    both(
        Name::Hash,
        "hash",
        Form::Names,
        "fields that are recorded as a hash",
    ),
    both(
        Name::Seal,
        "seal",
        Form::Names,
        "fields that are recorded sealed, until erased",
    ),
    both(
        Name::Drop,
        "drop",
        Form::Names,
        "fields that policy sees and no record keeps",
    ),
    both(Name::Ret, "ret", Form::Flag, "records the returned value"),
    both(Name::Err, "err", Form::Flag, "records the returned error"),
    both(
        Name::Delivery,
        "delivery",
        Form::Words(&["best_effort", "buffered", "durable"]),
        "what a call waits for before its record counts as accepted",
    ),
    both(
        Name::Runtime,
        "runtime",
        Form::Expression,
        "the runtime to ask, else the one in force",
    ),
    both(
        Name::Explain,
        "explain",
        Form::Identifier,
        "a companion function that explains the decision",
    ),
    admit(
        Name::OnRefuse,
        "on_refuse",
        Form::Path,
        "the function that makes the result of a refused call",
    ),
    admit(
        Name::Uninstalled,
        "uninstalled",
        REFUSE_OR_RUN,
        "what a call does while no runtime is installed",
    ),
    admit(
        Name::OnUnrecordable,
        "on_unrecordable",
        REFUSE_OR_RUN,
        "what a call does that can't be recorded",
    ),
    admit(
        Name::DurableTimeout,
        "durable_timeout",
        Form::Text("250ms"),
        "how long a call waits for its record",
    ),
    of(
        &[Kind::Component, Kind::Runnable],
        Name::Own,
        "name",
        Form::Lead,
        "the name by which others know it",
    ),
    subscribe(
        Name::Pattern,
        "pattern",
        Form::Lead,
        "the names of the events that it is told of",
    ),
    of(
        &[Kind::Component],
        Name::Version,
        "version",
        Form::Text("1.0"),
        "its version, else that of the crate",
    ),
    of(
        &[Kind::Component],
        Name::Depends,
        "depends",
        Form::Texts,
        "the components that start before it and end after it",
    ),
    of(
        &[Kind::Component, Kind::Subscribe, Kind::Runnable],
        Name::Description,
        "description",
        Form::Text("…"),
        "what it is for",
    ),
    runnable(
        Name::Timeout,
        "timeout",
        Form::Text("5s"),
        "how long a call may take",
    ),
    runnable(
        Name::Destructive,
        "destructive",
        Form::Flag,
        "says that what it does can't be undone",
    ),
    runnable(
        Name::Internal,
        "internal",
        Form::Flag,
        "keeps it from bridges and lists",
    ),
    runnable(
        Name::RequiresRole,
        "requires_role",
        Form::Text("admin"),
        "the role that whoever acts must have",
    ),
    subscribe(
        Name::Schema,
        "schema",
        Form::Text("account.transfer/v2"),
        "the version of the data that it reads, to which older ones are brought up",
    ),
    subscribe(
        Name::Queue,
        "queue",
        Form::Number("1024"),
        "how many events wait in a queue of its own at most",
    ),
    subscribe(
        Name::Overflow,
        "overflow",
        Form::Words(&["wait", "drop_newest", "drop_oldest"]),
        "what becomes of an event where the queue is full",
    ),
    subscribe(
        Name::Concurrency,
        "concurrency",
        Form::Number("4"),
        "how many events of its queue are handled at once at most",
    ),
    subscribe(
        Name::Filter,
        "filter",
        Form::Expression,
        "which of these events it is told of",
    ),
    of(
        &[
            Kind::Audit,
            Kind::Admit,
            Kind::Component,
            Kind::Subscribe,
            Kind::Runnable,
        ],
        Name::Crate,
        "crate",
        Form::Path,
        "where `audit_core` is found under another name",
    ),
];

impl Name {
    pub(crate) fn word(self) -> &'static str {
        let row = TABLE.iter().find(|argument| argument.name == self);
        row.map_or("", |argument| argument.word)
    }
}

impl Argument {
    pub(super) fn find(word: &str) -> Option<&'static Self> {
        TABLE.iter().find(|argument| argument.word == word)
    }

    pub(super) fn belongs_to(&self, kind: Kind) -> bool {
        self.takers.contains(&kind)
    }

    /// Whose it is, for messages to others.
    pub(super) fn takers(&self) -> String {
        let takers: Vec<String> = self.takers.iter().map(Kind::to_string).collect();
        takers.join(" and ")
    }

    /// The one that an attribute takes first and without its name.
    pub(super) fn lead(kind: Kind) -> Option<&'static Self> {
        let mut table = TABLE.iter();
        table.find(|argument| argument.form == Form::Lead && argument.belongs_to(kind))
    }

    /// How its user writes it.
    pub(super) fn example(&self) -> String {
        let word = self.word;
        match self.form {
            Form::Lead => "\"…\"".to_owned(),
            Form::Flag => word.to_owned(),
            Form::Number(example) => format!("{word} = {example}"),
            Form::Texts => format!("{word}(\"…\", ..)"),
            Form::Text(example) => format!("{word} = \"{example}\""),
            Form::Words(words) => format!("{word} = \"{}\"", words.join("\" | \"")),
            Form::Expression => format!("{word} = expr"),
            Form::Path => format!("{word} = path"),
            Form::Identifier => format!("{word} = name"),
            Form::Names => format!("{word}(a, ..)"),
            Form::Fields => format!("{word}(a, b = expr)"),
            Form::Pairs => format!("{word}(a = expr, ..)"),
        }
    }
}

/// The words an attribute takes, in the order of the table.
pub(crate) fn words(kind: Kind) -> impl Iterator<Item = &'static str> {
    TABLE
        .iter()
        .filter(move |argument| argument.belongs_to(kind) && argument.form != Form::Lead)
        .map(|argument| argument.word)
}
