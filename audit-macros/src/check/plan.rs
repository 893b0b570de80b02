//! [`Plan`]: what may be expanded. Only this room makes one.

use proc_macro2::{Ident, Span, TokenStream};
use syn::{Expr, LitStr, Path};

use crate::item::Function;
use crate::manifest::Uninstalled;

/// One annotated function, every argument checked.
pub(crate) struct Plan {
    /// What policy refuses does not run.
    pub(crate) refuses: bool,
    /// The path to the hidden door of `audit_core`.
    pub(crate) door: TokenStream,
    pub(crate) function: Function,
    pub(crate) action: Option<LitStr>,
    pub(crate) captures: Captured,
    /// The arguments that records know nothing of.
    pub(crate) skipped: Vec<String>,
    pub(crate) redactions: Vec<(String, Redaction)>,
    pub(crate) supplies: Supplies,
    pub(crate) record: Record,
    pub(crate) delivery: Option<Delivery>,
    pub(crate) uninstalled: Uninstalled,
    pub(crate) on_unrecordable: Option<Unrecordable>,
    pub(crate) durable_timeout_ms: Option<u64>,
    pub(crate) on_refuse: Option<Path>,
    pub(crate) explain: Option<Ident>,
    /// Whether the compiler is told to watch the crate's manifest.
    pub(crate) watch_manifest: bool,
}

/// Where the action's fields come from.
pub(crate) enum Captured {
    /// The plain arguments that the schema asks for: their places among the function's bindings.
    Arguments(Vec<usize>),
    /// `fields(..)`
    Fields(Vec<Field>),
}

/// One entry of `fields(..)`.
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: FieldValue,
}

pub(crate) enum FieldValue {
    /// `a`: the binding, at the place where the attribute names it.
    Binding(Ident),
    /// `a = expr`
    Given(Expr),
}

/// Expressions that say more than the arguments.
#[derive(Default)]
pub(crate) struct Supplies {
    pub(crate) actor: Option<Expr>,
    pub(crate) tenant: Option<Expr>,
    pub(crate) resource: Option<Expr>,
    pub(crate) runtime: Option<Expr>,
    pub(crate) snapshot: Vec<(String, Expr)>,
}

/// What of the result is recorded, and where the attribute says so.
#[derive(Clone, Copy)]
pub(crate) enum Record {
    Outcome,
    Value(Span),
    Error(Span),
    ValueAndError(Span, Span),
}

#[derive(Clone, Copy)]
pub(crate) enum Redaction {
    Mask,
    Hash,
    Seal,
    Drop,
}

impl Redaction {
    /// As its user writes it.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Mask => "mask",
            Self::Hash => "hash",
            Self::Seal => "seal",
            Self::Drop => "drop",
        }
    }

    /// As the core calls it.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            Self::Mask => "Mask",
            Self::Hash => "Hash",
            Self::Seal => "Seal",
            Self::Drop => "Drop",
        }
    }

    /// Its place among the others: of two the later holds.
    pub(crate) const fn strictness(self) -> u8 {
        match self {
            Self::Hash => 0,
            Self::Seal => 1,
            Self::Mask => 2,
            Self::Drop => 3,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    BestEffort,
    Buffered,
    Durable,
}

#[derive(Clone, Copy)]
pub(crate) enum Unrecordable {
    Refuse,
    Run,
}
