//! [`Component`] and [`Free`]: what may be expanded of the attributes of the bus. Only this room makes one.

use proc_macro2::{Ident, TokenStream};
use syn::{Expr, LitStr};

use crate::item::Block;

/// A checked impl block with `#[component]`.
pub(crate) struct Component {
    /// The path to the hidden door of `audit_core`.
    pub(crate) door: TokenStream,
    pub(crate) name: LitStr,
    pub(crate) version: Option<LitStr>,
    pub(crate) description: Option<LitStr>,
    pub(crate) depends: Vec<LitStr>,
    pub(crate) block: Block,
    pub(crate) wires: Vec<Wire>,
}

/// A checked free function with `#[subscribe]` or `#[runnable]`.
pub(crate) struct Free {
    pub(crate) door: TokenStream,
    pub(crate) wire: Wire,
}

/// A function, and what it is for.
pub(crate) struct Wire {
    /// What decides whether it exists in a build.
    pub(crate) conditions: TokenStream,
    /// What is said of lints in it.
    pub(crate) levels: TokenStream,
    pub(crate) callee: Callee,
    pub(crate) role: Role,
}

/// A function that generated code calls.
pub(crate) struct Callee {
    pub(crate) name: Ident,
    pub(crate) receiver: Receiver,
    pub(crate) awaited: bool,
    pub(crate) parameters: Vec<Parameter>,
}

/// How a function takes its component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Receiver {
    /// Not at all.
    None,
    /// `&self`, `self: &Arc<Self>`
    Borrowed,
    /// `self: Arc<Self>`
    Shared,
}

/// A parameter besides `self`.
pub(crate) struct Parameter {
    /// By which callers name it.
    pub(crate) name: String,
    /// As written.
    pub(crate) text: String,
    /// What stands behind `&` where it borrows; every lifetime in it is `'static`.
    pub(crate) of: TokenStream,
    pub(crate) borrows: bool,
}

/// What a function is for.
pub(crate) enum Role {
    Requires,
    /// With the type of the service.
    Provides(TokenStream),
    Activate,
    Deactivate,
    Health,
    Runnable(Runnable),
    Subscribe(Box<Subscribe>),
}

/// What `#[runnable]` says.
pub(crate) struct Runnable {
    pub(crate) name: LitStr,
    pub(crate) description: Option<LitStr>,
    pub(crate) timeout_ms: Option<u64>,
    pub(crate) destructive: bool,
    pub(crate) internal: bool,
    pub(crate) requires_role: Option<LitStr>,
    /// What it returns, as written, if that can't be kept: it is made JSON while what it borrows from is there.
    pub(crate) fleeting: Option<String>,
}

/// What `#[subscribe]` says.
pub(crate) struct Subscribe {
    pub(crate) pattern: LitStr,
    /// Whether the pattern has a `[` that nothing closes.
    pub(crate) is_unclosed: bool,
    pub(crate) description: Option<LitStr>,
    pub(crate) schema: Option<LitStr>,
    pub(crate) queue: Option<Queue>,
    pub(crate) concurrency: Option<usize>,
    pub(crate) filter: Option<Expr>,
}

/// A queue of a subscription's own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    pub(crate) most: usize,
    pub(crate) overflow: Overflow,
}

/// What becomes of an event for which there is no room.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Overflow {
    Wait,
    DropNewest,
    DropOldest,
}
